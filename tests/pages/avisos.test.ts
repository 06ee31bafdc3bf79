import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { runAvisar } from '#server/avisos/avisar.ts';
import { raise, resolve } from '#server/avisos/raise.ts';
import { CorreoError } from '#server/gateways/correo/correo.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const env = { EMAIL_SMTP_SERVER: 'correo.example', EMAIL_FROM: 'cerebro@x.example', EMAIL_RECIPIENTS: 'it@x.example' };

const open = (t: TestContext, options: Parameters<typeof openPageHouse>[0] = {}) => {
  const house = openPageHouse(options);
  t.after(() => house.close());
  const at = new Date().toISOString();
  const base = { ambito: 'SISTEMA', naturaleza: 'TRANSITORIO', acciones: ['Espere.'] } as const;
  house.db.sqlite.transaction(() => {
    raise(house.db, at, { ...base, clave: 'lento', nivel: 'MEDIO', titulo: 'Va lento' });
    raise(house.db, at, {
      ...base,
      clave: 'origen',
      nivel: 'CRITICO',
      titulo: 'No hay origen',
      detalle: 'No <contesta>.',
      acciones: ['Mire la red.'],
    });
    raise(house.db, at, { ...base, clave: 'revision:3', nivel: 'ALTO', titulo: 'El trámite 3' });
    raise(house.db, at, { ...base, clave: 'viejo', nivel: 'ALTO', ambito: 'EQUIPO', titulo: 'Pasó' });
    resolve(house.db, at, 'viejo');
  })();
  const column = (sql: string) => house.db.sqlite.prepare(sql).pluck().all();
  return { house, column };
};

test('open ones come first, the gravest first, with what to do; the menu counts them', async (t) => {
  const { house } = open(t);
  const { rows, text, html } = await visit(house, '/avisos');
  assert.deepEqual(
    rows.map(([first]) => first?.slice(0, 8)),
    ['No hay o', 'Va lento'],
  );
  assert.match(text, /Mire la red/);
  assert.match(html, /No &lt;contesta&gt;/);
  assert.match(text, /solo se ven aquí/);
});

test('are found by level and by scope; those that ended are kept', async (t) => {
  const { house } = open(t);
  assert.equal((await visit(house, '/avisos?nivel=MEDIO')).rows.length, 1);
  assert.match((await visit(house, '/avisos?ambito=ROBOT')).text, /Quitar el filtro/);
  assert.match((await visit(house, '/avisos?estado=resuelto')).rows[0]?.[0] ?? '', /Pasó/);
});

test('one is marked as seen, by name and in the book', async (t) => {
  const { house, column } = open(t);
  const [id] = column("SELECT aviso_id FROM avisos WHERE clave = 'origen'");
  assert.equal((await send(house, `/avisos/${id}/visto`)).status, 303);
  assert.match((await visit(house, '/avisos')).text, /Visto por/);
  assert.deepEqual(column("SELECT accion FROM auditoria WHERE entidad = 'aviso'"), ['marcar_visto']);
  assert.equal((await send(house, '/avisos/999/visto')).status, 404);
  const [over] = column("SELECT aviso_id FROM avisos WHERE clave = 'viejo'");
  assert.equal((await send(house, `/avisos/${over}/visto`)).status, 409);
});

test('a silence is put, seen, and lifted; a wrong one comes back with its reasons', async (t) => {
  const { house, column } = open(t);
  const wrong = await send(house, '/avisos/silencios', { prefijo: 'lento', horas: 'muchas', motivo: '' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /cuántas horas.*por qué/);
  assert.equal((await send(house, '/avisos/silencios', { prefijo: 'lento', horas: '2', motivo: 'obras' })).status, 303);
  assert.match((await visit(house, '/avisos')).rows[1]?.[2] ?? '', /En silencio/);
  const [id] = column('SELECT silencio_id FROM silencios');
  assert.equal((await send(house, `/avisos/silencios/${id}/levantar`)).status, 303);
  assert.equal((await send(house, `/avisos/silencios/${id}/levantar`)).status, 404);
  assert.doesNotMatch((await visit(house, '/avisos')).text, /En silencio/);
});

test('a test is sent, and the page says how it went', async (t) => {
  let down = false;
  const sent: string[] = [];
  const correo = {
    shownAs: 'correo.example:25',
    check: async () => undefined,
    send: async ({ asunto }: { asunto: string }) => {
      if (down) throw new CorreoError('correo_credenciales', 'El servidor rechaza las credenciales.', 'puerta');
      sent.push(asunto);
      return { refused: [], postponed: [] };
    },
  };
  const { house, column } = open(t, { env, correo });
  const flashed = (screen: { headers: Readonly<Record<string, unknown>> }) => ({
    cookie: String(screen.headers['set-cookie']).split(';')[0] as string,
  });
  const good = await send(house, '/avisos/prueba');
  assert.match((await visit(house, '/avisos/envios', flashed(good))).text, /Aviso de prueba enviado.*correo\.example:25/);
  assert.deepEqual(sent, ['Cerebro - MEDIO - SISTEMA - TRANSITORIO - Aviso de prueba']);
  down = true;
  const bad = await send(house, '/avisos/prueba');
  assert.match((await visit(house, '/avisos/envios', flashed(bad))).text, /no ha salido.*rechaza las credenciales/);
  assert.deepEqual(column('SELECT estado FROM envios ORDER BY envio_id'), ['enviado', 'fallido']);
});

test('without a mail server there is no test to send', async (t) => {
  const { house } = open(t);
  assert.equal((await send(house, '/avisos/prueba')).status, 409);
});

test('who only reads changes nothing', async (t) => {
  const { house, column } = open(t);
  const session = await signIn(house, 'lectura');
  const [id] = column("SELECT aviso_id FROM avisos WHERE clave = 'origen'");
  assert.equal((await send(house, `/avisos/${id}/visto`, {}, session)).status, 403);
  assert.doesNotMatch((await visit(house, '/avisos', session)).buttons.join(), /Visto/);
});

test('the cycle answers 502 with a sentence when the mail server cannot be asked at all, and leaves otherwise', async (t) => {
  let failure: 'puerta' | 'mensaje' = 'mensaje';
  const correo = {
    shownAs: 'correo.example:25',
    check: async () => undefined,
    send: () => Promise.reject(new CorreoError('correo_x', 'El servidor de correo correo.example:25 no contesta.', failure)),
  };
  const { house } = open(t, { env, correo });
  house.scheduler.cycle = () => runAvisar(house.deps, new AbortController().signal);
  assert.equal((await send(house, '/sistema/ciclos/avisar')).status, 303);
  failure = 'puerta';
  const shut = await send(house, '/sistema/ciclos/avisar');
  assert.equal(shut.status, 502);
  assert.match(shut.text, /correo\.example:25 no contesta/);
});
