import assert from 'node:assert/strict';
import { beforeEach, type TestContext, test } from 'node:test';
import { CorreoError } from '#server/gateways/correo/correo.ts';
import { type MailHouse, openMailHouse } from '#tests/support/mail-house.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';
import type { SmtpMode } from '#tests/support/smtp.ts';

const minute = 60_000;
const prefix = 'Cerebro - ALTO - SISTEMA - TRANSITORIO - ';

let clock: ManualClock;
beforeEach(() => {
  clock = manualClock();
});

const open = (t: TestContext, mode: SmtpMode = {}, to?: string): Promise<MailHouse> => openMailHouse(t, clock, { mode, ...(to && { to }) });

test('the mail server is away, and comes back: nothing is lost and nothing is sent twice', async (t) => {
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
    'Cerebro - MEDIO - SISTEMA - RECUPERACION - Resuelto: El origen no responde',
    `${prefix}Señal «ñ» & <más>`,
  ]);
  assert.deepEqual(house.column("SELECT estado FROM avisos WHERE clave = 'envio:correo'"), ['resuelto']);
  assert.deepEqual(house.column("SELECT DISTINCT estado FROM envios WHERE motivo <> 'fin' AND aviso_id <> 2"), ['enviado']);
});

test('the mail server puts one of them off: only who lacks it gets it later', async (t) => {
  const house = await open(t, { busyTimes: 1 }, 'it@x.example; jefe@x.example');
  await house.tell();
  await house.cycle();
  assert.deepEqual(house.column('SELECT estado FROM envios'), ['pendiente']);
  assert.match(String(house.column('SELECT error FROM envios')[0]), /aplaza a it@x\.example/);
  await house.cycle();
  assert.deepEqual(house.column('SELECT estado FROM envios'), ['enviado']);
  assert.deepEqual(
    (await house.mails(2)).map(({ to }) => to),
    [['jefe@x.example'], ['it@x.example']],
  );
  assert.deepEqual(house.column('SELECT clave FROM avisos'), ['origen']);
});

test('the mail server knows nobody by one of the addresses: that is an aviso of its own, which no mail tells', async (t) => {
  const house = await open(t, { refused: ['it@x.example'] }, 'it@x.example; jefe@x.example');
  await house.tell();
  await house.cycle();
  await house.cycle();
  assert.deepEqual(house.column("SELECT titulo FROM avisos WHERE clave LIKE 'envio:%'"), ['El correo de avisos no llega a it@x.example']);
  assert.equal((await house.mails(1)).length, 1);
});

test('the mail server is away for a day: what goes on meanwhile is not piled up, and reaches people when it is back', async (t) => {
  const house = await open(t);
  await house.down();
  for (let hour = 0; hour < 26; hour++) {
    await house.tell();
    await assert.rejects(house.cycle(), CorreoError);
    await clock.advance(60 * minute);
  }
  await house.up();
  await house.cycle();
  assert.deepEqual(house.column('SELECT motivo FROM envios WHERE aviso_id = 1'), ['nuevo']);
  await house.tell();
  await house.cycle();
  assert.match(String(house.column("SELECT texto FROM envios WHERE motivo = 'sigue'")[0]), /26 veces más/);
  assert.equal((await house.subjects(2)).length, 2);
});

test('the mail server is not configured any more: what waited for it is closed, and told by whoever is there', async (t) => {
  const house = await open(t);
  await house.down();
  await house.tell();
  await assert.rejects(house.cycle(), CorreoError);
  await house.without();
  assert.deepEqual(house.column('SELECT estado FROM envios WHERE aviso_id = 1'), ['fallido']);
  await house.up();
  await house.cycle();
  assert.equal((await house.subjects(1)).length, 1);
});

test('the mail server is away, and nobody has anything to say', async (t) => {
  const house = await open(t);
  await house.down();
  await house.cycle();
  assert.deepEqual(house.column('SELECT count(*) FROM avisos'), [0]);
});

test('the mail server puts it off: it is tried again, later each time', async (t) => {
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

test('the mail server refuses it for a day: it is given up, once it is over', async (t) => {
  const house = await open(t, { refused: ['it@x.example'] });
  await house.tell();
  await house.cycle();
  await clock.advance(25 * 60 * minute);
  await house.cycle();
  assert.deepEqual(house.column('SELECT estado FROM envios WHERE aviso_id = 1'), ['pendiente']);
  await house.end();
  await clock.advance(60 * minute);
  await house.cycle();
  assert.deepEqual(house.column("SELECT estado FROM envios WHERE aviso_id = 1 AND motivo = 'nuevo'"), ['fallido']);
  assert.match(String(house.column('SELECT error FROM envios WHERE aviso_id = 1')[0]), /No hay tal buzon/);
});
