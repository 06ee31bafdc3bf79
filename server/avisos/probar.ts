import { CorreoError } from '#server/gateways/correo/correo.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { createFormat } from '#server/lib/format.ts';
import { type AvisosDeps, channelsOf } from './anotar.ts';
import { unreachedNote, writeTest } from './escribir.ts';
import type { Canal } from './rules.ts';
import { deliver } from './send.ts';

/** How the test went by one channel: null = it was taken. */
export type Outcome = { readonly canal: Canal; readonly where: string; readonly error: string | null; readonly note: string | null };

/** Sends a mail that says it is a test, at once and once, by every channel. @throws WrongStateError without any */
export const probar = async (deps: AvisosDeps, who: Who): Promise<readonly Outcome[]> => {
  const { db, clock, config, hub } = deps;
  const canales = channelsOf(deps);
  if (canales.length === 0)
    throw new WrongStateError('sin_correo', 'No hay por dónde avisar: configure EMAIL_SMTP_SERVER o AVISOS_WEBHOOK_URL.');
  const context = { format: createFormat(config.TZ_NEGOCIO, clock), now: clock.now().getTime(), panel: config.URL_PUBLICA, repeatMin: 0 };
  const { asunto, texto, html, mensaje } = writeTest(context, who.usuario);
  const letter = { asunto, texto, html, cuerpo: JSON.stringify(mensaje) };
  const outcomes = await Promise.all(canales.map((canal) => tryOne(deps, canal, letter)));
  await db.write(() => {
    const at = isoNow(clock);
    for (const { canal, error, note } of outcomes)
      db.sql(
        `INSERT INTO envios (canal, motivo, asunto, texto, html, cuerpo, estado, intentos, creado_at, enviado_at, error)
         VALUES (@canal, 'prueba', @asunto, @texto, @html, @cuerpo, @estado, 1, @at, @sent, @error)`,
      ).run({
        canal,
        ...letter,
        estado: error === null ? 'enviado' : 'fallido',
        at,
        sent: error === null ? at : null,
        error: error ?? note,
      });
    audit(db, at, { ...who, accion: 'probar', entidad: 'aviso', despues: outcomes });
  });
  hub.changed({ entity: 'aviso' });
  return outcomes;
};

type Letter = { readonly asunto: string; readonly texto: string; readonly html: string; readonly cuerpo: string };

const tryOne = async (deps: AvisosDeps, canal: Canal, letter: Letter): Promise<Outcome> => {
  const where = (canal === 'correo' ? deps.correo?.shownAs : deps.webhook?.shownAs) ?? '';
  try {
    const notReached = await deliver(deps, { canal, envioId: `prueba-${deps.clock.now().getTime()}`, ...letter });
    return { canal, where, error: null, note: unreachedNote(notReached) };
  } catch (error) {
    if (!(error instanceof CorreoError)) throw error;
    return { canal, where, error: error.message, note: null };
  }
};
