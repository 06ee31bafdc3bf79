import type { Deps } from '#server/deps.ts';
import { takeInHand } from '#server/ejecuciones/in-hand.ts';
import { newId } from '#server/lib/ids.ts';
import { type ClaimedTramite, isStillToBeFiled, takeTramites, undoClaims } from './filing.ts';
import { gateOf } from './gate.ts';
import { momentAt } from './moment.ts';
import { type Decision, decide, type Pair } from './pairs.ts';
import { readSnapshot } from './snapshot.ts';
import { isStillWanted } from './still.ts';
import { tellCall } from './tell-call.ts';

/** A pair that is ours to launch: its row stands, durably, before A360 hears of it. */
export type Claim = Pair & {
  readonly ejecucionId: string;
  readonly robot: string;
  readonly equipo: string;
  /** The A360 user that runs there, by name. */
  readonly usuario: string | null;
  readonly parametros: string | null;
  /** What it files; null for a robot that serves no organismo. */
  readonly tramite: ClaimedTramite | null;
};

/** What would start at this instant, and why the rest would not. Call it inside `db.read` or a transaction. */
export const decideNow = ({ db, config }: Pick<Deps, 'db' | 'config'>, now: Date): Decision =>
  decide(readSnapshot(db, now), { now, momentOf: momentAt(config.TZ_NEGOCIO, now) });

/**
 * Looks, decides and writes the row of every pair in one transaction. A row the unique indexes refuse (its equipo, its user or its
 * occurrence is somebody's) leaves that pair out, never the others; so does a robot that files and has no trámite left, and each of its
 * rows takes another one.
 */
export const claimPairs = async (deps: Deps): Promise<Claim[]> => {
  const claims = await deps.db.write(
    () => {
      if (gateOf(deps).kind !== 'abierto') return [];
      const now = deps.clock.now();
      const wanted = decideNow(deps, now).pairs.map((pair) => ({ ...pair, ejecucionId: newId(now) }));
      return insert(deps, now.toISOString(), wanted);
    },
    { durable: true },
  );
  takeInHand(
    deps.db,
    claims.map(({ ejecucionId }) => ejecucionId),
  );
  for (const { tramite } of claims) if (tramite !== null) deps.hub.changed({ entity: 'tramite', id: tramite.id });
  return claims;
};

type Named = Pick<Claim, 'robot' | 'equipo' | 'usuario' | 'parametros'>;

const insert = ({ db }: Deps, at: string, wanted: readonly (Pair & { ejecucionId: string })[]): Claim[] => {
  if (wanted.length === 0) return [];
  const ours = new Set(
    db
      .sql(
        `INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado, fecha_inicio, programacion_id, fecha_teorica, actualizada_at)
         SELECT value ->> 'ejecucionId', value ->> 'robotId', value ->> 'equipoId', value ->> 'userId', 'PENDING_EXECUTION', @at,
                value ->> 'programacionId', value ->> 'fechaTeorica', @at
           FROM json_each(@wanted) WHERE true
             ON CONFLICT DO NOTHING
      RETURNING ejecucion_id`,
      )
      .all({ at, wanted: JSON.stringify(wanted) })
      .map((row) => row.ejecucion_id as string),
  );
  const inserted = wanted.filter(({ ejecucionId }) => ours.has(ejecucionId));
  const claimed = takeTramites(db, at, inserted);
  const told = new Map(
    db
      .sql(
        `SELECT e.ejecucion_id AS id, r.robot, q.equipo, q.user_name AS usuario, r.parametros
           FROM json_each(?) AS c JOIN ejecuciones AS e ON e.ejecucion_id = c.value
           JOIN robots AS r ON r.robot_id = e.robot_id JOIN equipos AS q ON q.equipo_id = e.equipo_id`,
      )
      .all(JSON.stringify(claimed.map(({ ejecucionId }) => ejecucionId)))
      .map((row) => [row.id as string, row as Named]),
  );
  return claimed.flatMap((pair) => {
    const names = told.get(pair.ejecucionId);
    if (names === undefined) return [];
    const { robot, equipo, usuario, parametros } = names;
    return [{ ...pair, robot, equipo, usuario, parametros }];
  });
};

/**
 * Right before the call: the row is still ours, and nobody has held the launcher, suspended this or given it up meanwhile. Its instant
 * becomes that of the call, so that a search for a lost answer begins there, and its mark of not being asked for goes. `withdrawn` = nothing was ever asked for: the row is gone.
 */
export const beginCall = (deps: Deps, claim: Claim, firstTime: boolean): Promise<'go' | 'withdrawn' | 'not_ours'> =>
  // That A360 is asked to file must outlive a power cut: what says that it was not would let it be filed again.
  deps.db.write(() => begin(deps, claim, firstTime), { durable: claim.tramite !== null });

const begin = (deps: Deps, claim: Claim, firstTime: boolean): 'go' | 'withdrawn' | 'not_ours' => {
  const { db, clock } = deps;
  const at = clock.now().toISOString();
  const pending = `ejecucion_id = @id AND estado = 'PENDING_EXECUTION' AND deployment_id IS NULL`;
  const wanted = isStillWanted(deps, claim, !firstTime) && isStillToBeFiled(db, claim);
  if (gateOf(deps).kind !== 'abierto' || isSuspended(deps, claim, at) || !wanted) {
    if (firstTime) undoClaims(db, [claim.ejecucionId]);
    return 'withdrawn';
  }
  const { changes } = db
    .sql(`UPDATE ejecuciones SET fecha_inicio = @at, actualizada_at = @at, error_code = NULL WHERE ${pending}`)
    .run({ at, id: claim.ejecucionId });
  if (changes > 0 && firstTime) tellCall(deps, claim, at);
  return changes > 0 ? 'go' : 'not_ours';
};

const isSuspended = ({ db }: Deps, { robotId, equipoId }: Claim, at: string): boolean =>
  db
    .sql(
      `SELECT 1 FROM suspensiones
        WHERE reanudada_at IS NULL AND (hasta IS NULL OR hasta > @at)
          AND (coalesce(robot_id, ''), coalesce(equipo_id, '')) IN (VALUES (@robotId, ''), ('', @equipoId), (@robotId, @equipoId))`,
    )
    .get({ at, robotId, equipoId }) !== undefined;

/** Takes back rows A360 was never told of: their equipos, occurrences and trámites are free again. */
export const withdraw = async ({ db, hub }: Deps, claims: readonly Claim[]): Promise<void> => {
  if (claims.length === 0) return;
  await db.write(() =>
    undoClaims(
      db,
      claims.map(({ ejecucionId }) => ejecucionId),
    ),
  );
  for (const { tramite } of claims) if (tramite !== null) hub.changed({ entity: 'tramite', id: tramite.id });
};
