import { enqueue } from '#server/cola/enqueue.ts';
import { takeCallbacks } from '#server/ejecuciones/take-callbacks.ts';
import type { Activity } from '#server/gateways/a360/a360.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { isoNow } from '#server/lib/clock.ts';
import { tramite } from '#tests/support/queue-house.ts';
import { activityRow } from '#tests/support/told-a360.ts';
import { type LaunchHouse, openLaunchHouse } from './launch-house.ts';

/** The launcher with an organismo that robot 4720 of A360 files for, on two equipos. */
export type FilingHouse = LaunchHouse & {
  /** Who holds each recurso at the source; ours unless told otherwise. */
  readonly holders: Map<string, string>;
  /** The source does not answer. */
  silent: boolean;
  /** Rows of A360's activity. */
  list: Activity[];
  queue(...resourceIds: string[]): Promise<number[]>;
  /** status, attempts, error_code */
  tramite(id: number): unknown[];
  result(id: number): { readonly numero: string; readonly fecha: string };
  events(id: number): string[];
  set(id: number, columns: string): void;
  /** A callback of that deployment. */
  tell(deploymentId: string, status: string, output?: object): Promise<void>;
};

const bot = 'Cerebro Prueba';

export const register = (numero = 'E-2026-1', fecha = '02/03/2026 10:00:00') => ({
  out_NumeroRegistro: { type: 'STRING', string: numero },
  out_FechaRegistro: { type: 'STRING', string: fecha },
});

export const activity = (deploymentId: string, more: Partial<Activity> = {}): Activity =>
  activityRow(deploymentId, { fileId: '4720', userId: 'ux', startedAt: '2026-03-02T09:00:01.000Z', ...more });

export const openFilingHouse = (modo = 'enviar', equipos: readonly string[] = ['x', 'y']): FilingHouse => {
  const base = openLaunchHouse({ BOT_USER: bot });
  const { db, clock, deps } = base;
  const holders = new Map<string, string>();
  base.online('4720', ...equipos);
  db.sql("INSERT INTO organismo_config (site_id, robot, modo, active) VALUES ('registro', '4720', ?, 1)").run(modo);
  const house: FilingHouse = Object.assign(base, {
    ...{ holders, silent: false, list: [] as Activity[] },
    queue: async (...ids: string[]) => {
      const rows = ids.map((id) => ({ ...tramite(id), siteId: 'registro', urlDirecta: `https://sede.test/${id}` }));
      return db.write(() => {
        for (const id of ids)
          db.sql(
            "INSERT INTO reclamaciones (resource_id, site_id, texp_original, estado_original, state) VALUES (?, 'registro', 2, 0, 'claimed')",
          ).run(id);
        return enqueue(db, isoNow(clock), rows).inserted.map((one) => one.id);
      });
    },
    tramite: (id: number) => Object.values(db.sql('SELECT status, attempts, error_code FROM tramite_queue WHERE id = ?').get(id) ?? {}),
    result: (id: number) => JSON.parse(String(db.sql('SELECT result FROM tramite_queue WHERE id = ?').get(id)?.result ?? 'null')),
    events: (id: number) =>
      db
        .sql("SELECT kind FROM events WHERE entity = 'tramite' AND entity_id = ? ORDER BY event_id")
        .all(String(id))
        .map((row) => row.kind as string),
    set: (id: number, columns: string) => void db.sqlite.exec(`UPDATE tramite_queue SET ${columns} WHERE id = ${id}`),
    tell: async (deploymentId: string, estado: string, output: object = {}) => {
      const body = JSON.stringify({ deploymentId, status: estado, botOutput: output });
      await db.write(() => takeCallbacks(db, isoNow(clock), [{ deploymentId, estado, body, host: null }]));
    },
  });
  house.activity = async () => house.list;
  const read = async (ids: readonly string[]) => {
    if (house.silent) throw new OrigenError('origen_no_responde', 'El origen no contesta.', { transient: true });
    return new Map(ids.map((id) => [id, { id, expediente: '', texp: 1, estado: 0, usuario: holders.get(id) ?? bot }]));
  };
  Object.assign(deps, { origen: { read } });
  return house;
};
