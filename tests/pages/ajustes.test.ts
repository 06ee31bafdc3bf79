import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { restoredKey } from '#server/cola/restored.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext, env: Record<string, string> = {}) => {
  const house = openPageHouse({ env });
  t.after(() => house.close());
  const heard: string[] = [];
  t.after(house.deps.hub.listen(({ entity, id }) => heard.push(`${entity} ${id}`)));
  const stored = () => house.db.sqlite.prepare('SELECT clave, valor FROM ajustes ORDER BY clave').raw().all();
  const row = async (key: string) => (await visit(house, '/ajustes')).rows.find(([name]) => name?.split(' ')[0] === key) ?? [];
  return { house, heard, stored, row, live: () => readLiveSettings(house.db, house.deps.config) };
};

test('every setting stands in its group with its value, where it comes from, its default and its older names', async (t) => {
  const { house, row } = open(t, { LANZADOR_INTERVALO_LANZADOR_SEG: '20', WORKERS: '3' });
  const { text } = await visit(house, '/ajustes');
  assert.match(text, /Panel y acceso .*Lanzador .*Cuánto se conserva/);
  assert.deepEqual((await row('WORKERS')).slice(1, 4), ['3', 'Entorno', 'Fuera, y al volver a arrancar']);
  const [names, value, from, change] = await row('LANZADOR_CICLO_INTERVALO_SEG');
  assert.match(names ?? '', /Por defecto: 30 Antes se llamaba LANZADOR_INTERVALO_LANZADOR_SEG$/);
  assert.deepEqual(
    [value, from, change],
    ['20 segundos', 'Entorno como LANZADOR_INTERVALO_LANZADOR_SEG', 'Guardar LANZADOR_CICLO_INTERVALO_SEG'],
  );
  assert.deepEqual((await row('CICLO_INTERVALO_SEG')).slice(1, 3), ['300 segundos', 'Por defecto']);
});

test('of a secret only whether it is there is told, and it has no field', async (t) => {
  const { house, row } = open(t, { CERTIFICADO_PASSWORD: 'muy-secreta' });
  assert.deepEqual((await row('CERTIFICADO_PASSWORD')).slice(1, 3), ['puesta', 'Entorno']);
  assert.deepEqual((await row('ADMIN_PASSWORD')).slice(1, 3), ['sin poner', 'Sin poner']);
  const { html, fields } = await visit(house, '/ajustes');
  assert.doesNotMatch(html, /muy-secreta|muestra\.db/);
  assert.deepEqual([fields.has('CERTIFICADO_PASSWORD'), fields.has('PORT'), fields.has('CICLO_INTERVALO_SEG')], [false, false, true]);
});

test('a value that is saved holds at once, wins over the environment, and the book tells before and after', async (t) => {
  const { house, heard, stored, row, live } = open(t, { CICLO_INTERVALO_SEG: '120' });
  const { status, headers } = await send(house, '/ajustes', { CICLO_INTERVALO_SEG: ' 45 ' });
  assert.deepEqual([status, headers.location], [303, '/ajustes#CICLO_INTERVALO_SEG']);
  assert.deepEqual([live().CICLO_INTERVALO_SEG, stored()], [45, [['CICLO_INTERVALO_SEG', '45']]]);
  assert.deepEqual(heard, ['ajuste CICLO_INTERVALO_SEG']);
  assert.match((await row('CICLO_INTERVALO_SEG'))[2] ?? '', /^Panel /);
  assert.deepEqual(house.db.sql('SELECT accion, entidad, entidad_id, antes, despues FROM auditoria').get(), {
    ...{ accion: 'editar', entidad: 'ajuste', entidad_id: 'CICLO_INTERVALO_SEG' },
    ...{ antes: '{"valor":"120"}', despues: '{"valor":"45"}' },
  });
});

test('going back takes the value of the panel away and what was outside holds again', async (t) => {
  const { house, stored, live, row } = open(t, { CICLO_INTERVALO_SEG: '120' });
  await send(house, '/ajustes', { CICLO_INTERVALO_SEG: '45' });
  assert.ok((await visit(house, '/ajustes')).buttons.includes('Volver al valor de fuera (CICLO_INTERVALO_SEG)'));
  const { status } = await send(house, '/ajustes/CICLO_INTERVALO_SEG/volver');
  assert.deepEqual([status, live().CICLO_INTERVALO_SEG, stored()], [303, 120, []]);
  assert.deepEqual((await row('CICLO_INTERVALO_SEG')).slice(1, 3), ['120 segundos', 'Entorno']);
  const book = house.db.sqlite.prepare('SELECT accion, antes, despues FROM auditoria ORDER BY auditoria_id DESC').raw().get();
  assert.deepEqual(book, ['volver', '{"valor":"45"}', '{"valor":"120"}']);
  assert.equal((await send(house, '/ajustes/CICLO_INTERVALO_SEG/volver')).status, 404);
});

test('saving what already holds keeps nothing: no value is copied from outside', async (t) => {
  const { house, stored } = open(t, { CICLO_INTERVALO_SEG: '120' });
  assert.equal((await send(house, '/ajustes', { CICLO_INTERVALO_SEG: '120', BALANCEADOR_PREEMPTION_HABILITAR: 'false' })).status, 303);
  assert.deepEqual([stored(), house.db.sql('SELECT count(*) AS n FROM auditoria').get()?.n], [[], 0]);
});

for (const [what, key, typed, reason] of [
  ['no number', 'CICLO_INTERVALO_SEG', 'mucho', 'Debe ser un número entero a partir de 1.'],
  ['zero seconds', 'CICLO_INTERVALO_SEG', '0', 'Debe ser un número entero a partir de 1.'],
  ['no hour', 'LANZADOR_PAUSA_INICIO_HHMM', '25:00', 'Debe ser una hora HH:MM.'],
  ['nothing', 'CICLO_INTERVALO_SEG', ' ', 'Escriba un valor.'],
  ['no address', 'EMAIL_RECIPIENTS', 'ana', 'Debe ser una o varias direcciones de correo'],
  ['no switch', 'BALANCEADOR_PREEMPTION_HABILITAR', 'quizá', 'Debe ser 0 o 1.'],
] as const)
  test(`${what} in ${key} is refused at the field, with what was typed, and nothing is kept`, async (t) => {
    const { house, stored } = open(t);
    const { status, html, text } = await send(house, '/ajustes', { BALANCEADOR_POOL_ENFRIAMIENTO_SEG: '7', [key]: typed });
    assert.equal(status, 422);
    assert.match(html, new RegExp(`id="campo-${key}"[^>]*aria-invalid="true"`));
    assert.ok(text.includes(reason), reason);
    assert.deepEqual(stored(), []);
  });

for (const [what, key] of [
  ['a secret', 'CERTIFICADO_PASSWORD'],
  ['a door', 'ORIGEN_URL'],
  ['what needs a restart', 'PORT'],
  ['what is no setting', 'constructor'],
] as const)
  test(`${what} cannot be put in the panel`, async (t) => {
    const { house, stored } = open(t);
    const { status, text } = await send(house, '/ajustes', { [key]: '1234' });
    assert.deepEqual([status, stored()], [422, []]);
    assert.match(text, new RegExp(`${key}: (Este ajuste no se cambia en el panel|No hay ningún ajuste)`));
  });

test('isolation and preemption are switches', async (t) => {
  const { house, live } = open(t);
  const { html } = await visit(house, '/ajustes');
  assert.match(html, /role="switch" aria-checked="true"[^>]*name="BALANCEADOR_POOL_AISLAMIENTO_ESTRICTO" value="0"/);
  assert.match(html, /role="switch" aria-checked="false"[^>]*name="BALANCEADOR_PREEMPTION_HABILITAR" value="1"/);
  await send(house, '/ajustes', { BALANCEADOR_PREEMPTION_HABILITAR: '1' });
  assert.equal(live().BALANCEADOR_PREEMPTION_HABILITAR, true);
});

test('the search looks at names, older ones too, and at meanings, without accents', async (t) => {
  const { house } = open(t);
  const found = async (q: string) => (await visit(house, `/ajustes?q=${encodeURIComponent(q)}`)).rows.map(([name]) => name?.split(' ')[0]);
  assert.deepEqual(await found('balanceo_preemption_mode'), ['BALANCEADOR_PREEMPTION_HABILITAR']);
  assert.deepEqual(await found('auditoría hicieron'), []);
  assert.deepEqual(await found('ULTIMA RESPUESTA DE UNA FUENTE'), ['BALANCEADOR_CARGA_EDAD_MAX_SEG']);
  assert.match((await visit(house, '/ajustes?q=nadaquever')).text, /Nada coincide con el filtro/);
});

test('a wrong value written by SQL is not used, is told on the page and in the system, and can be taken away', async (t) => {
  const { house, live } = open(t);
  house.db.sqlite.exec(
    "INSERT INTO ajustes (clave, valor) VALUES ('CICLO_INTERVALO_SEG', 'pronto'), ('ADMIN_PASSWORD', 'clave-a-mano'), ('OTRA', x'ff00'), ('REINTENTOS_MAX', x'39')",
  );
  assert.deepEqual([live().CICLO_INTERVALO_SEG, live().REINTENTOS_MAX], [300, 9]);
  const { rows, html } = await visit(house, '/ajustes');
  const why = new Map(rows.map(([name, reason]) => [name, reason]));
  assert.match(why.get('CICLO_INTERVALO_SEG') ?? '', /«pronto».*debe ser un número entero/);
  assert.match(why.get('ADMIN_PASSWORD') ?? '', /no se edita en el panel/);
  assert.match(why.get('OTRA') ?? '', /no es el nombre de ningún ajuste/);
  assert.doesNotMatch(html, /clave-a-mano/);
  assert.match((await visit(house, '/sistema')).text, /3 valores de la tabla ajustes no se usan/);
  for (const key of ['CICLO_INTERVALO_SEG', 'ADMIN_PASSWORD', 'OTRA'])
    assert.equal((await send(house, `/ajustes/${key}/volver`)).status, 303);
  assert.deepEqual(house.db.sqlite.prepare('SELECT clave FROM ajustes').pluck().all(), ['REINTENTOS_MAX']);
  assert.doesNotMatch(JSON.stringify(house.db.sql('SELECT antes, despues FROM auditoria').all()), /clave-a-mano/);
});

test('a value written by SQL under an older name holds, until the present one is there too', async (t) => {
  const { house, live, row } = open(t);
  house.db.sqlite.exec("INSERT INTO ajustes (clave, valor) VALUES ('NIVEL_LOG', 'warn'), ('LANZADOR_INTERVALO_LANZADOR_SEG', '77')");
  assert.deepEqual([live().LOG_NIVEL, live().LANZADOR_CICLO_INTERVALO_SEG], ['warn', 77]);
  assert.match((await row('LOG_NIVEL'))[2] ?? '', /^Panel /);
  await send(house, '/ajustes', { LOG_NIVEL: 'debug' });
  assert.equal(live().LOG_NIVEL, 'debug');
  assert.match((await visit(house, '/ajustes')).text, /NIVEL_LOG también está LOG_NIVEL, que es el que vale/);
  assert.equal((await send(house, '/ajustes/NIVEL_LOG/volver')).status, 303);
  assert.equal((await send(house, '/ajustes/LANZADOR_INTERVALO_LANZADOR_SEG/volver')).status, 303);
  assert.deepEqual([live().LOG_NIVEL, live().LANZADOR_CICLO_INTERVALO_SEG], ['debug', 30]);
  const { status, text } = await send(house, '/ajustes', { NIVEL_LOG: 'warn' });
  assert.deepEqual([status, /Ahora se llama LOG_NIVEL\./.test(text)], [422, true]);
});

test('an age, a size or a factor that makes no date and no number is refused at its field', async (t) => {
  const { house, stored } = open(t);
  for (const key of ['RETENCION_EVENTOS_DIAS', 'COPIA_INTERVALO_HORAS', 'AVISOS_REPETIR_MIN', 'DISCO_LIBRE_MIN_MB'])
    assert.equal((await send(house, '/ajustes', { [key]: '9007199254740991' })).status, 422, key);
  const factor = { INTERFAZ_WEB_EJECUCION_DEMORA_UMBRAL_FACTOR: '9'.repeat(400) };
  assert.equal((await send(house, '/ajustes', factor)).status, 422);
  assert.deepEqual(stored(), []);
});

test('names of older programs and slips are told with what they meant', async (t) => {
  const { house } = open(t, { SQL_SAM_HOST: 'servidor-viejo', CICLO_INTERVALO_SGE: '5', CALLBACK_AUTH_MODE: 'none' });
  const { text, html } = await visit(house, '/ajustes');
  assert.match(text, /SQL_SAM_HOST ya no se usa: los datos de SAM ya no están en SQL Server/);
  assert.match(text, /CICLO_INTERVALO_SGE no se conoce y no se usa\. ¿Quiso decir CICLO_INTERVALO_SEG\?/);
  assert.match(text, /CALLBACK_AUTH_MODE ya no se usa: no hay modos/);
  assert.doesNotMatch(html, /servidor-viejo/);
});

test('everybody reads them and only an administrator changes them', async (t) => {
  const { house, stored } = open(t);
  const reader = await signIn(house, 'lectura');
  const { status, buttons, text } = await visit(house, '/ajustes', reader);
  assert.equal(status, 200);
  assert.deepEqual(buttons, ['Buscar']);
  assert.match(text, /Aquí, un administrador/);
  assert.equal((await send(house, '/ajustes', { CICLO_INTERVALO_SEG: '45' }, reader)).status, 403);
  assert.deepEqual(stored(), []);
});

test('what the house notes for itself in the same table is no setting: nobody is told that it is not used, nor may take it away', async (t) => {
  const { house, stored } = open(t);
  house.db.sqlite.prepare('INSERT INTO ajustes (clave, valor) VALUES (?, ?)').run(restoredKey, '2026-03-02T09:00:00.000Z');
  assert.doesNotMatch((await visit(house, '/ajustes')).text, /sin efecto/);
  assert.match((await visit(house, '/sistema')).text, /Todo lo que se ha configurado se usa/);
  assert.equal((await send(house, `/ajustes/${restoredKey}/volver`)).status, 404);
  assert.equal(stored().length, 1);
});
