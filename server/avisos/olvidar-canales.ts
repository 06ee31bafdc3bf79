import { type AvisosDeps, channelsOf } from './anotar.ts';

const forsaken = `estado = 'pendiente' AND canal NOT IN (SELECT value FROM json_each(@canales))`;

/**
 * What waits for a channel that is not configured any more never leaves, nor comes as a flood the day it is again: it is closed,
 * and what is still open is written anew by the channels there are.
 */
export const olvidarCanales = async (deps: AvisosDeps): Promise<void> => {
  const { db } = deps;
  const canales = JSON.stringify(channelsOf(deps));
  if (db.sql(`SELECT 1 FROM envios WHERE ${forsaken} LIMIT 1`).get({ canales }) === undefined) return;
  await db.write(() => {
    db.sql(
      `UPDATE avisos SET avisado_at = NULL
        WHERE estado = 'abierto' AND aviso_id IN (SELECT aviso_id FROM envios WHERE motivo = 'nuevo' AND ${forsaken})`,
    ).run({ canales });
    db.sql(`UPDATE envios SET estado = 'fallido', proximo_at = NULL, error = 'Ese canal ya no está configurado.' WHERE ${forsaken}`).run({
      canales,
    });
  });
  deps.hub.changed({ entity: 'aviso' });
};
