import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { compress, encodingFor } from './encoding.ts';
import { NotFoundError } from './errors.ts';

const publicFolder = resolve(import.meta.dirname, '../../public');
const htmxFolder = dirname(fileURLToPath(import.meta.resolve('htmx.org/dist/htmx.min.js')));
const htmxFiles = ['htmx.min.js', 'ext/hx-sse.min.js'];

/** Address of a static file of this very version. */
export type Asset = (file: string) => string;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Sheets the others build on come first, and what narrow screens change comes last. */
const sheetOrder = ['base', 'frame', 'pieces', 'forms', 'lists'];
const lastSheet = 'narrow';

/**
 * Serves public/ and the two files of htmx from memory, each compressed the first time somebody asks. The sheets of public/css are one
 * file (`cerebro.css`) and the behaviours of public/js another (`cerebro.js`): a file put there is on every page. The
 * address holds a fingerprint of it all, so browsers keep them for good and still get new ones with a new version.
 */
export const registerAssets = (app: FastifyInstance): Asset => {
  const files = readFiles();
  const prefix = `/publico/${fingerprint(files)}/`;
  const compressed = new Map<string, Promise<Buffer>>();
  const once = (key: string, make: () => Promise<Buffer>): Promise<Buffer> => {
    const known = compressed.get(key) ?? make();
    compressed.set(key, known);
    return known;
  };
  app.get<{ Params: { '*': string } }>(`${prefix}*`, { config: { permiso: 'publico' } }, async (request, reply) => {
    const file = request.params['*'];
    const bytes = files.get(file);
    if (!bytes) throw new NotFoundError('Ese fichero no es de esta versión del panel: vuelva a cargar la página.');
    const encoding = encodingFor(request.headers['accept-encoding']);
    reply
      .type(types[extname(file)] ?? 'application/octet-stream')
      .headers({ 'Cache-Control': 'public, max-age=31536000, immutable', Vary: 'Accept-Encoding' });
    if (!encoding) return reply.send(bytes);
    reply.header('Content-Encoding', encoding);
    return reply.send(await once(`${encoding} ${file}`, () => compress(bytes, encoding, { best: true })));
  });
  return (file) => prefix + file;
};

const readFiles = (): ReadonlyMap<string, Buffer> => {
  const own = filesOf(publicFolder);
  const read = (file: string) => readFileSync(join(publicFolder, file));
  const plain = own.filter((file) => !/^(css|js)\//.test(file));
  const sheets = inOrder(own.filter((file) => file.startsWith('css/')));
  // Each behaviour keeps its names to itself.
  const scripts = own.filter((file) => file.startsWith('js/')).map((file) => `{\n${read(file)}}\n`);
  return new Map([
    ...plain.map((file) => [file, read(file)] as const),
    ['cerebro.css', Buffer.concat(sheets.map(read))],
    ['cerebro.js', Buffer.from(scripts.join(''))],
    ...htmxFiles.map((file) => [file, readFileSync(join(htmxFolder, file))] as const),
  ]);
};

const inOrder = (sheets: readonly string[]): string[] => {
  const rank = (file: string): number => {
    const name = file.replace(/^css\/|\.css$/g, '');
    if (name === lastSheet) return sheetOrder.length + 1;
    return sheetOrder.includes(name) ? sheetOrder.indexOf(name) : sheetOrder.length;
  };
  return [...sheets].sort((a, b) => rank(a) - rank(b));
};

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();

const fingerprint = (files: ReadonlyMap<string, Buffer>): string => {
  const hash = createHash('sha256');
  for (const [file, bytes] of files) hash.update(file).update(bytes);
  return hash.digest('hex').slice(0, 12);
};
