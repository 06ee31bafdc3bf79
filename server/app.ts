import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import formBody from '@fastify/formbody';
import view from '@fastify/view';
import createFastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { declareRoutes, frameOf, registerGate, registerIdentity } from './acceso/gate.ts';
import { watchOf } from './acceso/identify.ts';
import type { Permiso } from './acceso/permisos.ts';
import { accesoRoutes } from './acceso/routes.ts';
import { pagePolicy } from './acceso/rules.ts';
import { loadFormTokens } from './acceso/token.ts';
import { ajustesRoutes } from './ajustes/routes.ts';
import { analiticaRoutes } from './analitica/routes.ts';
import { auditoriaRoutes } from './auditoria/routes.ts';
import { avisosRoutes } from './avisos/routes.ts';
import { balanceRoutes } from './balance/routes.ts';
import { cargaRoutes } from './carga/routes.ts';
import { ciclosRoutes } from './ciclos/routes.ts';
import { colaRoutes } from './cola/routes.ts';
import { cuentaRoutes } from './cuenta/routes.ts';
import { datosRoutes } from './datos/routes.ts';
import type { Deps } from './deps.ts';
import { ejecucionesRoutes } from './ejecuciones/routes.ts';
import { equiposRoutes } from './equipos/routes.ts';
import { erroresRoutes } from './errores/routes.ts';
import { A360Error } from './gateways/a360/a360.ts';
import { LoadError } from './gateways/carga/carga.ts';
import { CorreoError } from './gateways/correo/correo.ts';
import { createDraw } from './gateways/graficos/echarts.ts';
import { OrigenError } from './gateways/origen/origen.ts';
import { historialRoutes } from './historial/routes.ts';
import { lanzadorRoutes } from './lanzador/routes.ts';
import { type Asset, registerAssets } from './lib/assets.ts';
import { registerErrorPages } from './lib/error-pages.ts';
import { createFormat, type Format } from './lib/format.ts';
import { createLive } from './lib/live.ts';
import { createTemplates } from './lib/templates.ts';
import { traceRequests } from './lib/trace-requests.ts';
import { answerUnread } from './lib/unread.ts';
import { cameFrom } from './lib/way-back.ts';
import { lotesRoutes } from './lotes/routes.ts';
import { presentBanner } from './mantenimiento/present.ts';
import { maintenanceOf } from './mantenimiento/queries.ts';
import { mantenimientoRoutes } from './mantenimiento/routes.ts';
import { mapeosRoutes } from './mapeos/routes.ts';
import { menuAt } from './marco/menu.ts';
import { presentCounts } from './marco/present.ts';
import { marcoRoutes } from './marco/routes.ts';
import { temaOf } from './marco/tema.ts';
import { metricasRoutes } from './metricas/routes.ts';
import { organismosRoutes } from './organismos/routes.ts';
import { panelRoutes } from './panel/routes.ts';
import { poolsRoutes } from './pools/routes.ts';
import { programacionesRoutes } from './programaciones/routes.ts';
import { revisionRoutes } from './revision/routes.ts';
import { robotsRoutes } from './robots/routes.ts';
import { sincronizacionRoutes } from './sincronizacion/routes.ts';
import { createDoorWatch } from './sistema/door-watch.ts';
import { sistemaRoutes } from './sistema/routes.ts';
import { keepUnexpected } from './sistema/unexpected.ts';
import { tramiteRoutes } from './tramite/routes.ts';
import { usuariosRoutes } from './usuarios/routes.ts';
import type { Doors, Web } from './web.ts';

const viewsFolder = resolve(import.meta.dirname, '../views');
/** The largest form of the panel is a few kilobytes. */
const longestBody = 64 * 1024;

/** The panel with every room's routes, not yet listening. Closing it sends the readers of live pages home. */
export const buildApp = (deps: Deps, doors: Doors): FastifyInstance => {
  const log = deps.log.child({ room: 'panel' });
  const app = createFastify({
    loggerInstance: log as FastifyBaseLogger,
    // One line per event of the house; a line per request would bury them.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: longestBody,
    // Only those are believed about who is behind them and by which address they were called.
    trustProxy: deps.config.PROXY_DIRECCIONES ?? false,
    // Closing comes after the work has stopped: whoever still keeps a connection open has nothing to wait for.
    forceCloseConnections: true,
    clientErrorHandler: answerUnread(pagePolicy),
    genReqId: () => randomUUID().slice(0, 8),
    // Whatever is asked for meets the gate: the router's own answer to a long name would come before it.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : '/direccion-ilegible'),
  });
  const format = createFormat(deps.config.TZ_NEGOCIO, deps.clock);
  const frame = async (): Promise<string> =>
    app.view('marco/live', { counts: presentCounts(deps.db, format), banner: presentBanner(maintenanceOf(deps.db), format) });
  const live = createLive({ hub: deps.hub, log, frame, watch: watchOf(deps) });
  traceRequests(app);
  declareRoutes(app);
  const asset = registerAssets(app);
  app.register(formBody, { bodyLimit: longestBody });
  registerViews(app, { asset, deps, format });
  app.addHook('preClose', async () => live.close());
  registerErrorPages(app, {
    outside: (error) => [OrigenError, A360Error, LoadError, CorreoError].some((one) => error instanceof one),
    unexpected: (error, request) =>
      keepUnexpected(deps, {
        origen: `${request.method} ${request.routeOptions.url ?? 'una dirección desconocida'}`,
        error,
        reference: request.id,
      }),
  });
  const draw = createDraw();
  app.addHook('onClose', () => draw.close());
  const web: Web = { deps, ...doors, format, live, draw, watch: createDoorWatch(deps), render: (name, model) => app.view(name, model) };
  for (const routes of rooms) routes(app, web);
  return app;
};

/** An address with broken percent-encoding leads nowhere: it is sent where nothing is, and gets the page that says so. */
const isReadable = (url: string): boolean => {
  try {
    decodeURIComponent(url.split('?')[0] as string);
    return true;
  } catch {
    return false;
  }
};

const queue = [panelRoutes, colaRoutes, lotesRoutes, revisionRoutes, tramiteRoutes, ejecucionesRoutes];
const record = [historialRoutes, erroresRoutes, ciclosRoutes, organismosRoutes];
const people = [accesoRoutes, cuentaRoutes, usuariosRoutes, auditoriaRoutes];
const upkeep = [sistemaRoutes, mantenimientoRoutes, ajustesRoutes, avisosRoutes, metricasRoutes, datosRoutes];
const sharing = [balanceRoutes, mapeosRoutes, cargaRoutes, analiticaRoutes];
const sam = [robotsRoutes, equiposRoutes, poolsRoutes, programacionesRoutes, lanzadorRoutes, sincronizacionRoutes];
const rooms = [marcoRoutes, ...queue, ...record, ...sam, ...sharing, ...people, ...upkeep];

/** The templates, and what the frame of every page needs: its address, the token of its forms, the static files. */
const registerViews = (app: FastifyInstance, { asset, deps, format }: { asset: Asset; deps: Deps; format: Format }): void => {
  const tokens = loadFormTokens(deps.config.DATA_DIR);
  const shell = { asset, zone: deps.config.TZ_NEGOCIO };
  app.register(view, {
    engine: { eta: createTemplates() },
    root: viewsFolder,
    viewExt: 'eta',
    production: true,
    // Pieces of live pages hold no token: the same bytes go to every reader.
    defaultContext: { shell: { ...shell, token: '' } },
  });
  registerIdentity(app, deps);
  app.decorateReply('locals', null);
  app.addHook('onRequest', async (request, reply) => {
    const around = frameOf(request, tokens);
    reply.locals = { shell: { ...shell, ...marcoOf(request, around.can, { deps, format }), ...around } };
  });
  registerGate(app, deps, tokens);
};

/** What the frame shows around the page; asked for only by templates that draw it. */
const marcoOf = (
  request: FastifyRequest,
  can: (permiso: Permiso) => boolean,
  { deps: { db }, format }: { readonly deps: Deps; readonly format: Format },
) => ({
  menu: () => menuAt(request.url.split('?')[0] as string, can),
  counts: () => presentCounts(db, format),
  banner: () => presentBanner(maintenanceOf(db), format),
  tema: () => temaOf(request),
  /** Where choosing a theme comes back to: nobody can go back to the answer of an order. */
  here: () => (request.method === 'GET' ? request.url : (cameFrom(request) ?? '/')),
});
