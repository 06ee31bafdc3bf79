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
