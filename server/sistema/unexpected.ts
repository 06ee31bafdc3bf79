import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { normalise } from '#server/errores/rules.ts';
import { isoNow } from '#server/lib/clock.ts';
import { redactText } from '#server/lib/secrets.ts';

/** A failure nobody decided about. `origen` says where it was met, `reference` what its page and the log call it. */
export type Unexpected = { readonly origen: string; readonly error: Error; readonly reference: string };

/** Keeps it in `error_log`, for the errors page, and in the log with its stack. */
export const keepUnexpected = async (deps: Pick<Deps, 'db' | 'clock' | 'log'>, unexpected: Unexpected): Promise<void> => {
  const { origen, error, reference } = unexpected;
  deps.log.error({ err: error, origen, referencia: reference }, 'error inesperado');
  await noteUnexpected(deps, unexpected);
};

/** In `error_log` only: the log has it from whoever met it. One that comes in a burst is counted in its last row. */
export const noteUnexpected = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>, unexpected: Unexpected): Promise<void> => {
  const { origen, reference } = unexpected;
  const message = redactText(unexpected.error.message);
  const same = sameOf(db, clock.monotonic(), `${origen}\n${normalise(message)}`);
  await db.write(() => {
    const at = isoNow(clock);
    if (same.rows >= mostRows) {
      db.sql(countSql).run({ id: same.lastId, at, reference });
      return;
    }
    const { lastInsertRowid } = db
      .sql('INSERT INTO error_log (fecha_hora, origen, error_mensaje, parametros) VALUES (?, ?, ?, ?)')
      .run(at, origen, message, JSON.stringify({ referencia: reference }));
    same.rows += 1;
    same.lastId = Number(lastInsertRowid);
  });
};

const countSql = `
  UPDATE error_log SET parametros = json_set(parametros, '$.referencia', @reference, '$.ultima', @at,
         '$.repetidas', coalesce(parametros ->> '$.repetidas', 0) + 1)
   WHERE error_log_id = @id`;

/** Rows of the same failure within a minute; those that come after are counted in the last one, so that ten thousand bury no other. */
const mostRows = 10;
const burstMs = 60_000;
/** Different failures told apart within that minute; whatever comes after them counts as one. */
const mostKinds = 200;

type Same = { rows: number; lastId: number };
type Burst = { readonly until: number; readonly kinds: Map<string, Same> };

const bursts = new WeakMap<Db, Burst>();

const sameOf = (db: Db, now: number, kind: string): Same => {
  const current = bursts.get(db);
  const burst = current && now < current.until ? current : { until: now + burstMs, kinds: new Map<string, Same>() };
  bursts.set(db, burst);
  const key = burst.kinds.has(kind) || burst.kinds.size < mostKinds ? kind : '';
  const same = burst.kinds.get(key) ?? { rows: 0, lastId: 0 };
  burst.kinds.set(key, same);
  return same;
};
