import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Config } from '#server/config.ts';
import type { Deps } from '#server/deps.ts';
import { canonicalAddress } from '#server/lib/address.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { createIntake } from './callback-intake.ts';
import { bringsSecret, readCallback } from './callback-read.ts';
import { createRefusals, type Refusals } from './callback-refusals.ts';
import type { Taken } from './take-callbacks.ts';

export const callbackPath = '/api/callback';
const longestCallback = 1024 * 1024;
const otherMethods: readonly HTTPMethods[] = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const access = { permiso: 'publico', conPruebaPropia: true } as const;

type CallbackDeps = Pick<Deps, 'config' | 'db' | 'clock' | 'hub' | 'log' | 'measure'>;

/** Where A360 tells how its runs are (SAM.md 3.4): its own proof in a header, so no session, no Origin, no token of ours. */
export const callbackRoutes = (app: FastifyInstance, outer: CallbackDeps): void => {
  const deps: CallbackDeps = { ...outer, log: outer.log.child({ room: 'avisos de A360' }) };
  const intake = createIntake(deps);
  const refusals = createRefusals(deps);
  const take = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const letter = readCallback((request.body as Buffer | undefined) ?? Buffer.alloc(0), request.ip);
    if (typeof letter === 'string') return say(reply, 400, 'not_valid', letter);
    const { became } = await intake(letter);
    deps.measure?.({ kind: 'callback', result: became });
    return say(reply, 200, became, told[became]);
  };
  app.register(async (scope) => {
    scope.addHook('onClose', async () => refusals.stop());
    scope.addHook('onResponse', async (_request, { statusCode }) => {
      if (statusCode !== 200) deps.measure?.({ kind: 'callback', result: String(statusCode) });
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler<FastifyError>((error, request, reply) => answerError(deps, error, request, reply));
    for (const url of pathsOf(deps.config)) {
      scope.route({
        ...{ method: 'POST', url, bodyLimit: longestCallback, config: access, handler: take },
        onRequest: async (request, reply) => admit(deps.config, refusals, request, reply),
      });
      const free = otherMethods.filter((method) => !app.hasRoute({ method, url }));
      scope.route({ ...{ method: free, url, config: access, handler: refuseMethod }, onRequest: refuseMethod });
    }
  });
};

const told: Readonly<Record<Taken['became'], string>> = {
  applied: 'Anotado.',
  already_final: 'already final: esa ejecución ya había terminado y no cambia nada.',
  kept: 'Guardado: su ejecución todavía no se conoce.',
  not_understood: 'Guardado: ese estado no se conoce y la ejecución sigue como estaba.',
};

const pathsOf = ({ CALLBACK_ENDPOINT_PATH: own }: Config): Set<string> => new Set([callbackPath, own.replace(/\/+$/, '') || callbackPath]);

const say = (reply: FastifyReply, status: number, result: string, mensaje: string): FastifyReply =>
  reply.code(status).header('Cache-Control', 'no-store').send({ result, mensaje });

const refuseMethod = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
  say(reply.header('Allow', 'POST'), 405, 'method_not_allowed', 'Aquí solo se recibe con POST.');

/** Who may speak at all comes before anything is read. */
const admit = async (config: Config, refusals: Refusals, request: FastifyRequest, reply: FastifyReply) => {
  const { CALLBACK_TOKEN: secret, CALLBACK_DIRECCIONES: addresses } = config;
  if (secret === undefined)
    return say(reply, 503, 'not_configured', 'Los avisos de A360 no están configurados (CALLBACK_TOKEN): no se ha hecho nada.');
  if (addresses !== undefined && !isAmong(addresses, request.ip))
    return say(reply, 403, 'forbidden', 'Desde esa dirección no se aceptan avisos.');
  if (!bringsSecret(request.headers['x-authorization'], secret)) {
    refusals.count(request.ip);
    return say(reply, 401, 'unauthorized', 'La cabecera X-Authorization falta o no es la acordada.');
  }
  // Whatever it calls its body, even what is no type at all, the body is read as JSON.
  delete request.headers['content-type'];
  return undefined;
};

const isAmong = (addresses: readonly string[], ip: string): boolean => {
  const here = canonicalAddress(ip);
  return addresses.some((address) => canonicalAddress(address) === here);
};

const retryAfterSeconds = '30';

/** What cannot be written now may be told again: A360 hears so, and the conciliador finds it out in any case. */
const answerError = ({ log }: CallbackDeps, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  // Fastify closes while the sender still writes, who then hears of a broken pipe; left open, Node reads the rest into nothing.
  if (error.statusCode === 413)
    return say(reply.removeHeader('connection'), 413, 'too_large', 'El aviso pasa de 1 MiB: no se ha hecho nada.');
  if (error instanceof CerebroError && error.code === 'solo_esta_maquina') return say(reply, 403, 'forbidden', error.message);
  if (error.statusCode !== undefined && error.statusCode < 500) return say(reply, 400, 'not_valid', 'No se entiende lo recibido.');
  log.error({ err: error, referencia: request.id }, 'un aviso de A360 no se ha podido guardar');
  return say(reply.header('Retry-After', retryAfterSeconds), 503, 'unavailable', 'Ahora no se puede guardar: vuelva a enviarlo.');
};
