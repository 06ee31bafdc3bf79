import { basename } from 'node:path';
import { isOpen } from '#server/avisos/queries.ts';
import { raise, resolve } from '#server/avisos/raise.ts';
import { countRestored, holdUnfiled, restoredKey } from '#server/cola/restored.ts';
import { type CopyMark, copyMarkKey, parseMark } from '#server/db/copy-mark.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { record } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { adoptCopies, type Found, strayCopies } from './adoptar.ts';

type HoldDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'evidence' | 'log'>;

/** The aviso that stands open while something waits because of a restoration. */
export const restoredClave = 'restaurada';

/**
 * Where the database is a copy that was put in place (by `npm run restaurar`, or by hand), the house knows nothing of what was filed since the
 * copy. So that nothing is filed twice: everything not filed waits for a person, intents that were open count as never made (if they were,
 * their recursos come up as ours and unknown), the launcher is held, numbers whose evidence lies on the disk are not given again, and
 * everybody signs in anew, and copies made since are listed. One transaction, mark included: cut short, the next start begins again. Answers how many trámites wait; null where
 * the database is no copy. Call at the start, before anything works.
 */
export const holdRestored = async (deps: HoldDeps): Promise<number | null> => {
  const { db, clock, log } = deps;
  const mark = parseMark(db.sql('SELECT valor FROM ajustes WHERE clave = ?').get(copyMarkKey)?.valor);
  if (mark === null) return null;
  const taken = await deps.evidence.taken();
  const stray = strayCopies(deps);
  const held = await db.write(() => holdEverything(db, isoNow(clock), mark, { taken, stray }), { durable: true });
  log.warn(
    { copia: mark.archivo, hecha: mark.copiadaAt, tramites: held },
    'la base se restauró de una copia: nada se presenta sin una persona',
  );
  return held;
};

/** Trámites and attempts whose folder lies on the disk. */
type Taken = readonly { readonly tramiteId: number; readonly attempts: number }[];

/** What the database cannot know, because it came after the copy. */
type Since = { readonly taken: Taken; readonly stray: readonly Found[] };

const holdEverything = (db: Db, at: string, mark: CopyMark, { taken, stray }: Since): number => {
  const sentence = sentenceOf(mark);
  const held = holdUnfiled(db, at, sentence);
  const intents = db.sql(`UPDATE reclamaciones SET state = 'lost', closed_at = ? WHERE state = 'intended'`).run(at).changes;
  skipTaken(db, taken);
  untieUnanswered(db);
  dropLetters(db);
  db.sql('DELETE FROM sesiones').run();
  db.sql(`UPDATE lanzador SET retenido = 1, motivo = ?, usuario = 'cerebro', desde = ? WHERE id = 1`).run(launcherSentence, at);
  db.sql(`UPDATE copias SET terminada_at = coalesce(terminada_at, ?), verificada = 1, error = NULL WHERE archivo = ?`).run(
    at,
    basename(mark.archivo),
  );
  adoptCopies(db, stray);
  db.sql(
    `INSERT INTO ajustes (clave, valor, updated_at, updated_by) VALUES (?, ?, ?, 'cerebro')
     ON CONFLICT (clave) DO UPDATE SET valor = excluded.valor, updated_at = excluded.updated_at`,
  ).run(restoredKey, at, at);
  db.sql('DELETE FROM ajustes WHERE clave = ?').run(copyMarkKey);
  record(db, at, { entity: 'sistema', entityId: 'restauracion', kind: 'restored', data: { copiadaAt: mark.copiadaAt, held, intents } });
  raise(db, at, {
    ...({ clave: restoredClave, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' } as const),
    titulo: `La base se restauró de una copia: ${held} trámites por comprobar`,
    detalle: `${sentence} El lanzador queda retenido.`,
    acciones: [
      'Responda en Revisión los trámites por comprobar.',
      'Mire en Ciclos lo reclamado después de la copia.',
      'Mire en el Control Room qué se lanzó después de la copia, y suelte el lanzador.',
    ],
  });
  return held;
};

const sentenceOf = ({ copiadaAt }: CopyMark): string => {
  const when = copiadaAt === '' ? 'que no dice de cuándo es' : `del ${copiadaAt.slice(0, 16).replace('T', ' ')} UTC`;
  return `La base se restauró de una copia ${when}: compruebe en la sede si ya se presentó.`;
};

const launcherSentence = 'La base se restauró de una copia: mire en el Control Room qué se lanzó después y suéltelo.';

/**
 * Letters that waited at the copy may have been sent since: none of them is sent. Of an aviso that is still open another one is written, as
 * things stand now. New letters do not get the number, and with it the Message-ID, of one that was sent after the copy: mail servers drop
 * what they have seen.
 */
const dropLetters = (db: Db): void => {
  db.sql(
    `UPDATE avisos SET avisado_at = NULL
      WHERE estado = 'abierto' AND aviso_id IN (SELECT aviso_id FROM envios WHERE estado = 'pendiente' AND motivo <> 'fin')`,
  ).run();
  db.sql(`UPDATE envios SET estado = 'fallido', proximo_at = NULL, error = ? WHERE estado = 'pendiente'`).run(letterSentence);
  for (const table of ['envios', 'avisos']) raiseNumbers(db, table, (last) => last + farAhead);
};

/** The next row of that table gets a number beyond `beyond(its last one)`. */
const raiseNumbers = (db: Db, table: string, beyond: (last: number) => number): void => {
  const known = db.sql('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table)?.seq as number | undefined;
  const seq = beyond(known ?? 0);
  if (known === undefined) db.sql('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table, seq);
  else db.sql('UPDATE sqlite_sequence SET seq = ? WHERE name = ?').run(seq, table);
};

/** More letters than are ever written between two copies. */
const farAhead = 1_000_000;

const letterSentence = 'La base se restauró de una copia: pudo enviarse ya, y no se repite.';

/** No later trámite, nor attempt, may find the evidence of another in its folder. */
const skipTaken = (db: Db, taken: Taken): void => {
  raiseNumbers(db, 'tramite_queue', (last) => taken.reduce((most, { tramiteId }) => Math.max(most, tramiteId), last));
  db.sql(
    `UPDATE tramite_queue SET attempts = max(attempts, j.n)
       FROM (SELECT value ->> 'tramiteId' AS id, value ->> 'attempts' AS n FROM json_each(?)) AS j
      WHERE tramite_queue.id = j.id AND tramite_queue.attempts < j.n`,
  ).run(JSON.stringify(taken));
};

/**
 * A launch whose answer was still to come at the copy is looked for among all that A360 ran since, and what others launched then is known to
 * nobody: it may be taken for another trámite's. Whatever it brings, a person says what became of its trámite.
 */
const untieUnanswered = (db: Db): void => {
  db.sql(
    `UPDATE tramite_queue SET attempts = attempts + 1
      WHERE id IN (SELECT tramite_id FROM ejecuciones
                    WHERE fecha_fin IS NULL AND fase IS NULL AND deployment_id IS NULL AND tramite_id IS NOT NULL)`,
  ).run();
};

/** Ends the aviso once nobody waits any more. Writes nothing where there is none. */
export const endRestored = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> => {
  if (!isOpen(db, restoredClave)) return;
  await db.write(() => countRestored(db).all === 0 && resolve(db, isoNow(clock), restoredClave));
};
