import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Candidate } from '#server/gateways/origen/origen.ts';
import {
  judge,
  judgeAmong,
  type Organismo,
  parseOrganismo,
  type RawOrganismo,
  type Refusal,
  wouldBeOurs,
} from '#server/organismos/rules.ts';

const row: RawOrganismo = {
  id: 1,
  site_id: 'xaloc_girona',
  query_organisme: '%XALOC%',
  filtro_texp: '2,3',
  regex_expediente: String.raw`^\d{4}/\d{6}-MUL$`,
  url_template: 'http://intranet/telematicos?Expedient={expediente}',
  active: 1,
  modo: 'aprobar',
  robot: null,
  url_inicio: null,
  prioridad: 100,
  limite_por_ciclo: null,
  max_en_cola: null,
  excluir_organisme: null,
  solo_sin_asignar: 0,
};

const parsed = (over: RawOrganismo = {}): Organismo => {
  const result = parseOrganismo({ ...row, ...over });
  assert.ok(result.ok, JSON.stringify(result));
  return result.organismo;
};

const problemOf = (over: RawOrganismo): Record<string, string> => {
  const result = parseOrganismo({ ...row, ...over });
  assert.ok(!result.ok, 'it was accepted');
  return Object.fromEntries(result.problems.map(({ field, sentence }) => [field, sentence]));
};

test('the five columns of the design are a complete organismo', () => {
  const { site_id, query_organisme, filtro_texp, regex_expediente, url_template } = row;
  const result = parseOrganismo({ id: 7, site_id, query_organisme, filtro_texp, regex_expediente, url_template, active: 1 });
  assert.ok(result.ok);
  const { modo, robot, prioridad, limitePorCiclo, maxEnCola, urlInicio, active } = result.organismo;
  assert.deepEqual(
    { modo, robot, prioridad, limitePorCiclo, maxEnCola, urlInicio, active },
    { modo: 'aprobar', robot: 'xaloc_girona', prioridad: 100, limitePorCiclo: null, maxEnCola: null, urlInicio: null, active: true },
  );
});

for (const [written, read] of [
  ['2,3', [2, 3]],
  ['2, 3', [2, 3]],
  ['2,3,', [2, 3]],
  ['2,,3', [2, 3]],
  [',3,3 , 2,3', [3, 2]],
  [' 3 ', [3]],
  [3, [3]],
] as const)
  test(`filtro_texp ${JSON.stringify(written)} is read as ${read.join(' and ')}`, () => {
    assert.deepEqual(parsed({ filtro_texp: written }).rule.texp, read);
  });

for (const written of ['', '   ', ',', ',,', 'a', '2;3', '2,x', '2.5', '-2', '2 3', '٢', '0x2', '1e1', null, Buffer.from('2')])
  test(`filtro_texp ${JSON.stringify(written)} is not valid, and never "no filter"`, () => {
    assert.match(problemOf({ filtro_texp: written }).filtro_texp ?? '', /no válid[oa]|no es válid[oa]/);
  });

for (const written of ['1', '1,2,3', '2, 01', '2,1,', 1])
  test(`filtro_texp ${JSON.stringify(written)} is not valid, since TExp = 1 is what a claimed recurso carries`, () => {
    assert.match(problemOf({ filtro_texp: written }).filtro_texp ?? '', /no es válido: el 1 /);
  });

test('filtro_texp takes whatever only looks like a 1', () => {
  assert.deepEqual(parsed({ filtro_texp: '10,11,21' }).rule.texp, [10, 11, 21]);
});

for (const [written, read] of [
  ['%A%|%B%', ['%A%', '%B%']],
  [' %A% | %B C% ', ['%A%', '%B C%']],
  ['%A B%', ['%A B%']],
  ['|%A%||', ['%A%']],
] as const)
  test(`query_organisme «${written}» is ${read.length} pattern${read.length > 1 ? 's' : ''}`, () => {
    assert.deepEqual(parsed({ query_organisme: written }).rule.patterns, read);
  });

const wrong: [field: string, values: unknown[]][] = [
  ['site_id', ['', ' ', 'Xaloc', 'xaloc girona', 'ñ', 'nuevo', 'a'.repeat(65), 'a-b', '../x', 'xaloc_girona\n']],
  ['query_organisme', ['', '   ', null, '|', ' | ', '%x%'.repeat(1000), Buffer.from('x')]],
  ['regex_expediente', ['', '  ', null, '(', '[', String.raw`(a)\1`, '(?=a)', 'a'.repeat(501)]],
  [
    'url_template',
    ['http://x/{foo}', 'http://x/{expediente}/{Expediente}', 'http://x/{}', 'javascript:alert(1)', 'x', '/relative/{expediente}'],
  ],
  ['active', ['si', 'TRUE', 2, -1, 'yes', '', 0.5]],
  ['modo', ['', 'todo', 'Enviar', 1]],
  ['url_inicio', ['ftp://x', 'x', 'javascript:alert(1)']],
  ['prioridad', ['alta', 1.5, '']],
  ['limite_por_ciclo', [-1, 'x', 1.5, '']],
  ['max_en_cola', [-1, 'x', 1.5, '']],
  ['solo_sin_asignar', ['x', 2]],
];
for (const [field, values] of wrong)
  for (const value of values)
    test(`${field} ${JSON.stringify(value)?.slice(0, 40)} is told to be not valid`, () => {
      const problems = problemOf({ [field]: value });
      assert.deepEqual(Object.keys(problems), [field]);
      assert.match(problems[field] as string, /no (es|son) válid[oa]s?/);
    });

for (const yes of [1, 1n, '1', 'true', true])
  test(`active ${typeof yes} ${yes} is on`, () => assert.equal(parsed({ active: yes }).active, true));
for (const no of [0, '0', 'false', null, false])
  test(`active ${typeof no} ${no} is off`, () => assert.equal(parsed({ active: no }).active, false));

test('every problem is told, not only the first', () => {
  assert.deepEqual(Object.keys(problemOf({ query_organisme: '', filtro_texp: 'a', modo: 'x' })), [
    'query_organisme',
    'filtro_texp',
    'modo',
  ]);
});

test('a switch that cannot be read counts as meant to be on, so that somebody is told', () => {
  const result = parseOrganismo({ ...row, active: 'sí' });
  assert.ok(!result.ok && result.active);
  const off = parseOrganismo({ ...row, active: 0, modo: 'x' });
  assert.ok(!off.ok && !off.active);
});

test('no row whatever makes it throw', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.constant(undefined), fc.uint8Array(), fc.bigInt());
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(row)), value), (over) => {
      const result = parseOrganismo({ ...row, ...over });
      assert.equal(typeof result.ok, 'boolean');
    }),
    { numRuns: 500 },
  );
});

test('the version of the rules changes with what judges, and with nothing else', () => {
  const { ruleVersion } = parsed();
  for (const over of [
    { query_organisme: '%BASE%' },
    { filtro_texp: '2' },
    { regex_expediente: '.+' },
    { excluir_organisme: '%x%' },
    { solo_sin_asignar: 1 },
  ])
    assert.notEqual(parsed(over).ruleVersion, ruleVersion);
  for (const over of [{ prioridad: 1 }, { url_template: null }, { modo: 'enviar' }, { limite_por_ciclo: 3 }, { filtro_texp: ' 2, 3,' }])
    assert.equal(parsed(over).ruleVersion, ruleVersion);
});

test('a _token in the template and a pattern that never matches are told, and the organismo works', () => {
  const { warnings } = parsed({ url_template: 'http://x/?_token=abc&e={expediente}', query_organisme: '%XALOC%|%[a%' });
  assert.equal(warnings.length, 2);
  assert.match(warnings.join(' '), /_token/);
  assert.match(warnings.join(' '), /\[a/);
});

const candidate = (over: Partial<Candidate> = {}): Candidate => ({
  id: '90001',
  idShown: '90001',
  expediente: '2025/160585-MUL',
  expedientePadded: false,
  organisme: 'XALOC, DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ',
  texp: 2,
  estado: 0,
  usuario: '',
  ...over,
});

test('a recurso that meets every rule is ours, and trimming is told', () => {
  assert.deepEqual(judge(parsed(), candidate()), { ours: true, normalised: false });
  assert.deepEqual(judge(parsed(), candidate({ expedientePadded: true })), { ours: true, normalised: true });
});

const refusals: [reason: Refusal, over: Partial<Candidate>, organismo?: RawOrganismo][] = [
  ['id_no_valido', { id: null, idShown: '-7' }],
  ['organisme_no_coincide', { organisme: 'SERVEI CATALA DE TRANSIT DE GIRONA' }],
  ['organisme_no_coincide', { organisme: '' }],
  ['organisme_excluido', {}, { excluir_organisme: '%bisbal%|%x%' }],
  ['estado_no_libre', { estado: 1 }],
  ['estado_no_libre', { estado: null }],
  ['texp_no_admitido', { texp: 1 }],
  ['texp_no_admitido', { texp: null }],
  ['texp_no_admitido', { texp: 2 }, { filtro_texp: '3' }],
  ['asignado_a_otro', { usuario: 'Nom Cognom' }, { solo_sin_asignar: 1 }],
  ['expediente_vacio', { expediente: '' }],
  ['regex_no_coincide', { expediente: '025/160585-MUL' }],
  ['regex_no_coincide', { expediente: `2025/${'1'.repeat(20_000)}-MUL` }],
];
for (const [reason, over, organismo] of refusals)
  test(`${JSON.stringify(over).slice(0, 60)}${organismo ? ` under ${JSON.stringify(organismo)}` : ''} is refused as ${reason}`, () => {
    const verdict = judge(parsed(organismo), candidate(over));
    assert.ok(!verdict.ours);
    assert.equal(verdict.reason, reason);
    assert.ok(verdict.sentence.endsWith('.'));
  });

test('a name left behind does not protect a row unless the organismo says so', () => {
  assert.equal(judge(parsed(), candidate({ usuario: 'Nom Cognom' })).ours, true);
});

const table: [value: string, seed: boolean, six: boolean, loose: boolean][] = [
  ['2025/160585-MUL', false, true, true],
  ['025/160585-MUL', true, false, false],
  ['2026/400-MUL', false, false, true],
  ['2025/219303-SAD', false, false, true],
  ['2026/12345', false, false, true],
  ['2026-11504-MUL', false, false, false],
  ['2025/243792-MU', false, false, false],
  ['2025/160585-mul', false, false, false],
  ['2025/ 160585-MUL', false, false, false],
];
for (const [value, ...expected] of table)
  test(`XVIA.md 6.1: «${value}» against the three expressions`, () => {
    const expressions = ['^.{3}/.{6}-MUL$', String.raw`^\d{4}/\d{6}-MUL$`, String.raw`^\d{4}/\d+(-(MUL|SAD))?$`];
    const met = expressions.map((regex_expediente) => judge(parsed({ regex_expediente }), candidate({ expediente: value })).ours);
    assert.deepEqual(met, expected);
  });

test('of two organismos that take a recurso the first in order has it', () => {
  const first = parsed({ id: 2, site_id: 'a', prioridad: 1 });
  const second = parsed();
  const both = [first, second];
  assert.equal(judgeAmong(both, first, candidate()).ours, true);
  const verdict = judgeAmong(both, second, candidate());
  assert.ok(!verdict.ours && verdict.reason === 'otro_organismo');
  assert.equal(judgeAmong(both, second, candidate({ expediente: 'x' })).ours, false);
  const picky = parsed({ id: 2, site_id: 'a', filtro_texp: '3' });
  assert.equal(judgeAmong([picky, second], second, candidate()).ours, true, 'the first does not take this one');
});

test('a claimed row is recognised by its Organisme and its expediente alone', () => {
  const claimed = candidate({ texp: 1, usuario: 'us' });
  assert.equal(wouldBeOurs(parsed({ solo_sin_asignar: 1 }), claimed), true);
  assert.equal(wouldBeOurs(parsed(), candidate({ expediente: 'x' })), false);
  assert.equal(wouldBeOurs(parsed({ excluir_organisme: '%XALOC%' }), claimed), false);
});
