import assert from 'node:assert/strict';
import test from 'node:test';
import { robotEventKinds } from '#server/balance/moves.ts';
import { tramiteEventKinds } from '#server/cola/events.ts';
import { sentences, tell } from '#server/historial/sentences.ts';
import { equipoEventKinds } from '#server/programaciones/events.ts';
import { recursoEventKinds } from '#server/recursos/events.ts';
import { filesOf, textOf } from './project.ts';

/** Kinds written out in a call of `record`, by what they happened to. */
const written = filesOf('.ts')
  .filter((path) => path.startsWith('server/') && !path.startsWith('server/demo/'))
  .flatMap((path) => [...textOf(path).matchAll(/record\([^)]*?entity: '(\w+)'[^)]*?\bkind: '(\w+)'/gs)])
  .map((match) => [match[1], match[2]] as const);

/** Kinds chosen among two by a condition: `const kind = active ? 'switched_on' : 'switched_off'`. */
const chosen = textOf('server/organismos/save.ts').match(/const kind = .*'(\w+)' : '(\w+)'/);

const recorded = [
  ...written,
  ...tramiteEventKinds.map((kind) => ['tramite', kind] as const),
  ...recursoEventKinds.map((kind) => ['recurso', kind] as const),
  ...robotEventKinds.map((kind) => ['robot', kind] as const),
  ...equipoEventKinds.map((kind) => ['equipo', kind] as const),
  ...(chosen ?? []).slice(1).map((kind) => ['organismo', kind] as const),
];

test('the code records events of everything that has a story', () => {
  assert.ok(written.length >= 6);
  assert.deepEqual([...new Set(recorded.map(([entity]) => entity))].sort(), [
    'cycle',
    'ejecucion',
    'equipo',
    'lanzador',
    'organismo',
    'programacion',
    'recurso',
    'robot',
    'sistema',
    'tramite',
  ]);
});

test('every kind of event that is recorded has its sentence', () => {
  assert.deepEqual(
    recorded.filter(([entity, kind]) => !sentences[entity as string]?.[kind as string]),
    [],
  );
});

test('no sentence tells a kind that nobody records', () => {
  const known = new Set(recorded.map(([entity, kind]) => `${entity} ${kind}`));
  const told = Object.entries(sentences).flatMap(([entity, kinds]) => Object.keys(kinds).map((kind) => `${entity} ${kind}`));
  assert.deepEqual(
    told.filter((name) => !known.has(name)),
    [],
  );
});

const facts = {
  ...{ siteId: 'xaloc_girona', resourceId: '90001', attempt: 2, robot: 'xaloc_girona', equipo: 'local-1', code: 'portal_lento' },
  ...{
    message: 'La sede no contestó',
    numero: 'REG-1',
    fecha: '02/03/2026',
    notBefore: '2026-03-02T09:00:00.000Z',
    motivo: 'Falta la firma',
  },
  ...{ from: 'failed', resultado: 'presentado', texp: 2, usuario: 'Persona Inventada', holder: 'other', columns: ['active', 'robot'] },
};

for (const [entity, kinds] of Object.entries(sentences))
  for (const kind of Object.keys(kinds)) {
    test(`«${entity} ${kind}» is a whole sentence, with all its facts and with none`, () => {
      for (const data of [facts, {}]) {
        const told = tell({ entity, kind, data, actor: 'cerebro' }, (iso) => iso);
        assert.match(told, /^[A-ZÁÉÍÓÚ].*\.$/s);
        assert.doesNotMatch(told, /undefined|null|NaN|\[object/);
        assert.doesNotMatch(told, /\.\./);
      }
    });
  }

test('a kind from another version is told by its name rather than lost', () => {
  assert.equal(
    tell({ entity: 'tramite', kind: 'algo_nuevo', data: {}, actor: 'cerebro' }, (iso) => iso),
    'algo_nuevo.',
  );
});
