import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeSite, maySubmit, type SiteRow, startUrl } from '#server/robots/rules.ts';
import { tellForm } from '#tests/support/queue-house.ts';

const means = { forms: { prueba: tellForm() }, papers: true, threads: 2, a360: true };
const row: SiteRow = {
  ...{ siteId: 'girona', organismo: 1, modo: 'enviar', urlInicio: null, wanted: 'prueba' },
  ...{ robotId: 'prueba', kind: 'playwright', activo: 1, parametros: '{"correo":"a@b.test"}' },
  ...{ presente: 1, esOnline: 1, programado: 0 },
};

const servableOf = (change: Partial<SiteRow> = {}) => {
  const judged = judgeSite({ ...row, ...change }, means);
  assert.ok(judged.ok, judged.ok ? '' : judged.waiting.reason);
  return judged.servable;
};
const waitingOf = (change: Partial<SiteRow>, world = means) => {
  const judged = judgeSite({ ...row, ...change }, world);
  assert.ok(!judged.ok);
  return [judged.waiting.code, judged.waiting.reason];
};

test('an organismo with an active robot, its settings and an intranet is served from the robot default start', () => {
  const { robotId, modo, origins, start } = servableOf();
  assert.deepEqual([robotId, modo, origins, start], ['prueba', 'enviar', ['http://sede.test'], 'http://sede.test/inicio']);
});

test('an organismo without a robot, or with one unknown here, waits «sin robot»', () => {
  assert.deepEqual(waitingOf({ wanted: 'girona', robotId: null, kind: null, activo: null }), ['sin_robot', 'sin robot']);
  assert.deepEqual(waitingOf({ wanted: 'desconocido', robotId: 'desconocido' }), ['sin_robot', 'sin robot']);
  assert.deepEqual(waitingOf({ wanted: 'toString', robotId: 'toString' }), ['sin_robot', 'sin robot']);
  assert.deepEqual(waitingOf({ activo: 0 }), ['sin_robot', 'sin robot: «prueba» está desactivado']);
  assert.match(waitingOf({ organismo: 0 })[1] ?? '', /^sin robot: no hay ningún organismo/);
});

test('what is missing is told: settings of the robot, the intranet, a browser, the modo', () => {
  assert.deepEqual(waitingOf({ parametros: null }), ['robot_mal_configurado', 'el robot «prueba» está a medio configurar: Falta correo.']);
  for (const parametros of ['{', '[]', '7', 'null']) assert.equal(waitingOf({ parametros })[0], 'robot_mal_configurado');
  assert.equal(waitingOf({}, { ...means, papers: false })[0], 'sin_intranet');
  assert.equal(waitingOf({}, { ...means, threads: 0 })[0], 'sin_navegador');
  for (const modo of ['', 'Enviar', 'borrar']) assert.equal(waitingOf({ modo })[0], 'modo_no_valido');
});

test('an organismo without a modo waits for a person before it sends, as the cycle and the form read it', () => {
  assert.equal(servableOf({ modo: null }).modo, 'aprobar');
});

test('origins and start of the row replace those of the robot, for test portals', () => {
  const parametros = '{"correo":"x","origenes":["http://127.0.0.1:3100/"],"inicio":"http://127.0.0.1:3100/seu"}';
  const { origins, start } = servableOf({ parametros });
  assert.deepEqual([origins, start], [['http://127.0.0.1:3100'], 'http://127.0.0.1:3100/seu']);
});

test('origins that are not addresses are told, and never mean "anywhere"', () => {
  for (const origenes of ['[]', '"http://sede.test"', '[7]', '["javascript:x"]', '["sede.test"]', '["file:///etc"]'])
    assert.equal(waitingOf({ parametros: `{"correo":"x","origenes":${origenes}}` })[0], 'robot_mal_configurado', origenes);
});

test('url_inicio of the organismo wins over the default, and is refused where no origin declares it', () => {
  assert.equal(servableOf({ urlInicio: ' http://sede.test/otra ' }).start, 'http://sede.test/otra');
  assert.equal(servableOf({ urlInicio: '  ' }).start, 'http://sede.test/inicio');
  for (const urlInicio of ['http://otra.test/', 'https://sede.test/', 'http://sede.test:8080/', 'nada'])
    assert.equal(waitingOf({ urlInicio })[0], 'inicio_no_declarado', urlInicio);
});

test('a trámite begins at its own link when that is at a declared origin, else at the start', () => {
  const servable = { origins: ['http://sede.test'], start: 'http://sede.test/inicio' };
  assert.equal(startUrl(servable, 'http://sede.test/tramit?id=1#x'), 'http://sede.test/tramit?id=1#x');
  for (const url of [
    null,
    '',
    'nada',
    'http://xvia.test/x',
    'http://sede.test.evil.test/',
    'http://sede.test@evil.test/',
    'https://sede.test/',
  ])
    assert.equal(startUrl(servable, url), 'http://sede.test/inicio', String(url));
});

test('only enviar sends, and aprobar once somebody approved', () => {
  const table = (['simular', 'rellenar', 'aprobar', 'enviar'] as const).map((modo) => [
    modo,
    maySubmit(modo, false),
    maySubmit(modo, true),
  ]);
  assert.deepEqual(table, [
    ['simular', false, false],
    ['rellenar', false, false],
    ['aprobar', false, true],
    ['enviar', true, true],
  ]);
});

test('a robot of A360 is never the dispatcher’s: its organismo waits for an equipo, for an approval, or says what it lacks', () => {
  const a360 = (change: Partial<SiteRow> = {}, world = means) =>
    waitingOf({ wanted: '4720', robotId: '4720', kind: 'a360', ...change }, world);
  assert.deepEqual(a360(), ['a360', 'espera un equipo de A360 para el robot «4720»']);
  assert.equal(a360({ esOnline: 0, programado: 1 })[0], 'a360');
  assert.equal(a360({ modo: 'aprobar' })[0], 'a360_aprobar');
  for (const modo of ['simular', 'rellenar']) assert.match(a360({ modo }).join(' '), /^a360_no_puede A360 no puede (simular|rellenar)/);
  assert.equal(a360({ modo: 'otro' })[0], 'modo_no_valido');
  assert.match(a360({}, { ...means, a360: false })[1] ?? '', /A360 no está configurado/);
  assert.match(a360({ activo: 0 })[1] ?? '', /está desactivado/);
  assert.match(a360({ presente: 0 })[1] ?? '', /ya no está allí/);
  assert.match(a360({ esOnline: 0 })[1] ?? '', /no trabaja online/);
});
