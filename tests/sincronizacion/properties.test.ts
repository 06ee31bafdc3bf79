import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { bot, device, type FakeRoom, user } from '#tests/support/fake-control-room.ts';
import { openSync } from './support.ts';

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 20 });

const listing: fc.Arbitrary<FakeRoom['listing']> = fc
  .record({
    bots: ids,
    devices: ids,
    names: fc.array(fc.constantFrom('P1_A', 'P2_B', 'Q_C', 'P3_LOOP'), { minLength: 20, maxLength: 20 }),
    hosts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 20, maxLength: 20 }),
    licences: fc.array(fc.constantFrom([], ['RUNTIME'], ['DEVELOPMENT'], ['A', 'ATTENDEDRUNTIME']), { minLength: 30, maxLength: 30 }),
    connected: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
  })
  .map(({ bots, devices, names, hosts, licences, connected }) => ({
    bots: bots.map((id, n) => bot(id, `${names[n]}${id}`)),
    devices: devices.map((id, n) => device(id, { hostName: `VM-${hosts[n]}`, connected: connected[n] === true })),
    users: licences.map((some, n) => user(1001 + n, { licences: some, disabled: n % 7 === 0 })),
  }));

const operatorRobots = `SELECT robot_id, activo, es_online, min_equipos, max_equipos, prioridad_balanceo, tickets_por_equipo_adicional, pool_id, parametros FROM robots ORDER BY robot_id`;
const operatorEquipos = `SELECT equipo_id, activo_sam, permite_balanceo_dinamico, pool_id, manual FROM equipos ORDER BY equipo_id`;

type Row = Record<string, unknown>;

test('whatever is listed, what an operator wrote of a robot or a machine stays as it was', async () => {
  await fc.assert(
    fc.asyncProperty(listing, listing, async (first, second) => {
      const { sync, rows, room, db } = openSync(null, first);
      try {
        await sync();
        db.sqlite.exec(`
          UPDATE robots SET activo = 0, es_online = 1, min_equipos = 3, max_equipos = 9, prioridad_balanceo = 2, pool_id = robot_id, parametros = '{}';
          UPDATE equipos SET activo_sam = 0, permite_balanceo_dinamico = 0, pool_id = 'p' || equipo_id`);
        const [robots, equipos] = [rows(operatorRobots), rows(operatorEquipos)];
        room.listing = second;
        await sync();
        const after = new Map(rows(operatorRobots).map((row) => [row.robot_id, row]));
        for (const row of robots) assert.deepEqual(after.get(row.robot_id), row);
        // A machine may have taken another id: its pool tells which it is.
        const byPool = new Map(rows(operatorEquipos).map((row: Row) => [row.pool_id, row]));
        for (const { equipo_id: _, ...row } of equipos as Row[]) {
          const { equipo_id: _, ...now } = byPool.get(row.pool_id) ?? {};
          assert.deepEqual(now, row);
        }
      } finally {
        db.close();
      }
    }),
    { numRuns: 40 },
  );
});

test('the same listing again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(listing, listing, async (first, second) => {
      const { sync, rows, room, db } = openSync(null, first);
      try {
        await sync();
        room.listing = second;
        await sync();
        const all = () => [rows('SELECT * FROM robots ORDER BY robot_id'), rows('SELECT * FROM equipos ORDER BY equipo_id')];
        const before = all();
        const again = await sync();
        assert.deepEqual(all(), before);
        for (const half of [again.robots, again.equipos]) assert.deepEqual([half?.nuevos, half?.cambiados, half?.ausentes], [0, 0, 0]);
      } finally {
        db.close();
      }
    }),
    { numRuns: 40 },
  );
});
