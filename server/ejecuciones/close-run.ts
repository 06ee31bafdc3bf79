import { isDeepStrictEqual } from 'node:util';
import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';
import { outputIn } from './a360-filing.ts';
import { endFiling, type Filing, learnFromCallback, type Unbegun } from './end-filing.ts';
import { afterReport, mayReplace, type Report, type Run } from './transitions.ts';

/** A report of one run of A360. */
export type RunReport = Report & {
  readonly ejecucionId: string;
  /** The state it was in when the question was asked: it is not touched if it has moved on. */
  readonly visto?: string;
  /** The person who orders it, or `cerebro`. */
  readonly actor?: string;
  /** Nothing was begun, for certain: what becomes of the trámite it was for. */
  readonly unbegun?: Unbegun;
};

/** `same`: nothing new was told. `final`: it had ended, nothing changed. `moved`: it is not any more as it was seen. `held`: another run holds its equipo. */
export type Reported = 'applied' | 'same' | 'final' | 'moved' | 'held' | 'gone';

/** Bare columns of a run as `Run` calls them. */
const columns = `estado, fecha_inicio AS fechaInicio, fecha_inicio_real AS fechaInicioReal, fecha_fin AS fechaFin, origen, mensaje,
  callback_info AS callbackInfo, activity_id AS activityId, ocurrencia_libre AS ocurrenciaLibre, no_encontrada AS noEncontrada,
  veces_unknown AS vecesUnknown, ultimo_unknown_at AS ultimoUnknownAt`;

/**
 * The one place where a run of A360 changes its state or ends, whoever tells it (callback, conciliador, a guess, a person). Reports
 * are taken in their order; what transitions.ts does not allow is not done. With a run that files a trámite ends the trámite
 * (end-filing.ts). Playwright attempts are closed by close.ts and never
 * touched here. Call inside a transaction.
 */
export const closeRuns = (db: Db, at: string, reports: readonly RunReport[]): Reported[] => {
  if (reports.length === 0) return [];
  const known = readRuns(db, reports);
  const changed = new Map<string, Run>();
  const after: (Run | null)[] = [];
  const told = reports.map((report, index): Reported => {
    const run = changed.get(report.ejecucionId) ?? known.get(report.ejecucionId)?.run;
    after[index] = null;
    if (run === undefined) return 'gone';
    if (report.visto !== undefined && report.visto !== run.estado) return 'moved';
    if (!mayReplace(run, report.estado)) return 'final';
    const next = afterReport(run, report, at);
    if (isDeepStrictEqual(run, next)) return 'same';
    changed.set(report.ejecucionId, next);
    after[index] = next;
    return 'applied';
  });
  const written = writeRuns(db, at, changed);
  const answers = told.map((one, index) => (one === 'applied' && !written.has(idOf(reports, index)) ? 'held' : one));
  reports.forEach((report, index) => {
    const before = known.get(report.ejecucionId);
    if (answers[index] === 'applied') tellChange(db, at, report, (before as Known).run);
    if (before?.filing)
      follow(db, at, { report, filing: before.filing, after: answers[index] === 'applied' ? (after[index] ?? null) : null });
  });
  return answers;
};

/** The trámite of a run after a report of it; `after` = the run, where the report changed it. */
const follow = (db: Db, at: string, told: { report: RunReport; filing: Filing; after: Run | null }): void => {
  const { report, filing, after } = told;
  const output = report.output ?? outputIn(report.callbackInfo);
  if (after === null && report.origen === 'callback') learnFromCallback(db, at, filing, output);
  if (after === null || after.fechaFin === null) return;
  const { estado, origen, mensaje } = after;
  endFiling(db, at, filing, { estado, origen, mensaje, output, ...(report.unbegun ? { unbegun: report.unbegun } : {}) });
};

/** The same for one. */
export const closeRun = (db: Db, at: string, report: RunReport): Reported => closeRuns(db, at, [report])[0] as Reported;

const idOf = (reports: readonly RunReport[], index: number): string => (reports[index] as RunReport).ejecucionId;

/** A run as it stands, and what it files, if anything. */
type Known = { readonly run: Run; readonly filing: Filing | null };

const readRuns = (db: Db, reports: readonly RunReport[]): ReadonlyMap<string, Known> => {
  const ids = JSON.stringify(reports.map(({ ejecucionId }) => ejecucionId));
  const rows = db
    .sql(
      `SELECT ejecucion_id AS ejecucionId, tramite_id AS tramiteId, intento, ${columns} FROM ejecuciones
        WHERE ejecucion_id IN (SELECT value FROM json_each(?)) AND fase IS NULL`,
    )
    .all(ids) as unknown as (Run & { ejecucionId: string; tramiteId: number | null; intento: number | null })[];
  return new Map(
    rows.map(({ ejecucionId, tramiteId, intento, ...run }) => {
      const filing = tramiteId === null ? null : { ejecucionId, tramiteId, attempt: intento ?? 0 };
      return [ejecucionId, { run, filing }];
    }),
  );
};

/**
 * Answers which were written: one that would be active again while another run has its equipo or its user keeps waiting (the unique
 * indexes refuse it).
 */
const writeRuns = (db: Db, at: string, changed: ReadonlyMap<string, Run>): ReadonlySet<unknown> => {
  const rows = [...changed].map(([ejecucionId, run]) => ({ ejecucionId, ...run }));
  const written = db
    .sql(
      `UPDATE OR IGNORE ejecuciones
          SET estado = now.value ->> 'estado', fecha_inicio_real = now.value ->> 'fechaInicioReal', fecha_fin = now.value ->> 'fechaFin',
              origen = now.value ->> 'origen', mensaje = now.value ->> 'mensaje', callback_info = now.value ->> 'callbackInfo',
              activity_id = now.value ->> 'activityId', ocurrencia_libre = now.value ->> 'ocurrenciaLibre',
              no_encontrada = now.value ->> 'noEncontrada', veces_unknown = now.value ->> 'vecesUnknown',
              ultimo_unknown_at = now.value ->> 'ultimoUnknownAt', actualizada_at = @at
         FROM json_each(@rows) AS now
        WHERE ejecuciones.ejecucion_id = now.value ->> 'ejecucionId'
    RETURNING ejecucion_id`,
    )
    .all({ at, rows: JSON.stringify(rows) });
  return new Set(written.map((row) => row.ejecucion_id));
};

const tellChange = (db: Db, at: string, report: RunReport, before: Run): void => {
  const { ejecucionId, estado, origen, mensaje, actor } = report;
  if (estado === before.estado && report.fin === undefined) return;
  const data = { estado, antes: before.estado, origen, ...(mensaje ? { message: mensaje } : {}) };
  record(db, at, { entity: 'ejecucion', entityId: ejecucionId, kind: 'reported', data, ...(actor === undefined ? {} : { actor }) });
};
