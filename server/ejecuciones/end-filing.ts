import { raise } from '#server/avisos/raise.ts';
import type { TramiteEventKind } from '#server/cola/events.ts';
import { learnFiled } from '#server/cola/learn.ts';
import { type Settlement, settle } from '#server/cola/settle.ts';
import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';
import { type BotOutput, decideFiling, type FilingDecision, type Register, readRegister } from './a360-filing.ts';
import { askForReview } from './close.ts';

/** The trámite a run of A360 files, and which attempt at it that run is. */
export type Filing = { readonly ejecucionId: string; readonly tramiteId: number; readonly attempt: number };

/** Why nothing was ever begun, where that is certain: the trámite goes back to the queue or, where a person must know, to review. */
export type Unbegun =
  /** Not taken again before `notBefore`; null = at once, and not counted as a failure. */
  | { readonly verb: 'requeue'; readonly code: string; readonly message: string; readonly notBefore: string | null }
  | { readonly verb: 'doubt'; readonly code: string; readonly message: string };

export type FilingClose = {
  readonly estado: string;
  readonly origen: string | null;
  readonly mensaje: string | null;
  readonly output: BotOutput | null;
  readonly unbegun?: Unbegun;
};

/**
 * The one place where the end of a run of A360 becomes the end of its trámite. It is decided as soon as the run ends, whoever tells it;
 * a later truth about that run (a real end after a guess) may still complete a trámite that waits to be reviewed because of it. Call
 * inside the transaction that ends the run.
 */
export const endFiling = (db: Db, at: string, filing: Filing, close: FilingClose): void => {
  const decision = close.unbegun ?? decideFiling({ ...close, ...factsOf(db, filing) });
  if (decision.verb === 'complete') keepRegister(db, filing, decision.result);
  if (!isCurrent(db, filing)) {
    if (decision.verb === 'complete') learn(db, at, filing, decision.result);
    return;
  }
  if (settle(db, at, filing.tramiteId, settlementOf(decision)) === null) return;
  tell(db, at, filing, decision);
  if (decision.verb === 'doubt') askForReview(db, at, filing.tramiteId, decision.message);
};

/** What a callback brings after the run had ended: the run stays as it is, its trámite may be known to be filed. */
export const learnFromCallback = (db: Db, at: string, filing: Filing, output: BotOutput | null): void => {
  const register = readRegister(output);
  if (register === null) return;
  keepRegister(db, filing, register);
  learn(db, at, filing, register);
};

/**
 * Whether that run is the attempt its trámite is at work on. Another program may have put the row back meanwhile: what the run did is
 * written down all the same, unless a person has said what became of it.
 */
const isCurrent = (db: Db, { ejecucionId, tramiteId, attempt }: Filing): boolean =>
  db
    .sql(
      `SELECT 1 FROM tramite_queue AS t
        WHERE t.id = @tramiteId AND t.attempts = @attempt
          AND (t.status = 'processing'
               OR (t.status = 'pending' AND NOT EXISTS (
                     SELECT 1 FROM events WHERE entity = 'tramite' AND entity_id = CAST(@tramiteId AS TEXT) AND kind = 'resolved'
                        AND at >= (SELECT fecha_inicio FROM ejecuciones WHERE ejecucion_id = @ejecucionId))))`,
    )
    .get({ ejecucionId, tramiteId, attempt }) !== undefined;

const factsOf = (db: Db, { ejecucionId, tramiteId }: Filing) => {
  const row = db
    .sql(
      `SELECT coalesce(t.expediente, '') AS expediente, coalesce(q.equipo, e.equipo_id, 'su equipo') AS equipo, e.deployment_id AS deployment
         FROM ejecuciones AS e LEFT JOIN tramite_queue AS t ON t.id = ? LEFT JOIN equipos AS q ON q.equipo_id = e.equipo_id
        WHERE e.ejecucion_id = ?`,
    )
    .get(tramiteId, ejecucionId);
  return { expediente: String(row?.expediente ?? ''), equipo: String(row?.equipo ?? 'su equipo'), accepted: row?.deployment != null };
};

const keepRegister = (db: Db, { ejecucionId }: Filing, register: Register): void => {
  db.sql('UPDATE ejecuciones SET result = ? WHERE ejecucion_id = ?').run(JSON.stringify(register), ejecucionId);
};

const learn = (db: Db, at: string, filing: Filing, register: Register): void => {
  if (!learnFiled(db, at, filing, register)) {
    contradict(db, at, filing, register);
    return;
  }
  const data = { attempt: filing.attempt, ...register, late: true };
  record(db, at, { entity: 'tramite', entityId: filing.tramiteId, kind: 'completed', data });
};

/** What a person has decided stands; that A360 says otherwise is told at once, because it could be filed again. */
const contradict = (db: Db, at: string, { tramiteId }: Filing, { numero, fecha }: Register): void => {
  const known = db
    .sql("SELECT status, json_extract(result, '$.numero') AS numero FROM tramite_queue WHERE id = ? AND json_valid(coalesce(result, '{}'))")
    .get(tramiteId);
  if (known === undefined || known.numero === numero) return;
  raise(db, at, {
    ...{ clave: `registro_tardio:${tramiteId}`, nivel: 'CRITICO', ambito: 'ROBOT', naturaleza: 'PERMANENTE' },
    titulo: `A360 dice que el trámite ${tramiteId} se presentó, y aquí no consta así`,
    detalle: `Lo presentó con el número ${numero} (${fecha}).`,
    acciones: [
      `Abra el trámite ${tramiteId} y cancélelo si está a punto de presentarse otra vez.`,
      'Compruebe en la sede si ese registro existe.',
    ],
  });
};

const settlementOf = (decision: FilingDecision | Unbegun): Settlement => {
  if (decision.verb !== 'requeue') return decision;
  const { verb, code, message, notBefore } = decision;
  return { verb, code, message, notBefore, counts: notBefore !== null };
};

const tell = (db: Db, at: string, { tramiteId, attempt }: Filing, decision: FilingDecision | Unbegun): void => {
  record(db, at, { entity: 'tramite', entityId: tramiteId, ...eventOf(attempt, decision) });
};

const eventOf = (attempt: number, decision: FilingDecision | Unbegun): { kind: TramiteEventKind; data: Record<string, unknown> } => {
  if (decision.verb === 'complete') return { kind: 'completed', data: { attempt, ...decision.result } };
  const { code, message } = decision;
  if (decision.verb === 'doubt') return { kind: 'needs_review', data: { attempt, code, message } };
  const { notBefore } = decision;
  if (notBefore === null) return { kind: 'returned', data: { attempt, code, message } };
  return { kind: 'retry_scheduled', data: { attempt, code, message, notBefore } };
};
