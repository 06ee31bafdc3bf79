import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync } from 'node:zlib';
import type { Bench } from '../../lib/section.ts';

const most = 110;

type Body = { readonly html: string /** All that came over its connection, headers included. */; readonly bytes: number };

const load = async (url: string): Promise<Body> => {
  const [answer] = (await once(get(url, { agent: false, headers: { 'accept-encoding': 'br' } }), 'response')) as [IncomingMessage];
  const { socket } = answer;
  const body = await buffer(answer);
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  const html = (answer.headers['content-encoding'] === 'br' ? brotliDecompressSync(body) : body).toString();
  return { html, bytes: socket.bytesRead };
};

/** What a page names that the browser loads with it. */
const partsOf = (html: string): readonly string[] => [
  ...new Set([...html.matchAll(/<(?:link|script|img|use)\b[^>]*?\b(?:href|src)="(\/[^"#]+)/g)].map((match) => match[1] as string)),
];

/** Kilobytes of the first visit to each page, with everything it loads. */
export const weight = async (bench: Bench, url: string): Promise<void> => {
  for (const path of ['/', '/cola']) {
    const page = await load(url + path);
    const parts = await Promise.all(partsOf(page.html).map((part) => load(url + part)));
    const bytes = [page, ...parts].reduce((sum, body) => sum + body.bytes, 0);
    const what = `primera carga de ${path}, con brotli, en ${1 + parts.length} peticiones`;
    bench.report({ section: 'paginas', what, values: [bytes / 1000], unit: 'kB', goal: { sign: '<', value: most } });
  }
};
