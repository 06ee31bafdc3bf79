import assert from 'node:assert/strict';
import { beforeEach, describe, type TestContext, test } from 'node:test';
import type { AvisosDeps } from '#server/avisos/anotar.ts';
import { runAvisar } from '#server/avisos/avisar.ts';
import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import { parseConfig } from '#server/config.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { CorreoError } from '#server/gateways/correo/correo.ts';
import { openCorreo } from '#server/gateways/correo/open.ts';
import { isoNow } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';
import { type SmtpMode, startSmtp } from '#tests/support/smtp.ts';

const minute = 60_000;
const prefix = 'Cerebro - ALTO - SISTEMA - TRANSITORIO - ';
const source: Aviso = { clave: 'origen', nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO', titulo: 'El origen no responde' };

let clock: ManualClock;
beforeEach(() => {
  clock = manualClock();
});

const open = async (t: TestContext, mode: SmtpMode = {}) => {
  let server = await startSmtp(mode);
  const { port } = server;
  t.after(() => server.close());
  const env = { ORIGEN_URL: 'sqlite:x.db', BOT_USER: 'b', EMAIL_SMTP_SERVER: '127.0.0.1', EMAIL_SMTP_PORT: String(port) };
  const config = parseConfig({
    ...env,
    EMAIL_FROM: 'cerebro@x.example',
    EMAIL_RECIPIENTS: 'it@x.example',
    URL_PUBLICA: 'https://cerebro.example',
  });
  const db = openMemoryDatabase(clock);
  t.after(() => db.close());
  const log = silentLog();
  const deps: AvisosDeps = { config, clock, db, log, hub: createHub(log), correo: openCorreo(config), webhook: null };
  return {
    db,
    cycle: () => runAvisar(deps, new AbortController().signal),
    tell: (over: Partial<Aviso> = {}) => db.write(() => raise(db, isoNow(clock), { ...source, ...over })),
    end: (clave = 'origen') => db.write(() => resolve(db, isoNow(clock), clave)),
    down: () => server.close(),
    up: async () => {
      server = await startSmtp({ ...mode, port });
    },
    subjects: async (n: number) => (await server.taken(n)).map(({ subject }) => subject),
    last: async (n: number) => (await server.taken(n)).at(-1),
    column: (sql: string) => db.sqlite.prepare(sql).pluck().all(),
  };
};

describe('one is written to', () => {
  test('when it is opened, once, with what to do and where to look', async (t) => {
    const house = await open(t);
    await house.tell({
      detalle: 'No contesta <10.0.0.1>.',
      datos: { Servidor: 'SQL «Ñ»' },
      acciones: ['Mire la red.', 'Llame a sistemas.'],
    });
    await house.cycle();
    await house.tell();
    await house.cycle();
    assert.deepEqual(await house.subjects(1), [`${prefix}El origen no responde`]);
    const raw = (await house.last(1))?.raw ?? '';
    assert.match(raw, /https:\/\/cerebro\.example\/avisos\/1\b/);
    assert.match(raw, /2\. Llame a sistemas\./);
    assert.match(raw, /&lt;10\.0\.0\.1&gt;/);
  });

  test('again while it repeats, with how often since', async (t) => {
    const house = await open(t);
    await house.tell();
    await house.cycle();
    for (let n = 0; n < 3; n++) await house.tell();
    await clock.advance(29 * minute);
    await house.cycle();
    assert.deepEqual(house.column('SELECT motivo FROM envios'), ['nuevo']);
    await clock.advance(minute);
    await house.cycle();
    await house.cycle();
    assert.deepEqual(house.column('SELECT motivo FROM envios'), ['nuevo', 'sigue']);
    assert.match(String(house.column("SELECT texto FROM envios WHERE motivo = 'sigue'")[0]), /3 veces más desde el 02\/03\/2026 10:00/);
  });

  test('at its end, as a recovery', async (t) => {
    const house = await open(t);
    await house.tell();
    await house.cycle();
    await house.end();
    await house.cycle();
    await house.cycle();
    assert.deepEqual(await house.subjects(2), [
      `${prefix}El origen no responde`,
      'Cerebro - MEDIO - SISTEMA - RECUPERACION - El origen no responde: vuelve a funcionar',
    ]);
  });

  test('of an outage and of its end, also when both came before anybody looked', async (t) => {
    const house = await open(t);
    await house.tell();
    await house.end();
    await house.cycle();
    assert.equal((await house.subjects(2)).length, 2);
    assert.deepEqual(house.column('SELECT motivo FROM envios ORDER BY envio_id'), ['nuevo', 'fin']);
  });
});

describe('the mail server', () => {
  test('is away, and comes back: nothing is lost and nothing is sent twice', async (t) => {
    const house = await open(t);
    await house.down();
    await house.tell();
    await assert.rejects(house.cycle(), CorreoError);
    await house.end();
    await house.tell({ clave: 'otro', titulo: 'Señal «ñ» & <más>' });
    await assert.rejects(house.cycle(), CorreoError);
    assert.deepEqual(house.column("SELECT estado FROM avisos WHERE clave = 'envio:correo'"), ['abierto']);
    await house.up();
    await house.cycle();
    await house.cycle();
    assert.deepEqual(await house.subjects(3), [
      `${prefix}El origen no responde`,
      'Cerebro - MEDIO - SISTEMA - RECUPERACION - El origen no responde: vuelve a funcionar',
      `${prefix}Señal «ñ» & <más>`,
    ]);
    assert.deepEqual(house.column("SELECT estado FROM avisos WHERE clave = 'envio:correo'"), ['resuelto']);
    assert.deepEqual(house.column("SELECT DISTINCT estado FROM envios WHERE motivo <> 'fin' AND aviso_id <> 2"), ['enviado']);
  });

  test('is away, and nobody has anything to say', async (t) => {
    const house = await open(t);
    await house.down();
    await house.cycle();
    assert.deepEqual(house.column('SELECT count(*) FROM avisos'), [0]);
  });

  test('puts it off: it is tried again, later each time', async (t) => {
    const house = await open(t, { busyTimes: 2 });
    await house.tell();
    await house.cycle();
    await house.cycle();
    await house.cycle();
    assert.deepEqual(house.column('SELECT intentos FROM envios WHERE aviso_id = 1'), [2]);
    await clock.advance(minute);
    await house.cycle();
    assert.deepEqual(house.column('SELECT estado FROM envios WHERE aviso_id = 1'), ['enviado']);
    assert.equal((await house.subjects(1)).length, 1);
  });

  test('refuses it for a day: it is given up', async (t) => {
    const house = await open(t, { refused: ['it@x.example'] });
    await house.tell();
    await house.cycle();
    await clock.advance(25 * 60 * minute);
    await house.cycle();
    assert.deepEqual(house.column('SELECT estado FROM envios WHERE aviso_id = 1'), ['fallido']);
    assert.match(String(house.column('SELECT error FROM envios WHERE aviso_id = 1')[0]), /No hay tal buzon/);
  });
});

describe('nobody is written to', () => {
  const hush = (house: Awaited<ReturnType<typeof open>>, prefijo: string, criticos: number) =>
    house.db.sqlite
      .prepare(
        "INSERT INTO silencios (prefijo, criticos, motivo, desde, hasta) VALUES (?, ?, 'obras', '2026-03-02T09:00:00.000Z', '2026-03-02T10:00:00.000Z')",
      )
      .run(prefijo, criticos);

  test('about what is silenced, until the silence ends', async (t) => {
    const house = await open(t);
    hush(house, 'origen', 0);
    await house.tell();
    await house.tell({ clave: 'origen_critico', nivel: 'CRITICO' });
    await house.cycle();
    assert.deepEqual(house.column('SELECT asunto FROM envios'), ['Cerebro - CRITICO - SISTEMA - TRANSITORIO - El origen no responde']);
    await clock.advance(61 * minute);
    await house.cycle();
    assert.deepEqual(house.column('SELECT motivo FROM envios WHERE aviso_id = 1'), ['nuevo']);
  });

  test('about one machine says nothing of another whose name begins the same', async (t) => {
    const house = await open(t);
    hush(house, 'equipo_412:3', 1);
    hush(house, 'a360', 1);
    await house.tell({ clave: 'equipo_412:3' });
    await house.tell({ clave: 'equipo_412:31' });
    await house.tell({ clave: 'a360_no_responde' });
    await house.tell({ clave: 'a3600' });
    await house.cycle();
    assert.deepEqual(house.column('SELECT clave FROM avisos WHERE avisado_at IS NOT NULL ORDER BY 1'), ['a3600', 'equipo_412:31']);
  });

  test('about a silenced one that ends meanwhile, and CRITICO where the silence says so', async (t) => {
    const house = await open(t);
    hush(house, '', 1);
    await house.tell({ nivel: 'CRITICO' });
    await house.cycle();
    await house.end();
    await house.cycle();
    await clock.advance(61 * minute);
    await house.cycle();
    assert.deepEqual(house.column('SELECT estado FROM envios'), ['callado']);
  });

  test('about what somebody has seen, until it gets worse or ends', async (t) => {
    const house = await open(t);
    await house.tell({ nivel: 'MEDIO' });
    await house.cycle();
    const see = () => house.db.sqlite.exec("UPDATE avisos SET visto_at = '2026-03-02T09:00:00.000Z'");
    see();
    await house.tell({ nivel: 'MEDIO' });
    await clock.advance(25 * 60 * minute);
    await house.cycle();
    assert.deepEqual(house.column('SELECT motivo FROM envios'), ['nuevo']);
    await house.tell({ nivel: 'CRITICO' });
    await house.cycle();
    see();
    await house.end();
    await house.cycle();
    assert.deepEqual(house.column('SELECT motivo FROM envios'), ['nuevo', 'nuevo', 'fin']);
  });

  test('over and over about rejected credentials', async (t) => {
    const house = await open(t);
    await house.tell({ clave: 'a360_credenciales', nivel: 'CRITICO' });
    await house.cycle();
    await house.tell({ clave: 'a360_credenciales', nivel: 'CRITICO' });
    await clock.advance(6 * 60 * minute);
    await house.cycle();
    assert.deepEqual(house.column('SELECT motivo FROM envios'), ['nuevo']);
  });
});
