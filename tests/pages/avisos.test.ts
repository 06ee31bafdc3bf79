import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { runAvisar } from '#server/avisos/avisar.ts';
import { kindChoices, placeOf } from '#server/avisos/kinds.ts';
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
    rows.map(([first]) => first),
    ['Crítico No hay origen', 'Medio Va lento'],
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

test('each has a page of its own, where its mail leads, with what to do, the place it is about and what was written', async (t) => {
  const { house, column } = open(t);
  const at = new Date().toISOString();
  house.db.sqlite.transaction(() => {
    raise(house.db, at, {
      ...{ clave: 'suspendido:4711:31', nivel: 'CRITICO', ambito: 'ROBOT', naturaleza: 'PERMANENTE' },
      ...{ titulo: 'RBT <b> no puede entrar', acciones: ['Reanúdelo.'] },
    });
  })();
  const [id] = column("SELECT aviso_id FROM avisos WHERE clave = 'suspendido:4711:31'");
  house.db.sqlite.exec(`UPDATE avisos SET avisado_at = '${at}', avisado_veces = 1 WHERE aviso_id = ${id};
    INSERT INTO envios (aviso_id, canal, motivo, asunto, texto, creado_at) VALUES (${id}, 'correo', 'nuevo', 'Asunto', 'x', '${at}')`);
  const list = await visit(house, '/avisos');
  assert.equal(list.links.get('RBT <b> no puede entrar'), `/avisos/${id}`);
  assert.equal(list.links.get('Ver el robot'), '/robots/4711');
  assert.match(list.rows.find(([first]) => /RBT/.test(first ?? ''))?.[3] ?? '', /no ha salido todavía/);
  const one = await visit(house, `/avisos/${id}`);
  assert.equal(one.heading, 'RBT <b> no puede entrar');
  assert.equal(one.links.get('Ver el robot'), '/robots/4711');
  assert.match(one.text, /1\. Reanúdelo\..*suspendido:4711:31/);
  assert.deepEqual(
    one.rows.map(([subject]) => subject),
    ['Asunto'],
  );
  const [old] = column("SELECT aviso_id FROM avisos WHERE clave = 'viejo'");
  const over = await visit(house, `/avisos/${old}`);
  assert.match(over.text, /Terminado.*Ya no hay que hacer nada/);
  assert.doesNotMatch(over.buttons.join(), /Visto/);
  for (const none of ['999', 'x', '1e3']) assert.equal((await visit(house, `/avisos/${none}`)).status, 404);
});

test('every kind of aviso that the house tells leads to a page that is there', () => {
  const lost = kindChoices.filter(([start]) => placeOf(start.endsWith(':') ? `${start}1` : start) === null);
  assert.deepEqual(lost, []);
  assert.equal(placeOf('suspendido::31')?.href, '/equipos/31');
  assert.equal(placeOf('sin_exito:a/b')?.href, '/organismos/a%2Fb');
  assert.equal(placeOf('de_otro_programa'), null);
});

test('silence is asked about one of the kinds, or about the one it is asked from', async (t) => {
  const { house } = open(t);
  const { html } = await visit(house, '/avisos/silencios?prefijo=equipo_412%3A31');
  assert.match(html, /<option value="equipo_412:31" selected>Equipos que rechazan lanzamientos: 31</);
  assert.match(html, /<option value="suspendido:">Robots y equipos suspendidos</);
});

test('the newest silence about the same holds alone, and one of no time is refused', async (t) => {
  const { house, column } = open(t);
  for (const horas of ['0', '0,01', '1e2', '0x10', '169'])
    assert.equal((await send(house, '/avisos/silencios', { prefijo: 'lento', horas, motivo: 'obras' })).status, 422, horas);
  for (const horas of ['2', '2', '0,5']) await send(house, '/avisos/silencios', { prefijo: 'lento', horas, motivo: 'obras' });
  assert.equal((await visit(house, '/avisos/silencios')).rows.length, 1);
  assert.deepEqual(column('SELECT count(*) FROM silencios WHERE levantado_at IS NULL'), [1]);
});

test('silence about a grave one is asked for as such, and is of no use otherwise', async (t) => {
  const { house } = open(t);
  const href = (await visit(house, '/avisos')).links.get('Silenciar… No hay origen') ?? '';
  assert.match((await visit(house, href)).html, /name="criticos" value="1" checked/);
});

test('of many open ones the gravest are shown, with how many there are; the Panel shows a few of them', async (t) => {
  const { house } = open(t);
  house.db.sqlite.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, abierto_at, ultimo_at)
    SELECT 'equipo_412:' || i, 'ALTO', 'EQUIPO', 'UMBRAL', 'El equipo ' || i, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z' FROM n`);
  const { rows, text } = await visit(house, '/avisos');
  assert.equal(rows.length, 200);
  assert.match(text, /los 200 más graves; hay 5\.002 abiertos\. Elija un nivel/);
  const panel = await visit(house, '/');
  assert.equal(panel.links.get('Y 4.997 avisos más'), '/avisos');
  assert.equal([...panel.links.keys()].filter((word) => word.startsWith('El equipo')).length, 4);
  assert.equal(panel.links.get('Ver los 5.002 avisos abiertos'), '/avisos');
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
  assert.match((await visit(house, '/avisos')).rows[1]?.[0] ?? '', /En silencio/);
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

test('while nothing leaves by a channel, the pages say so beside whom they write to', async (t) => {
  const correo = { shownAs: 'correo.example:25', check: async () => undefined, send: async () => ({ refused: [], postponed: [] }) };
  const { house } = open(t, { env, correo });
  assert.match((await visit(house, '/avisos')).text, /Se avisa por correo a it@x\.example\. (?!Ahora)/);
  house.db.sqlite.transaction(() =>
    raise(house.db, new Date().toISOString(), {
      ...{ clave: 'envio:correo', nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO', titulo: 'Los avisos no salen por correo' },
      acciones: ['Mire la red.'],
    }),
  )();
  assert.match((await visit(house, '/avisos/envios')).text, /Se avisa por correo a it@x\.example\. Ahora no sale nada por correo/);
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
