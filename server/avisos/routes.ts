import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { cameFrom } from '#server/lib/way-back.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { Web } from '#server/web.ts';
import { channelsOf } from './anotar.ts';
import type { Texts } from './fields.ts';
import { levantar } from './levantar.ts';
import { marcarVisto } from './marcar-visto.ts';
import { channelSentence, presentAviso, presentAvisos, presentEnvios, presentSilencios, tabsOf } from './present.ts';
import { type Outcome, probar } from './probar.ts';
import { countOpen, type Filter, findAviso, findEnded, findEnvios, findEnviosOf, findOpen, findSilencios, isOpen } from './queries.ts';
import { channelClave } from './rules.ts';
import { silenciar } from './silenciar.ts';

type ById = { Params: { id: string } };
const ver = { config: { permiso: 'ver' } } as const;
const atender = { config: { permiso: 'avisos.atender' } } as const;

/** `/avisos`: what a person should know, what was written about it and to whom, and asking for silence. */
export const avisosRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, format } = web;
  app.get('/avisos', ver, async (request, reply) =>
    show(request, reply, { page: 'avisos/page', part: 'avisos/part', model: listModel(web, request) }),
  );

  app.get('/vivo/avisos', { exposeHeadRoute: false, ...ver }, async (request, reply) =>
    web.live.attach(request, reply, liveChannel(web, request)),
  );

  app.get('/avisos/envios', ver, async (request, reply) => {
    const key = parsePageKey(queryText(request, 'pagina'));
    return show(request, reply, {
      page: 'avisos/envios',
      model: { ...aroundOf(web, '/avisos/envios'), ...presentEnvios(findEnvios(deps.db, key), key, format) },
    });
  });

  app.get('/avisos/silencios', ver, async (request, reply) =>
    showSilencios(web, request, reply, { values: askedOf(request), reasons: {} }),
  );

  app.get<ById>('/avisos/:id', ver, async (request, reply) =>
    show(request, reply, { page: 'avisos/one', model: oneModel(web, request, numberOf(request.params.id, 'Ese aviso no existe.')) }),
  );

  app.post<ById>('/avisos/:id/visto', atender, async (request, reply) => {
    await marcarVisto(deps, numberOf(request.params.id, 'Ese aviso no existe.'), whoOf(request));
    flash(reply, done('Visto', 'No se vuelve a escribir de él hasta que termine o empeore.'));
    return goTo(request, reply, cameFrom(request) ?? '/avisos');
  });

  app.post('/avisos/silencios', atender, async (request, reply) => {
    const values = fieldsOf(request);
    return orShow(
      async () => {
        await silenciar(deps, values, whoOf(request));
        flash(reply, done('Silencio puesto', 'Los avisos se siguen viendo aquí.'));
        return goTo(request, reply, '/avisos/silencios');
      },
      (reasons) => showSilencios(web, request, reply, { values, reasons }),
    );
  });

  app.post<ById>('/avisos/silencios/:id/levantar', atender, async (request, reply) => {
    await levantar(deps, numberOf(request.params.id, 'Ese silencio no existe.'), whoOf(request));
    flash(reply, done('Silencio levantado', 'Desde ahora se vuelve a escribir de eso, si no lo calla otro silencio.'));
    return goTo(request, reply, '/avisos/silencios');
  });

  app.post('/avisos/prueba', { config: { permiso: 'sistema.mandar' } }, async (request, reply) => {
    flash(reply, tellOutcome(await probar(deps, whoOf(request))));
    return goTo(request, reply, '/avisos/envios');
  });
};

/** What the form begins with, as the row of an aviso asks for it. */
const askedOf = (request: FastifyRequest): Texts => ({
  prefijo: queryText(request, 'prefijo').slice(0, 100),
  criticos: queryText(request, 'criticos'),
  horas: '2',
});

const numberOf = (id: string, sentence: string): number => {
  if (!/^\d{1,15}$/.test(id)) throw new NotFoundError(sentence);
  return Number(id);
};

/** One message for all the channels: bad as soon as one is. */
const tellOutcome = (outcomes: readonly Outcome[]) => {
  const sentence = outcomes.map(({ where, error, note }) => error ?? `Lo ha aceptado ${where}.${note ? ` ${note}` : ''}`).join(' ');
  if (outcomes.every(({ error }) => error === null)) return done('Aviso de prueba enviado', sentence);
  return { tone: 'mal', icon: 'fallo', title: 'El aviso de prueba no ha salido', sentence } as const;
};

const aroundOf = ({ deps, format }: Web, current: string) => ({
  tabs: tabsOf(current, countOpen(deps.db), findSilencios(deps.db, isoNow(deps.clock)).length, format),
  channels: channelSentence({
    correo: deps.correo?.shownAs ?? null,
    webhook: deps.webhook?.shownAs ?? null,
    para: readLiveSettings(deps.db, deps.config).EMAIL_RECIPIENTS ?? [],
    stuck: channelsOf(deps).filter((canal) => isOpen(deps.db, channelClave(canal))),
  }),
  testable: deps.correo !== null || deps.webhook !== null,
});

const readFilter = ({ deps }: Web, request: FastifyRequest): Filter => {
  const one = (name: string, known: readonly string[]) => known.find((value) => value === queryText(request, name)) ?? null;
  return {
    now: isoNow(deps.clock),
    estado: queryText(request, 'estado') === 'resuelto' ? 'resuelto' : 'abierto',
    nivel: one('nivel', ['CRITICO', 'ALTO', 'MEDIO']),
    ambito: one('ambito', ['SISTEMA', 'ROBOT', 'EQUIPO']),
  };
};

const mayAttend = (request: FastifyRequest): boolean => canOf(whoOf(request))('avisos.atender');

/** @throws NotFoundError, also for one that retention has removed */
const oneModel = ({ deps: { db, clock }, format }: Web, request: FastifyRequest, id: number) =>
  db.read(() => {
    const aviso = findAviso(db, id, isoNow(clock));
    if (aviso === null) throw new NotFoundError('Ese aviso no existe, o terminó hace tanto que ya no se conserva.');
    return presentAviso(aviso, findEnviosOf(db, id), mayAttend(request), format);
  });

const listModel = (web: Web, request: FastifyRequest) => {
  const { deps, format } = web;
  const filter = readFilter(web, request);
  const ended = filter.estado === 'resuelto';
  const key = ended ? parsePageKey(queryText(request, 'pagina')) : null;
  return deps.db.read(() => {
    const found = ended ? findEnded(deps.db, filter, key) : findOpen(deps.db, filter);
    const list = presentAvisos({ found, filter, key, may: mayAttend(request), open: countOpen(deps.db) }, format);
    return {
      ...aroundOf(web, ended ? '/avisos?estado=resuelto' : '/avisos'),
      ...list,
      stream: request.url.replace(/^\/avisos/, '/vivo/avisos'),
    };
  });
};

/** Whoever raises an aviso tells nobody; a cycle that ends may have. */
const liveChannel = (web: Web, request: FastifyRequest): Channel => ({
  key: `${request.url} ${mayAttend(request)}`,
  concerns: ({ entity }) => entity === 'aviso' || entity === 'cycle' || entity === 'any',
  render: async () => web.render('avisos/live', listModel(web, request)),
});

const showSilencios = (web: Web, request: FastifyRequest, reply: FastifyReply, typed: { values: Texts; reasons: Texts }) => {
  const { deps, format } = web;
  const model = presentSilencios(findSilencios(deps.db, isoNow(deps.clock)), typed, format);
  return show(request, reply, {
    page: 'avisos/silencios',
    model: { ...aroundOf(web, '/avisos/silencios'), ...model },
    status: model.refused ? 422 : 200,
  });
};
