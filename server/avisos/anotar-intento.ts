import type { CorreoError, NotReached } from '#server/gateways/correo/correo.ts';
import { isoIn, isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import type { AvisosDeps } from './anotar.ts';
import { unreachedNote } from './escribir.ts';
import { type Aviso, raise, resolve } from './raise.ts';
import { type Canal, channelClave, givenUpMs, waitAfter } from './rules.ts';
import { type Envio, missingOf } from './stored.ts';

/** It has gone out; to whom it only has not yet, it will be tried again. Call inside a transaction. */
export const keepSent = (deps: AvisosDeps, envio: Envio, notReached: NotReached): void => {
  const { db, clock } = deps;
  const at = isoNow(clock);
  resolve(db, at, channelClave(envio.canal));
  if (envio.canal === 'correo') tellRefused(deps, at, envio, notReached);
  if (notReached.postponed.length > 0) keepRest(deps, envio, notReached.postponed, unreachedNote(notReached));
  else
    db.sql(
      `UPDATE envios SET estado = 'enviado', intentos = intentos + 1, enviado_at = ?, error = ?, proximo_at = NULL WHERE envio_id = ?`,
    ).run(at, unreachedNote(notReached), envio.envioId);
};

const refusedClave = `${channelClave('correo')}:destinatarios`;

/** An address that the server does not know gets nothing, and nobody would notice. A letter that reaches all of them ends it. */
const tellRefused = ({ db }: AvisosDeps, at: string, { cuerpo }: Envio, { refused, postponed }: NotReached): void => {
  if (refused.length > 0)
    raise(db, at, {
      ...{ clave: refusedClave, nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' },
      titulo: `El correo de avisos no llega a ${refused.join(', ')}`,
      detalle: 'El servidor de correo no admite a ese destinatario; a los demás sí les llega.',
      acciones: ['Corrija EMAIL_RECIPIENTS en Ajustes.', 'Pulse «Enviar un aviso de prueba» en Avisos.'],
    });
  else if (postponed.length === 0 && missingOf(cuerpo) === null) resolve(db, at, refusedClave);
};

/** For a day, for the few who lack it. Those who have it are not written to again. */
const keepRest = ({ db, clock }: AvisosDeps, envio: Envio, missing: readonly string[], note: string | null): void => {
  const over = isOld({ clock }, envio);
  db.sql(
    `UPDATE envios SET estado = iif(@over, 'enviado', 'pendiente'), enviado_at = iif(@over, @at, NULL), intentos = intentos + 1,
            proximo_at = iif(@over, NULL, @next), error = @note, cuerpo = json_set(coalesce(cuerpo, '{}'), '$.faltan', @missing)
      WHERE envio_id = @envioId`,
  ).run({
    ...{ envioId: envio.envioId, over: over ? 1 : 0, at: isoNow(clock), next: isoIn(clock, waitAfter(envio.intentos + 1)) },
    ...{ note, missing: JSON.stringify(missing) },
  });
};

const isOld = ({ clock }: Pick<AvisosDeps, 'clock'>, { creadoAt }: Envio): boolean =>
  clock.now().getTime() - Date.parse(creadoAt) > givenUpMs;

/** It has not gone out. It is given up after a day, once what it tells of is over. Call inside a transaction. */
export const keepFailure = (deps: AvisosDeps, envio: Envio, error: CorreoError): void => {
  const { envioId, canal } = envio;
  deps.log.warn({ err: asError(error.cause ?? error), code: error.code, canal, envioId }, 'no se ha podido enviar un aviso');
  const missing = missingOf(envio.cuerpo);
  if (missing !== null && error.failure === 'mensaje') keepRest(deps, envio, missing, error.message);
  else keepWhole(deps, envio, error);
};

const keepWhole = (deps: AvisosDeps, envio: Envio, error: CorreoError): void => {
  const { db, clock } = deps;
  const { envioId, canal } = envio;
  const intentos = envio.intentos + 1;
  const over = isOld(deps, envio) && !goesOn(deps, envio);
  const rest = error.failure === 'mensaje' ? waitAfter(intentos) : 0;
  db.sql('UPDATE envios SET estado = @estado, intentos = @intentos, proximo_at = @proximo, error = @error WHERE envio_id = @envioId').run({
    ...{ envioId, intentos, error: error.message, estado: over ? 'fallido' : 'pendiente' },
    proximo: over || rest === 0 ? null : isoIn(clock, rest),
  });
  raise(db, isoNow(clock), { clave: channelClave(canal), nivel: 'ALTO', ambito: 'SISTEMA', ...troubleOf(canal, error) });
};

const goesOn = ({ db }: AvisosDeps, { avisoId }: Envio): boolean =>
  db.sql(`SELECT 1 FROM avisos WHERE aviso_id = ? AND estado = 'abierto'`).get(avisoId) !== undefined;

const troubleOf = (canal: Canal, { code, message }: CorreoError): Pick<Aviso, 'naturaleza' | 'titulo' | 'detalle' | 'acciones'> => {
  const detalle = `${message} Se guardan y se vuelve a intentar: durante un día, o mientras dure lo que cuentan.`;
  if (code === 'correo_credenciales')
    return {
      naturaleza: 'PERMANENTE',
      titulo: 'El servidor de correo rechaza las credenciales',
      detalle,
      acciones: ['Corrija EMAIL_USER y EMAIL_PASSWORD y reinicie Cerebro.', testStep],
    };
  return {
    naturaleza: 'TRANSITORIO',
    titulo: canal === 'correo' ? 'Los avisos no salen por correo' : 'Los avisos no salen por el webhook',
    detalle,
    acciones: canal === 'correo' ? mailSteps : ['Compruebe AVISOS_WEBHOOK_URL y AVISOS_WEBHOOK_FORMATO.', testStep],
  };
};

const testStep = 'Pulse «Enviar un aviso de prueba» en Avisos.';

const mailSteps: Aviso['acciones'] = [
  'Compruebe EMAIL_SMTP_SERVER, EMAIL_SMTP_PORT y EMAIL_USE_TLS.',
  'Si el servidor pide usuario, compruebe EMAIL_USER y EMAIL_PASSWORD.',
  testStep,
];
