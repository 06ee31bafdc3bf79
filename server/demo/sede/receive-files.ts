import { createHash } from 'node:crypto';
import type { MultipartFile } from '@fastify/multipart';
import { fileProblem, freeName, strippedName } from './file-rules.ts';
import type { RegisteredFile } from './register.ts';

type Received = { name: string; bytes: number; sha256: string; head: Buffer; tooBig: boolean };

/** Reads one file to its end, keeping its measures and not its bytes. */
const measure = async (part: MultipartFile): Promise<Received> => {
  const hash = createHash('sha256');
  let bytes = 0;
  let head = Buffer.alloc(0);
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    if (head.length < 8) head = Buffer.concat([head, chunk.subarray(0, 8)]);
    hash.update(chunk);
    bytes += chunk.length;
  }
  // An input nobody used comes without a name, or with an empty one.
  return { name: part.filename || '', bytes, sha256: hash.digest('hex'), head, tooBig: part.file.truncated };
};

/**
 * Takes every selected file of the uploader's form: all of them or, with the reason, none.
 * Inputs left empty do not count.
 */
export const receiveFiles = async (
  parts: AsyncIterable<MultipartFile>,
  taken: readonly string[],
): Promise<{ files: RegisteredFile[]; problem?: string }> => {
  const received: Received[] = [];
  for await (const part of parts) received.push(await measure(part));
  const chosen = received.filter((file) => file.name !== '');
  const problem =
    chosen.length === 0 ? 'No heu seleccionat cap fitxer.' : chosen.map(fileProblem).find((sentence) => sentence !== undefined);
  if (problem) return { files: [], problem };
  return { files: nameApart(chosen, taken) };
};

/** Stripped names, different from each other and from those taken. */
const nameApart = (files: readonly Received[], taken: readonly string[]): RegisteredFile[] => {
  const used = [...taken];
  return files.map(({ name, bytes, sha256 }) => {
    const nombre = freeName(strippedName(name), used);
    used.push(nombre);
    return { nombre, bytes, sha256 };
  });
};
