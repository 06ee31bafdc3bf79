import type { PageHouse } from './house.ts';
import type { Sample } from './sample-data.ts';

const tabs = ['pasos', 'datos', 'documentos', 'evidencias', 'historial'];

/** What stands for the parameters of an address, so that it leads to something of the sample; [] = looked at elsewhere. */
const parameterSamples = async (house: PageHouse, ids: Sample['ids']): Promise<Readonly<Record<string, readonly string[]>>> => ({
  '/avisos/:id': house.db
    .sql('SELECT aviso_id AS id FROM avisos')
    .all()
    .map(({ id }) => `/avisos/${id}`),
  '/cola/:id': [...Object.values(ids).map((id) => `/cola/${id}`), ...tabs.map((tab) => `/cola/${ids.needs_review}?ver=${tab}`)],
  '/cola/:id/:accion': [`/cola/${ids.needs_review}/resolver`, `/cola/${ids.awaiting_confirmation}/rechazar`],
  '/cola/:id/evidencias/:intento/:archivo': [`/cola/${ids.completed}/evidencias/1/01-paso.jpg`],
  // Files: no pages.
  '/datos/copias/:id/descargar': [],
  '/cola/:id/evidencias/:intento/documentos/:archivo': [],
  '/cola/lotes/:lote': [`/cola/lotes/${sampleLote(house, ids)}`],
  '/cola/lotes/nuevo': [`/cola/lotes/nuevo?accion=cancelar&id=${ids.pending}`],
  '/errores/:grupo': await groupsOf(house),
  '/ciclos/:id': ['/ciclos/3'],
  '/ejecuciones/:id': ['a360-marcha', 'a360-avisada', `muestra-${ids.processing}`].map((id) => `/ejecuciones/${id}`),
  '/organismos/:site_id': ['xaloc_girona', 'base_online', 'madrid', 'reus'].map((site) => `/organismos/${site}`),
  '/programaciones/:id': ['semanal', 'ciclica', 'fin-de-mes', 'rota'].map((id) => `/programaciones/${id}`),
  '/organismos/:site_id/ensayo': ['/organismos/madrid/ensayo', '/organismos/xaloc_girona/ensayo'],
  '/robots/:id': ['/robots/4711', '/robots/xaloc_girona'],
  '/equipos/:id': ['31', '33', '35', 'local-1'].map((id) => `/equipos/${id}`),
  '/balance/:robot_id': ['4801', '4803', '4713'].map((id) => `/balance/${id}`),
  '/pools/:id': ['/pools/norte', '/pools/sur'],
  // Once there are users (tests/system/axe.test.ts, «the pages of people»).
  '/usuarios/:id': [],
  '/acceso/primera/:token': [],
});

/** Its number. */
const sampleLote = ({ db }: PageHouse, ids: Sample['ids']): number => {
  const known = db.sql('SELECT lote_id AS id FROM lotes').get();
  if (known) return known.id as number;
  const insert = db.sql(
    `INSERT INTO lotes (accion, ids, descripcion, total, done, refused, refusals, state, usuario, ended_at)
     VALUES ('cancelar', ?, '2 trámites elegidos', 2, 1, 1, ?, 'done', 'ana', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`,
  );
  const refusals = [{ id: ids.completed, motivo: 'No se puede cancelar un trámite que está «presentado».' }];
  return Number(insert.run(JSON.stringify([ids.pending, ids.completed]), JSON.stringify(refusals)).lastInsertRowid);
};

const groupsOf = async (house: PageHouse): Promise<string[]> => {
  const { body } = await house.app.inject({ url: '/errores', headers: { host: '127.0.0.1:3000' } });
  return [...new Set([...body.matchAll(/href="(\/errores\/[^"]+)"/g)].map((match) => match[1] as string))];
};

/** Streams, static files and pictures. */
const isPlumbing = (url: string): boolean => /^\/(vivo|publico|graficos)\//.test(url);

/**
 * Every page the app knows (what answers HTML to a GET), enumerated from Fastify: a new one is in the list without
 * anybody adding it.
 * @throws while an address with parameters has no sample: whoever adds such a page says here what to open.
 */
export const pagesOf = async (house: PageHouse, ids: Sample['ids']): Promise<string[]> => {
  await house.app.ready();
  const samples = await parameterSamples(house, ids);
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
