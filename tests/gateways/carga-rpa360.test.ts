import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import type { SqlServerOptions } from '#server/demo/tds/server.ts';
import type { LoadAnswer } from '#server/gateways/carga/carga.ts';
import { createRpa360, type Rpa360 } from '#server/gateways/carga/rpa360.ts';
import { systemClock } from '#server/lib/clock.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import type { Row } from '#tests/support/source.ts';
import { type Stand, standUp } from '#tests/support/sql-server.ts';

const us: Pick<Rpa360, 'database' | 'user' | 'password'> = { database: 'Gestion', user: 'cerebro', password: 'c3r3bro' };

type Change = { readonly types?: Record<string, string>; readonly server?: Partial<SqlServerOptions>; readonly place?: Partial<Rpa360> };

/** What the provider answers over those rows of the procedure. */
const answerOver = async (
  rows: readonly Row[],
  { types = {}, server = {}, place = {} }: Change = {},
  before: (stand: Stand) => void = () => undefined,
): Promise<LoadAnswer> => {
  const stand = await standUp({ TicketsPendientes: rows }, { encryption: 'off', ...server }, types);
  const provider = createRpa360({
    ...{ ...us, server: { host: 'localhost', port: stand.server.port, instance: null } },
    ...{ encrypt: false, trustCertificate: false, timeoutMs: 10_000, attempts: 1, retryMs: 0, clock: systemClock },
    ...place,
  });
  try {
    before(stand);
    return await provider.load(AbortSignal.timeout(20_000));
  } finally {
    await provider.close();
    await stand.close();
  }
};

const ok = (tickets: Record<string, number>): LoadAnswer => ({ kind: 'ok', tickets: new Map(Object.entries(tickets)) });

const reason = (answer: LoadAnswer): string => {
  assert.equal(answer.kind, 'failed');
  return answer.kind === 'failed' ? answer.reason : '';
};

const one = [{ Robot: 'P01_Altas', CantidadTickets: 12 }];

describe('the procedure of a SQL Server', () => {
  test('tells the tickets of each robot, with the lines of one name together and names trimmed', async () => {
    const rows = [...one, { Robot: ' P01_Altas ', CantidadTickets: 3 }, { Robot: 'P02_Bajas', CantidadTickets: 0 }];
    assert.deepEqual(await answerOver(rows), ok({ P01_Altas: 15, P02_Bajas: 0 }));
  });

  test('without lines nobody has tickets', async () => {
    const empty = ({ file }: Stand) => {
      const base = new Database(file);
      base.exec('DELETE FROM TicketsPendientes');
      base.close();
    };
    assert.deepEqual(await answerOver(one, {}, empty), ok({}));
  });

  test('rows that others hold are waited for half of the time', async () => {
    let holder: Database.Database | null = null;
    const hold = ({ file }: Stand) => {
      holder = new Database(file);
      holder.exec('BEGIN EXCLUSIVE');
    };
    assert.match(reason(await answerOver(one, { place: { timeoutMs: 1000 } }, hold)), /bloqueadas las filas/);
    (holder as Database.Database | null)?.close();
  });

  test('counts come as text too, and less than nothing is nothing', async () => {
    const rows = [
      { Robot: 'P01_Altas', CantidadTickets: '12' },
      { Robot: 'P02_Bajas', CantidadTickets: '-3' },
    ];
    assert.deepEqual(await answerOver(rows), ok({ P01_Altas: 12, P02_Bajas: 0 }));
  });

  test('counts of other numeric types are the same counts', async () => {
    for (const type of ['bigint', 'decimal(18,0)', 'float'])
      assert.deepEqual(await answerOver(one, { types: { CantidadTickets: type } }), ok({ P01_Altas: 12 }), type);
  });

  for (const [given, told] of [
    [null, 'null'],
    ['abc', '«abc»'],
    ['', '«»'],
    ['1.5', '«1.5»'],
  ] as const)
    test(`a count of ${given === null ? 'NULL' : `'${given}'`} makes it fail, with the robot's name`, async () => {
      const rows = [
        { Robot: 'P02_Bajas', CantidadTickets: '4' },
        { Robot: 'P01_Altas', CantidadTickets: given },
      ];
      const said = reason(await answerOver(rows, { types: { CantidadTickets: 'nvarchar(20)' } }));
      assert.match(said, /P01_Altas/);
      assert.ok(said.includes(told), said);
    });

  test('who has no name goes by its number', async () => {
    const rows = [
      { Robot: null, RobotId: 4711, CantidadTickets: 2 },
      { Robot: 'P02_Bajas', RobotId: 4712, CantidadTickets: 1 },
    ];
    assert.deepEqual(await answerOver(rows, { types: { Robot: 'nvarchar(100)' } }), ok({ '4711': 2, P02_Bajas: 1 }));
  });

  test('other columns than its own are no answer', async () => {
    assert.match(reason(await answerOver([{ Nombre: 'P01_Altas', Total: 12 }])), /columnas Robot y CantidadTickets/);
  });

  test('it enters with encryption, and not where the certificate is unknown', async () => {
    const trusting = { encrypt: true, trustCertificate: true };
    assert.deepEqual(await answerOver(one, { server: { encryption: 'on' }, place: trusting }), ok({ P01_Altas: 12 }));
    const said = reason(await answerOver(one, { server: { encryption: 'on' }, place: { ...trusting, trustCertificate: false } }));
    assert.match(said, /certificado.*SQL_RPA360_CONFIAR_CERTIFICADO=1/);
  });

  const failures: readonly [what: string, change: Change, fault: string | null, told: RegExp][] = [
    [
      'a wrong password',
      { place: { password: 'otra', attempts: 3 } },
      null,
      /usuario o la contraseña: revise SQL_RPA360_UID y SQL_RPA360_PWD/,
    ],
    ['an unknown base', { place: { database: 'Otra' } }, null, /no tiene la base «Otra».*SQL_RPA360_DB_NAME/],
    ['a missing procedure', {}, 'falta_procedimiento', /no está el procedimiento dbo\.usp_obtener_tickets_pendientes_por_robot/],
    ['a missing permission', {}, 'sin_permiso_procedimiento', /no puede ejecutar.*GRANT EXECUTE/],
    ['a connection cut in the middle', {}, 'corta_consulta', /cortado la conexión/],
    ['a server that takes too long', { place: { timeoutMs: 1000 } }, 'tarda', /No se llega al servidor/],
    [
      'a server that is not there',
      { place: { server: { host: 'localhost', port: 1, instance: null } } },
      null,
      /puerto 1: revise el puerto en SQL_RPA360_HOST/,
    ],
  ];
  for (const [what, change, fault, told] of failures)
    test(`${what} is a failure with its reason, and without secrets`, async () => {
      const said = reason(await answerOver(one, change, ({ server }) => void (fault && server.faults.arm(fault as 'tarda', 1))));
      assert.match(said, told);
      assert.doesNotMatch(said, /c3r3bro|otra\b/);
    });

  test('after a connection that was lost it asks again, resting twice as long each time', async () => {
    const clock = manualClock();
    const asking = answerOver(one, { place: { attempts: 3, retryMs: 2000, clock } }, ({ server }) =>
      server.faults.arm('corta_consulta', 2),
    );
    for (const rest of [2000, 4000]) {
      while (clock.sleeping() === 0) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(rest - 1);
      assert.equal(clock.sleeping(), 1);
      await clock.advance(1);
    }
    assert.deepEqual(await asking, ok({ P01_Altas: 12 }));
  });

  test('who no longer wants to know is not kept waiting', async () => {
    const stand = await standUp({ TicketsPendientes: one }, { encryption: 'off' });
    const provider = createRpa360({
      ...{ ...us, server: { host: 'localhost', port: stand.server.port, instance: null }, encrypt: false, trustCertificate: false },
      ...{ timeoutMs: 10_000, attempts: 3, retryMs: 0, clock: systemClock },
    });
    stand.server.faults.arm('tarda', 1);
    const asking = provider.load(new AbortController().signal);
    await provider.close();
    assert.match(reason(await asking), /interrumpió/);
    await stand.close();
  });
});
