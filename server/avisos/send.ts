import type { Db } from '#server/db/open.ts';
import { CorreoError, type Mensaje } from '#server/gateways/correo/correo.ts';
import { isoIn, isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { AvisosDeps } from './anotar.ts';
import { raise, resolve } from './raise.ts';
import { type Canal, channelClave, givenUpMs, waitAfter } from './rules.ts';

export type Envio = {
  readonly envioId: number;
  readonly canal: Canal;
  readonly asunto: string;
  readonly texto: string;
  readonly html: string | null;
  readonly cuerpo: string | null;
  readonly intentos: number;
  readonly creadoAt: string;
};

/** More are sent in the next round. */
const mostAtOnce = 200;

/**
 * Sends what is due by one channel, the oldest first. One message that is refused waits longer each time and keeps no other; where
 * the channel itself does not open, the rest stays as it is. Answers that failure, null when it opened or nothing was due.
 */
export const sendDue = async (deps: AvisosDeps, canal: Canal, signal: AbortSignal): Promise<CorreoError | null> => {
  for (const envio of dueOf(deps.db, isoNow(deps.clock), canal)) {
    if (signal.aborted) return null;
    const failure = await attempt(deps, envio);
    if (failure?.failure === 'puerta') return failure;
  }
  return null;
};

const dueOf = (db: Db, now: string, canal: Canal): Envio[] =>
  db
    .sql(
      `SELECT envio_id AS envioId, canal, asunto, texto, html, cuerpo, intentos, creado_at AS creadoAt FROM envios
        WHERE estado = 'pendiente' AND canal = @canal AND coalesce(proximo_at, '') <= @now ORDER BY envio_id LIMIT +@mostAtOnce`,
    )
    .all({ canal, now, mostAtOnce }) as Envio[];

const attempt = async (deps: AvisosDeps, envio: Envio): Promise<CorreoError | null> => {
  const { db, clock } = deps;
  try {
    const note = await deliver(deps, envio);
    await db.write(() => {
      db.sql(
        `UPDATE envios SET estado = 'enviado', intentos = intentos + 1, enviado_at = ?, error = ?, proximo_at = NULL WHERE envio_id = ?`,
      ).run(isoNow(clock), note, envio.envioId);
      resolve(db, isoNow(clock), channelClave(envio.canal));
    });
    return null;
  } catch (thrown) {
    if (!(thrown instanceof CorreoError)) throw thrown;
    await db.write(() => keepFailure(deps, envio, thrown));
    return thrown;
  } finally {
    deps.hub.changed({ entity: 'aviso' });
  }
};

/** Answers what the log of the sent ones should say, null when nothing. @throws CorreoError */
export const deliver = async (
  deps: AvisosDeps,
  envio: Pick<Envio, 'canal' | 'asunto' | 'texto' | 'html' | 'cuerpo'> & { envioId: number | string },
): Promise<string | null> => {
  if (envio.canal === 'webhook') {
    await deps.webhook?.post(JSON.parse(envio.cuerpo ?? '{}') as Mensaje);
    return null;
  }
  const { asunto, texto, html } = envio;
  const para = readLiveSettings(deps.db, deps.config).EMAIL_RECIPIENTS ?? [];
  const { refused = [] } = (await deps.correo?.send({ id: letterId(deps, envio.envioId), para, asunto, texto, html })) ?? {};
  return refused.length === 0 ? null : `El servidor de correo no admite a ${refused.join(', ')}; a los demás les ha llegado.`;
};

const letterId = ({ config }: AvisosDeps, envioId: number | string): string => {
  const [, domain = 'cerebro'] = /@([\w.-]+)/.exec(config.EMAIL_FROM ?? '') ?? [];
  return `cerebro-envio-${envioId}@${domain}`;
};

const keepFailure = ({ db, clock, log }: AvisosDeps, envio: Envio, error: CorreoError): void => {
  const { envioId, canal } = envio;
  const intentos = envio.intentos + 1;
  const over = clock.now().getTime() - Date.parse(envio.creadoAt) > givenUpMs;
  const rest = error.failure === 'mensaje' ? waitAfter(intentos) : 0;
  db.sql('UPDATE envios SET estado = @estado, intentos = @intentos, proximo_at = @proximo, error = @error WHERE envio_id = @envioId').run({
    ...{ envioId, intentos, error: error.message, estado: over ? 'fallido' : 'pendiente' },
    proximo: over || rest === 0 ? null : isoIn(clock, rest),
  });
  log.warn({ err: asError(error.cause ?? error), code: error.code, canal, envioId }, 'no se ha podido enviar un aviso');
  raise(db, isoNow(clock), {
    ...{ clave: channelClave(canal), nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' },
    titulo: canal === 'correo' ? 'Los avisos no salen por correo' : 'Los avisos no salen por el webhook',
    detalle: `${error.message} Se guardan y se vuelve a intentar durante un día.`,
    acciones: canal === 'correo' ? mailSteps : ['Compruebe AVISOS_WEBHOOK_URL.', 'Pulse «Enviar un aviso de prueba» en Avisos.'],
  });
};

const mailSteps = [
  'Compruebe EMAIL_SMTP_SERVER, EMAIL_SMTP_PORT y EMAIL_USE_TLS.',
  'Si el servidor pide usuario, compruebe EMAIL_USER y EMAIL_PASSWORD.',
  'Pulse «Enviar un aviso de prueba» en Avisos.',
];
