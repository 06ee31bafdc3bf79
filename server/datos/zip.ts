import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** A file on its way into the archive; its name is a path with `/`, below the archive's own root. */
export type Entry = { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array> };

/** Pictures and papers are packed already. */
const packed = /\.(jpe?g|png|pdf|zip|webm)$/i;

/** The archive, piece by piece: never more of it in memory than a piece of one file. */
export async function* zipOf(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else ready.push(chunk);
  });
  const flush = (): Uint8Array[] => {
    if (failure) throw failure;
    return ready.splice(0);
  };
  for await (const { name, bytes } of entries) {
    const file = packed.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    zip.add(file);
    for await (const chunk of bytes) {
      file.push(chunk);
      yield* flush();
    }
    file.push(new Uint8Array(0), true);
    yield* flush();
  }
  zip.end();
  yield* flush();
}
