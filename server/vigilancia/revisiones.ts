import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import { countByStatus } from '#server/cola/queries.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';

const clave = 'revision';

/** One aviso for all the trámites that wait for a person to look at them; it counts up when there are more, and ends with the last. */
export const tellReviews = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> => {
  const waiting = countByStatus(db, null).needs_review;
  const told = toldOf(db);
  if (waiting === (told ?? 0)) return;
  await db.write(() => {
    const at = isoNow(clock);
    if (waiting === 0) resolve(db, at, clave);
    else if (told === null || waiting > told) raise(db, at, avisoOf(waiting));
    else
      db.sql(`UPDATE avisos SET detalle = ?, datos = ? WHERE clave = ? AND estado = 'abierto'`).run(
        sentence(waiting),
        data(waiting),
        clave,
      );
  });
};

const late = 'registro_tardio:';

/** That A360 filed one that a person had sent back to the queue is over when a person has decided about it again. */
export const endDecided = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> => {
  const over = db
    .sql(
      `SELECT a.clave FROM avisos AS a
        WHERE a.estado = 'abierto' AND substr(a.clave, 1, length(@late)) = @late
          AND EXISTS (SELECT 1 FROM events AS e WHERE e.entity = 'tramite' AND e.entity_id = substr(a.clave, length(@late) + 1)
                         AND e.kind IN ('cancelled', 'rejected', 'resolved', 'released') AND e.at > a.ultimo_at)`,
    )
    .all({ late });
  if (over.length === 0) return;
  await db.write(() => {
    for (const row of over) resolve(db, isoNow(clock), row.clave as string);
  });
};

const toldOf = (db: Db): number | null => {
  const row = db.sql(`SELECT json_extract(datos, '$.Trámites') AS n FROM avisos WHERE clave = ? AND estado = 'abierto'`).get(clave);
  return row === undefined ? null : Number(row.n);
};

const sentence = (n: number): string =>
  n === 1
    ? 'De un trámite no se sabe si llegó a presentarse: nadie lo toca hasta que una persona lo diga.'
    : `De ${n} trámites no se sabe si llegaron a presentarse: nadie los toca hasta que una persona lo diga.`;

const data = (n: number): string => JSON.stringify({ Trámites: String(n) });

const avisoOf = (n: number): Aviso => ({
  ...{ clave, nivel: 'ALTO', ambito: 'ROBOT', naturaleza: 'PERMANENTE' },
  titulo: 'Hay trámites que esperan a que una persona los revise',
  detalle: sentence(n),
  datos: { Trámites: String(n) },
  acciones: ['Abra Revisión.', 'Mire en cada sede si consta el registro.', 'Diga «Se presentó» con su número, o «No se presentó».'],
});
