import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip';

const named = (encoding: Encoding) => new RegExp(`(^|[\\s,])${encoding}\\s*(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))(;|,|$)`);
/** The best first. */
const known = [
  { encoding: 'br', accepted: named('br') },
  { encoding: 'gzip', accepted: named('gzip') },
] as const;

/** The best encoding a browser says it reads (Accept-Encoding); null for as it is. */
export const encodingFor = (header: string | string[] | undefined): Encoding | null =>
  header === undefined ? null : (known.find(({ accepted }) => accepted.test(String(header)))?.encoding ?? null);

/** In the threads of zlib: `best` takes some 100 ms and is for what is kept, the other 1 ms and for what is sent once. */
export const compress = (bytes: Buffer, encoding: Encoding, { best }: { best: boolean }): Promise<Buffer> =>
  encoding === 'br'
    ? promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: best ? 11 : 4 } })
    : promisify(gzip)(bytes, { level: best ? 9 : 5 });
