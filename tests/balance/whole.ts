import { plan } from '#server/balance/plan.ts';
import type { Db } from '#server/db/open.ts';
import type { BalanceHouse } from './balance-house.ts';

/** A house in which one balance does everything it can do: takes back, drains, keeps after all, lends and refuses. */
export const fillHouse = (house: BalanceHouse): void => {
  for (const id of ['r1', 'r2', 'r3', 'r4']) house.robot(id, { prioridad_balanceo: Number(id.slice(1)) });
  for (let n = 1; n <= 6; n++) house.equipo(`e${n}`);
  const [since, began] = [{ fecha_asignacion: '2026-03-02T08:00:00.000Z' }, { fecha_inicio: '2026-03-02T08:30:00.000Z' }];
  house.asignacion('r1', 'e1', since);
  house.asignacion('r1', 'e2', since);
  house.run('x2', { equipo_id: 'e2', user_id: 'u-e2', ...began });
  house.asignacion('r2', 'e3', { liberando: 1, ...since });
  house.run('x3', { robot_id: 'r2', equipo_id: 'e3', user_id: 'u-e3', ...began });
};

/** What the sources say once it is filled. */
export const askOf = (house: BalanceHouse): void => {
  house.plan = plan;
  house.tickets = { r2: 5, r3: 5, r4: 90 };
};

export const written = ['asignaciones', 'historico_balanceo', 'events', 'balance_robots', 'avisos'] as const;

/** Everything a balance writes, as it stands. */
export const contentsOf = ({ sqlite }: Db): Readonly<Record<string, unknown[]>> =>
  Object.fromEntries(written.map((table) => [table, sqlite.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]));
