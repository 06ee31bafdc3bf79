import { closeAttempt } from '#server/ejecuciones/close.ts';
import { openNext } from '#server/ejecuciones/open.ts';
import { newId } from '#server/lib/ids.ts';
import type { QueueHouse } from '../../lib/queue-house.ts';
import type { Contender } from '../../lib/rounds.ts';
import { now, perSecond } from '../../lib/speed.ts';

const perRound = 2000;

const result = {
  numero: 'REG-1',
  fecha: '2025-01-01T10:00:00.000Z',
  recibo: { file: 'justificante.pdf', bytes: 3000, sha256: '0'.repeat(64) },
};
const steps = ['abrir', 'entrar', 'rellenar', 'adjuntar', 'revisar', 'enviar', 'recibo'];
const serving = new Map([['bench', { robotId: 'bench', form: { steps } }]]);
const retry = { max: 4, baseSeconds: 30, random: () => 0.5 };
const pathOf = (capture: string): string => `/evidencias/${capture}`;

/** What the thread writes between the two: the same statement for both contenders. */
const submitted = "UPDATE ejecuciones SET fase = 'submitted', result = ? WHERE ejecucion_id = ?";

/** The verbs of the house: close an attempt and open the next, with ejecución and events, one transaction per turn. */
export const verbs = (name: string, house: QueueHouse): Contender => ({
  name,
  run: async () => {
    const { db } = house;
    await house.addPending(perRound);
    return perSecond(perRound, async () => {
      let open = await db.write(() => openNext(db, new Date(), 'local-1', serving));
      for (let done = 0; done < perRound; done++) {
        if (!open) throw new Error('the queue ran dry');
        const key = { ejecucionId: open.ejecucionId, tramiteId: open.tramite.id, attempt: open.tramite.attempt };
        db.sql(submitted).run(JSON.stringify(result), key.ejecucionId);
        open = await db.write(() => {
          const ending = { kind: 'outcome', outcome: { kind: 'submitted', result } } as const;
          const reached = { fase: 'submitted', result, receiptVerified: true } as const;
          closeAttempt(db, new Date(), { key, ending, reached, retry, pathOf });
          return openNext(db, new Date(), 'local-1', serving);
        });
      }
    });
  },
});

type Row = { readonly id: number; readonly attempts: number; readonly payload: string };

/** The same rows and columns written by prepared statements, with nothing checked and nothing decided. */
export const raw = (name: string, house: QueueHouse): Contender => ({
  name,
  run: async () => {
    await house.addPending(perRound);
    const turn = rawTurn(house);
    return perSecond(perRound, () => {
      for (let done = 0, open = turn(null); done < perRound; done++) {
        if (!open) throw new Error('the queue ran dry');
        house.db.sqlite.prepare(submitted).run(JSON.stringify(result), open.ejecucionId);
        open = turn(open);
      }
    });
  },
});

type Open = { readonly id: number; readonly attempt: number; readonly ejecucionId: string };

const rawTurn = ({ db: { sqlite } }: QueueHouse): ((open: Open | null) => Open | null) => {
  const close = sqlite.prepare(
    "UPDATE ejecuciones SET estado = 'COMPLETED', fecha_fin = ?, error_code = NULL, mensaje = NULL WHERE ejecucion_id = ?",
  );
  const complete = sqlite.prepare(
    `UPDATE tramite_queue SET status = 'completed', error_code = NULL, error_log = NULL, result = ?, screenshot_path = NULL,
       not_before = NULL, processed_at = ? WHERE id = ?`,
  );
  const event = sqlite.prepare("INSERT INTO events (at, entity, entity_id, kind, data, actor) VALUES (?, 'tramite', ?, ?, ?, 'cerebro')");
  const next = sqlite.prepare<[], Row>(
    "SELECT * FROM tramite_queue WHERE site_id = 'bench' AND status = 'pending' ORDER BY priority, created_at, id LIMIT 1",
  );
  const take = sqlite.prepare("UPDATE tramite_queue SET status = 'processing', attempts = attempts + 1, not_before = NULL WHERE id = ?");
  const insert = sqlite.prepare(
    `INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado, fase, fecha_inicio, origen, tramite_id, intento, planned_steps)
     VALUES (?, 'bench', 'local-1', 'RUNNING', 'preparing', ?, 'cola', ?, ?, ?)`,
  );
  const end = ({ id, attempt, ejecucionId }: Open): void => {
    close.run(now(), ejecucionId);
    complete.run(JSON.stringify(result), now(), id);
    event.run(now(), String(id), 'completed', JSON.stringify({ attempt, numero: result.numero, fecha: result.fecha }));
  };
  const begin = (): Open | null => {
    const row = next.get();
    if (!row) return null;
    JSON.parse(row.payload);
    const [ejecucionId, attempt] = [newId(new Date()), row.attempts + 1];
    take.run(row.id);
    insert.run(ejecucionId, now(), row.id, attempt, JSON.stringify(steps));
    event.run(now(), String(row.id), 'started', JSON.stringify({ attempt, robot: 'bench', equipo: 'local-1', ejecucion: ejecucionId }));
    return { id: row.id, attempt, ejecucionId };
  };
  return sqlite.transaction((open: Open | null) => {
    if (open) end(open);
    return begin();
  }).immediate;
};
