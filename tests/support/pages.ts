import type { PageHouse } from './house.ts';
import type { Sample } from './sample-data.ts';

/** What stands for the parameters of an address, so that it leads to something of the sample. */
const parameterSamples = (ids: Sample['ids']): Readonly<Record<string, readonly string[]>> => ({
  '/cola/:id': Object.values(ids).map((id) => `/cola/${id}`),
  '/cola/:id/evidencias/:intento/:archivo': [`/cola/${ids.completed}/evidencias/1/01-paso.jpg`],
  '/organismos/:site_id': ['xaloc_girona', 'base_online', 'madrid', 'reus'].map((site) => `/organismos/${site}`),
  '/organismos/:site_id/ensayo': ['/organismos/madrid/ensayo'],
});

/** Streams, static files and pictures. */
const isPlumbing = (url: string): boolean => /^\/(vivo|publico|graficos)\//.test(url);

/**
 * Every page the app knows (what answers HTML to a GET), enumerated from Fastify: a new one is in the list without
 * anybody adding it.
 * @throws while an address with parameters has no sample: whoever adds such a page says here what to open.
 */
export const pagesOf = async (house: PageHouse, ids: Sample['ids']): Promise<string[]> => {
  await house.app.ready();
  const samples = parameterSamples(ids);
  const urls = new Set(house.app.declared.filter(({ method }) => method === 'GET').map(({ url }) => url));
  const addresses = [...urls].filter((url) => !isPlumbing(url)).flatMap((url) => samples[url] ?? withoutParameters(url));
  const kinds = await Promise.all(addresses.map(async (url) => [url, await kindOf(house, url)] as const));
  return kinds.filter(([, kind]) => kind.startsWith('text/html')).map(([url]) => url);
};

const withoutParameters = (url: string): string[] => {
  if (/[:*]/.test(url)) throw new Error(`${url} has no sample in tests/support/pages.ts: say there what stands for its parameters`);
  return [url];
};

const kindOf = async (house: PageHouse, url: string): Promise<string> => {
  const answer = await house.app.inject({ url, headers: { host: '127.0.0.1:3000' } });
  return String(answer.headers['content-type'] ?? '');
};
