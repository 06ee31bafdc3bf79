import type { Db } from '#server/db/open.ts';
import { CorreoError, type Mensaje, type NotReached } from '#server/gateways/correo/correo.ts';
import { isoNow } from '#server/lib/clock.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { AvisosDeps } from './anotar.ts';
import { keepFailure, keepSent } from './anotar-intento.ts';
import type { Canal } from './rules.ts';
import { type Envio, missingOf } from './stored.ts';

/** More are sent in the next round. */
const mostAtOnce = 200;

/**
 * Sends what is due by one channel, the oldest first. One message that is refused waits longer each time and keeps no other; where
 * the channel itself does not open, the rest stays as it is. Answers that failure, null when it opened or nothing was due.
 * A death between the sending and its note sends it again, with the same Message-ID: twice is better than never.
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
      `SELECT envio_id AS envioId, aviso_id AS avisoId, canal, asunto, texto, html, cuerpo, intentos, creado_at AS creadoAt FROM envios
        WHERE estado = 'pendiente' AND canal = @canal AND coalesce(proximo_at, '') <= @now ORDER BY envio_id LIMIT +@mostAtOnce`,
    )
    .all({ canal, now, mostAtOnce }) as Envio[];

const attempt = async (deps: AvisosDeps, envio: Envio): Promise<CorreoError | null> => {
  const { db } = deps;
  try {
    const notReached = await deliver(deps, envio);
    await db.write(() => keepSent(deps, envio, notReached));
    return null;
  } catch (thrown) {
    if (!(thrown instanceof CorreoError)) throw thrown;
    await db.write(() => keepFailure(deps, envio, thrown));
    return thrown;
  } finally {
    deps.hub.changed({ entity: 'aviso' });
  }
};

const everybody: NotReached = { refused: [], postponed: [] };

/** Answers whom it has not reached although it has reached somebody. @throws CorreoError */
export const deliver = async (
  deps: AvisosDeps,
  envio: Pick<Envio, 'canal' | 'asunto' | 'texto' | 'html' | 'cuerpo'> & { envioId: number | string },
): Promise<NotReached> => {
  if (envio.canal === 'webhook') {
    await deps.webhook?.post(JSON.parse(envio.cuerpo ?? '{}') as Mensaje);
    return everybody;
  }
  const { asunto, texto, html, cuerpo } = envio;
  const all = readLiveSettings(deps.db, deps.config).EMAIL_RECIPIENTS ?? [];
  const missing = missingOf(cuerpo);
  const para = missing === null ? all : all.filter((one) => missing.includes(one));
  // Whoever was still to get it is not written to any more.
  if (missing !== null && para.length === 0) return everybody;
  return (await deps.correo?.send({ id: letterId(deps, envio.envioId), para, asunto, texto, html })) ?? everybody;
};

const letterId = ({ config }: AvisosDeps, envioId: number | string): string => {
  const [, domain = 'cerebro'] = /@([\w.-]+)/.exec(config.EMAIL_FROM ?? '') ?? [];
  return `cerebro-envio-${envioId}@${domain}`;
};
