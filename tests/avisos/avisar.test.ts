import assert from 'node:assert/strict';
import { beforeEach, describe, type TestContext, test } from 'node:test';
import { type MailHouse, openMailHouse } from '#tests/support/mail-house.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';

const minute = 60_000;
const prefix = 'Cerebro - ALTO - SISTEMA - TRANSITORIO - ';

let clock: ManualClock;
beforeEach(() => {
  clock = manualClock();
});

const open = (t: TestContext): Promise<MailHouse> => openMailHouse(t, clock);

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

  test('with how often it will be written about, as it is, and instants as people read them', async (t) => {
    const house = await open(t);
    for (const clave of ['a360_credenciales', 'a360_no_responde', 'suspendido:1:31', 'origen']) await house.tell({ clave });
    await house.tell({ clave: 'dias', nivel: 'MEDIO', datos: { Instante: '2026-03-02T10:45:00.000Z' } });
    await house.cycle();
    const texts = house.column('SELECT texto FROM envios ORDER BY envio_id').map(String);
    const rhythms = [
      /una sola vez/,
      /a los 5 minutos y después, como mucho cada 15 minutos/,
      /cada 60 minutos/,
      /cada 30 minutos/,
      /cada 24 horas/,
    ];
    for (const [nth, rhythm] of rhythms.entries()) assert.match(texts[nth] ?? '', rhythm);
    assert.match(texts[4] ?? '', /Instante: 02\/03\/2026 11:45/);
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
      'Cerebro - MEDIO - SISTEMA - RECUPERACION - Resuelto: El origen no responde',
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

describe('nobody is written to', () => {
  const hush = (house: MailHouse, prefijo: string, criticos: number) =>
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

  test('while it is silenced, of the end of what was told: that comes afterwards', async (t) => {
    const house = await open(t);
    await house.tell();
    await house.cycle();
    hush(house, '', 1);
    await house.end();
    await house.cycle();
    assert.deepEqual(house.column('SELECT motivo FROM envios'), ['nuevo']);
    await clock.advance(61 * minute);
    await house.cycle();
    assert.deepEqual(house.column("SELECT motivo || ' ' || estado FROM envios"), ['nuevo enviado', 'fin enviado']);
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
