import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Failure, groupFailures, normalise } from '#server/errores/rules.ts';

for (const [one, other, told] of [
  [
    'La sede no terminó el paso «motivos» en 30 segundos.',
    'La sede no terminó el paso «enviar» en 45 segundos.',
    'La sede no terminó el paso ‹valor› en ‹n› segundos.',
  ],
  ['El expediente 2025/160589-MUL no existe.', 'El expediente 43000-2025/9-GIM no existe.', 'El expediente ‹n› no existe.'],
  ['Falló a las 2026-03-02T09:00:00.000Z.', 'Falló a las 2025-12-31T23:59:59Z.', 'Falló a las ‹fecha›.'],
  ['Registrado el 02/03/2026 09:12:44.', 'Registrado el 1/12/2025.', 'Registrado el ‹fecha›.'],
  [
    'No contesta (net::ERR at http://127.0.0.1:3100/a?b=1).',
    'No contesta (net::ERR at https://sede.example/x).',
    'No contesta (net::ERR at ‹dirección›).',
  ],
  ['«recurso-90588.pdf» está vacío.', '«foto 2.jpg» está vacío.', '‹valor› está vacío.'],
] as const)
  test(`«${one}» and «${other}» are the same failure`, () => {
    assert.equal(normalise(one), told);
    assert.equal(normalise(other), told);
  });

test('messages that say different things stay apart', () => {
  assert.notEqual(normalise('La sede no responde.'), normalise('La sede no contesta a tiempo.'));
});

test('a normalised message holds no digit, no double blank, and is not changed again', () => {
  const messages = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.stringMatching(/^[a-z«»"' \d/.:-]{0,60}$/));
  fc.assert(
    fc.property(messages, (message) => {
      const told = normalise(message);
      assert.doesNotMatch(told, /\p{N}|\s{2}/u);
      assert.equal(normalise(told), told);
    }),
  );
});

test('whatever numbers stand in a message, it reads the same', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (one, other) => {
      const message = (n: number) => `El adjunto ${n} del recurso ${n + 7} pasa de ${n % 90} MB.`;
      assert.equal(normalise(message(one)), normalise(message(other)));
    }),
  );
});

const failure = (more: Partial<Failure>): Failure => ({
  ...{
    id: 1,
    expediente: null,
    site: 'a',
    doubtful: false,
    code: null,
    message: 'Falla.',
    step: 'enviar',
    at: null,
    attempt: 1,
    capture: null,
  },
  ...more,
});

test('every failure is in one group, the largest group comes first and the newest failure first in each', () => {
  const some = fc.array(
    fc.record({
      id: fc.nat(500),
      site: fc.constantFrom('a', 'b'),
      step: fc.constantFrom('enviar', 'motivos'),
      message: fc.constantFrom('Tarda 3 s.', 'Tarda 9 s.', 'No existe.'),
      at: fc.constantFrom(null, '2026-03-01', '2026-03-02'),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(some, (rows) => {
      const groups = groupFailures(rows.map(failure));
      const sizes = groups.map((group) => group.failures.length);
      assert.equal(
        sizes.reduce((sum, n) => sum + n, 0),
        rows.length,
      );
      assert.deepEqual(
        sizes,
        sizes.toSorted((a, b) => b - a),
      );
      for (const { site, step, message, failures } of groups) {
        assert.ok(failures.every((one) => one.site === site && one.step === step && normalise(one.message) === message));
        assert.ok(failures.every((one, index) => index === 0 || (failures[index - 1]?.at ?? '') >= (one.at ?? '')));
      }
    }),
  );
});
