import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const publicFolder = resolve(import.meta.dirname, '../../public');
const htmxFolder = dirname(fileURLToPath(import.meta.resolve('htmx.org/dist/htmx.min.js')));
const htmxFiles = ['htmx.min.js', 'ext/hx-sse.min.js'];

/** Address of a static file of this very version. */
export type Asset = (file: string) => string;

/**
 * Serves public/ and the two files of htmx. The address holds a fingerprint of them all, so browsers keep them for good
 * and still get new ones with a new version.
 */
export const registerAssets = (app: FastifyInstance): Asset => {
  const prefix = `/publico/${fingerprint()}/`;
  const ours = new Set([...filesOf(publicFolder), ...htmxFiles].map((file) => `/${file}`));
  app.register(staticFiles, {
    root: [publicFolder, htmxFolder],
    prefix,
    maxAge: '365d',
    immutable: true,
    decorateReply: false,
    index: false,
    allowedPath: (path) => ours.has(path.replace(prefix, '/')),
  });
  return (file) => prefix + file;
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

const fingerprint = (): string => {
  const hash = createHash('sha256');
  for (const file of filesOf(publicFolder)) hash.update(file).update(readFileSync(join(publicFolder, file)));
  for (const file of htmxFiles) hash.update(readFileSync(join(htmxFolder, file)));
  return hash.digest('hex').slice(0, 12);
};
