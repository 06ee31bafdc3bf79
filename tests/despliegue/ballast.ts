import { closeSync, openSync, writeSync } from 'node:fs';

const block = Buffer.alloc(1024 ** 2);

/** A file of about that size, really written: a hole would fill nothing. */
export const fill = (file: string, bytes: number): void => {
  const out = openSync(file, 'w');
  for (let written = 0; written + block.length <= bytes; written += block.length) writeSync(out, block);
  closeSync(out);
};
