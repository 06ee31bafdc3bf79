import { raise, resolve } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { CerebroError } from '#server/lib/errors.ts';
import type { InvalidOrganismo } from '#server/organismos/config.ts';
import type { Reconciled } from './reconcile.ts';
import type { SiteTally, Tally } from './tally.ts';
import { tellRefused } from './tell-refused.ts';
import { answered, tellSource } from './tell-source.ts';

export type CycleEnd = Omit<SiteTally, 'error'> & {
  readonly outcome: 'ok' | 'failed' | 'aborted';
  /** Recursos of earlier cycles that a crash had kept from the queue. */
  readonly recovered: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly phases: Readonly<Record<string, number>>;
};

/** A cycle never overlaps itself: one still `running` belongs to a process that died. */
export const beginCycle = ({ db, clock, hub }: Deps): Promise<number> => {
  const at = isoNow(clock);
  return db.write(() => {
    db.sql(`UPDATE cycles SET outcome = 'aborted', ended_at = ? WHERE name = 'reclamar' AND outcome = 'running'`).run(at);
    const { lastInsertRowid } = db.sql(`INSERT INTO cycles (name, started_at) VALUES ('reclamar', ?)`).run(at);
    hub.changed({ entity: 'cycle', id: Number(lastInsertRowid) });
    return Number(lastInsertRowid);
  });
};

type Ending = { readonly tally: Tally; readonly reconciled: Reconciled; readonly failure: Error | null; readonly aborted: boolean };

/** Writes what the cycle did, per organismo too, and opens or closes the aviso of a silent source. */
export const endCycle = async (deps: Deps, cycleId: number, { tally, reconciled, failure, aborted }: Ending): Promise<CycleEnd> => {
  const { db, clock, hub } = deps;
  const at = isoNow(clock);
  const totals = tally.totals();
  const outcome = failure ? 'failed' : aborted ? 'aborted' : 'ok';
  await db.write(() => {
    db.sql(
      `UPDATE cycles SET ended_at = @at, outcome = @outcome, seen = @seen, matched = @matched, discarded = @discarded, claimed = @claimed,
              lost = @lost, reasons = @reasons, phases = @phases, error_code = @code, error = @error
        WHERE cycle_id = @cycleId`,
    ).run({
      ...totals,
      ...{ cycleId, at, outcome, code: codeOf(failure), error: failure?.message ?? null },
      ...{ reasons: JSON.stringify(tally.reasons), phases: JSON.stringify(tally.phases) },
    });
    keepSites(deps, cycleId, tally);
    tellSource(db, at, failure);
    tellRefused(db, at, tally, !aborted && answered(failure));
  });
  hub.changed({ entity: 'cycle', id: cycleId });
  return { ...totals, outcome, recovered: reconciled.recovered, reasons: tally.reasons, phases: tally.phases };
};

const codeOf = (failure: Error | null): string | null => {
  if (!failure) return null;
  return failure instanceof CerebroError ? failure.code : 'error_inesperado';
};

const keepSites = ({ db }: Deps, cycleId: number, { sites }: Tally): void => {
  const insert = db.sql(
    `INSERT INTO cycle_organismos (cycle_id, site_id, seen, matched, discarded, claimed, lost, error)
     VALUES (@cycleId, @siteId, @seen, @matched, @discarded, @claimed, @lost, @error)`,
  );
  for (const [siteId, site] of sites) insert.run({ cycleId, siteId, ...site });
};

const invalidClave = (siteId: string): string => `organismo_no_valido:${siteId}`;

/** One aviso per organismo that somebody switched on and cannot be worked with; closed when it is mended or switched off. */
export const tellInvalid = async ({ db, clock }: Deps, invalid: readonly InvalidOrganismo[]): Promise<void> => {
  const at = isoNow(clock);
  const wanted = invalid.filter(({ active }) => active);
  const claves = new Set(wanted.map(({ siteId }) => invalidClave(siteId)));
  const open = db
    .sql(`SELECT clave FROM avisos WHERE estado = 'abierto' AND clave LIKE 'organismo\\_no\\_valido:%' ESCAPE '\\'`)
    .all()
    .map((row) => row.clave as string);
  const over = open.filter((clave) => !claves.has(clave));
  if (wanted.length === 0 && over.length === 0) return;
  await db.write(() => {
    for (const clave of over) resolve(db, at, clave);
    for (const { siteId, problems } of wanted) {
      const aviso = { clave: invalidClave(siteId), nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' } as const;
      const detalle = problems.map(({ sentence }) => sentence).join(' ');
      const acciones = [`Abra el organismo ${siteId}: dice qué campo está mal.`, 'Corríjalo, o apáguelo mientras tanto.'] as const;
      raise(db, at, { ...aviso, titulo: `El organismo ${siteId} está encendido y no es válido`, detalle, acciones });
    }
  });
};
