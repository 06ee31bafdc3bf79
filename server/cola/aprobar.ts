import type { Db } from '#server/db/open.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { screenOfA360 } from './for-robot.ts';
import { carryOut, type OrderDeps, type OrderInput, type Who } from './order.ts';

/**
 * A person has seen the filled form and lets it be sent: pending again, and its next attempt submits, if it is given what
 * was seen (`approved_digest`). `intento` = the attempt whose screen the person had before the eyes, where the page says it.
 * Of one that a robot of A360 files, what is approved is that robot with what it will be given.
 * @throws WrongStateError also while the organismo's modo never sends (simular, rellenar), where the approval would change
 * nothing, and when there is a newer screen than the one seen.
 */
export const aprobar = (deps: OrderDeps, id: number, input: OrderInput, who: Who): Promise<void> =>
  carryOut(deps, id, who, {
    verb: 'aprobar',
    event: 'approved',
    check: (db, tramite) => {
      refuseModesThatNeverSend(db, tramite.siteId);
      if (input.intento) refuseUnseen(db, id, input.intento);
    },
    change: (db, at) =>
      db
        .sql(
          `UPDATE tramite_queue
              SET approved_at = ?, approved_by = ?, approved_digest = ?, not_before = NULL, transient_failures = 0
            WHERE id = ?`,
        )
        .run(at, who.usuario, screenOfA360(db, id) ?? lastScreen(db, id)?.digest ?? null, id),
  });

const refuseModesThatNeverSend = (db: Db, siteId: string): void => {
  const modo = db.sql('SELECT modo FROM organismo_config WHERE site_id = ?').get(siteId)?.modo;
  if (modo !== 'simular' && modo !== 'rellenar') return;
  throw new WrongStateError('modo_sin_envio', `${siteId} está en modo «${modo}», que nunca envía: cambie antes el modo del organismo.`);
};

type Screen = { readonly intento: number; readonly digest: string | null };

/** The attempt that filled the form last, and the fingerprint of what it was given. */
const lastScreen = (db: Db, id: number): Screen | undefined =>
  db
    .sql('SELECT intento, task_digest AS digest FROM ejecuciones WHERE tramite_id = ? ORDER BY intento DESC, ejecucion_id DESC LIMIT 1')
    .get(id) as Screen | undefined;

const refuseUnseen = (db: Db, id: number, intento: string): void => {
  if (String(lastScreen(db, id)?.intento ?? '') === intento) return;
  throw new WrongStateError('pantalla_antigua', 'Hay una pantalla más nueva que la que estaba viendo: mírela antes de aprobar.');
};
