import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { type Environment, parseConfig, projectFolder, readEnvironment } from '#server/config.ts';
import { CerebroError } from '#server/lib/errors.ts';

const enough = { ORIGEN_URL: 'sqlite:/datos/origen.db', BOT_USER: 'Cerebro' };

/** The sentence the start is refused with. */
const refusal = (environment: Environment): string => {
  try {
    parseConfig(environment);
  } catch (error) {
    assert.ok(error instanceof CerebroError && error.code === 'configuracion_no_valida');
    return error.message;
  }
  throw new Error('the configuration was accepted');
};

test('two settings are enough to start', () => {
  const config = parseConfig(enough);
  assert.equal(config.HOST, '127.0.0.1');
  assert.equal(config.PORT, 3000);
  assert.equal(config.DATA_DIR, join(projectFolder, 'data'));
  assert.equal(config.TZ_NEGOCIO, 'Europe/Madrid');
  assert.equal(config.CICLO_INTERVALO_SEG, 300);
  assert.equal(config.CICLO_MAX_RECLAMACIONES, 50);
  assert.equal(config.NAVEGADOR_VISIBLE, false);
  assert.equal(config.XVIA_URL, undefined);
});

test('what is missing is told by name', () => {
  assert.match(refusal({}), /ORIGEN_URL falta\.\n {2}BOT_USER falta\./);
});

test('every mistake is listed at once, each with its name and what was given', () => {
  const sentence = refusal({
    ...enough,
    PORT: '70000',
    TZ_NEGOCIO: 'Europe/Gerona',
    CICLO_INTERVALO_SEG: '0',
    WORKERS: 'dos',
    XVIA_URL: 'intranet',
    NAVEGADOR_VISIBLE: 'sí',
    LOG_NIVEL: 'mucho',
  });
  const expected = [
    /^La configuración no es válida:$/,
    /^ {2}PORT \(«70000»\) debe ser un número entero entre 0 y 65535\.$/,
    /^ {2}TZ_NEGOCIO \(«Europe\/Gerona»\) no es una zona horaria conocida/,
    /^ {2}CICLO_INTERVALO_SEG \(«0»\) debe ser un número entero/,
    /^ {2}WORKERS \(«dos»\) debe ser un número entero/,
    /^ {2}XVIA_URL \(«intranet»\) debe ser una dirección http/,
    /^ {2}NAVEGADOR_VISIBLE \(«sí»\) debe ser 0 o 1\.$/,
    /^ {2}LOG_NIVEL \(«mucho»\) debe ser debug/,
  ];
  const lines = sentence.split('\n');
  assert.equal(lines.length, expected.length);
  for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? '', pattern);
});

test('a wrong secret is named but never shown', () => {
  const sentence = refusal({ ...enough, ORIGEN_URL: 'mysql://sa:hunter2@servidor/base' });
  assert.match(sentence, /ORIGEN_URL debe ser sqlite:<archivo> o mssql:/);
  assert.doesNotMatch(sentence, /hunter2|sa:/);
});

test('an address is kept without its final slashes', () => {
  assert.equal(parseConfig({ ...enough, XVIA_URL: 'http://intranet.example//' }).XVIA_URL, 'http://intranet.example');
});

test('the webhook is asked exactly where it was said: to some servers a last slash is another place', () => {
  const url = 'https://avisos.example/hook/secreto-77/';
  assert.equal(parseConfig({ ...enough, AVISOS_WEBHOOK_URL: url }).AVISOS_WEBHOOK_URL, url);
});

test('a password inside an address is refused, and not read aloud', () => {
  const sentence = refusal({ ...enough, XVIA_URL: 'http://ana:s3creta@intranet.example' });
  assert.match(sentence, /XVIA_URL .* no puede llevar usuario ni contraseña/);
  assert.doesNotMatch(sentence, /s3creta|ana:/);
});

test('a period and a limit may be any whole number from 1', () => {
  const config = parseConfig({ ...enough, CICLO_INTERVALO_SEG: '3000000', CICLO_MAX_RECLAMACIONES: '2000000' });
  assert.deepEqual([config.CICLO_INTERVALO_SEG, config.CICLO_MAX_RECLAMACIONES], [3_000_000, 2_000_000]);
  assert.match(
    refusal({ ...enough, CICLO_MAX_RECLAMACIONES: '0' }),
    /CICLO_MAX_RECLAMACIONES \(«0»\) debe ser un número entero a partir de 1/,
  );
});

test('only whole numbers are numbers', () => {
  for (const WORKERS of ['1.5', '-1', '1e1', ' 2', '٣', '0']) assert.match(refusal({ ...enough, WORKERS }), /WORKERS/);
});

test('blank values count as not given, and the environment wins over the file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, '.env');
  writeFileSync(file, '# un comentario\nCEREBRO_PRUEBA_A=archivo\nCEREBRO_PRUEBA_B="con espacios"\nCEREBRO_PRUEBA_C=\n');
  process.env.CEREBRO_PRUEBA_A = 'proceso';
  t.after(() => Reflect.deleteProperty(process.env, 'CEREBRO_PRUEBA_A'));
  const environment = readEnvironment(file);
  assert.equal(environment.CEREBRO_PRUEBA_A, 'proceso');
  assert.equal(environment.CEREBRO_PRUEBA_B, 'con espacios');
  assert.equal(environment.CEREBRO_PRUEBA_C, undefined);
});

test('no .env is no mistake', () => {
  assert.equal(readEnvironment(join(tmpdir(), 'no-such-file.env')).PATH, process.env.PATH);
});

const a360 = { ...enough, AA_URL: 'https://aa.example', AA_USER: 'sam', AA_API_KEY: 'k', CALLBACK_TOKEN: 'secret' };

test('A360 is spoken to over http:// on this machine only', () => {
  for (const host of ['localhost', '127.0.0.1:8080', '127.0.0.2', '[::1]:8080'])
    assert.equal(parseConfig({ ...a360, AA_URL: `http://${host}/` }).AA_URL, `http://${host}`);
  for (const host of ['aa.example', '10.0.0.3', 'localhost.example', '127.0.0.1.example'])
    assert.match(refusal({ ...a360, AA_URL: `http://${host}` }), /AA_URL .*https:\/\//);
});

test('with A360, what it takes is missed by name; a secret of any length will do', () => {
  assert.equal(parseConfig(a360).CALLBACK_TOKEN, 'secret');
  const said = refusal({ ...enough, AA_URL: 'https://aa.example' });
  for (const key of ['AA_USER', 'AA_API_KEY', 'AA_PWD', 'CALLBACK_TOKEN']) assert.ok(said.includes(key), key);
});

test('a flag may be written as the older files write it', () => {
  for (const [given, read] of [
    ['True', true],
    ['FALSE', false],
    ['1', true],
    ['0', false],
  ] as const)
    assert.equal(parseConfig({ ...a360, AA_VERIFY_SSL: given }).AA_VERIFY_SSL, read, given);
  assert.match(refusal({ ...a360, AA_VERIFY_SSL: 'sí' }), /AA_VERIFY_SSL/);
});

test('the level of the logs is read by the names and the words of the older files', () => {
  for (const [given, read] of [
    ['INFO', 'info'],
    ['WARNING', 'warn'],
    ['CRITICAL', 'error'],
    ['debug', 'debug'],
  ] as const)
    assert.equal(parseConfig({ ...enough, LOG_LEVEL: given }).LOG_NIVEL, read);
  assert.equal(parseConfig({ ...enough, NIVEL_LOG: 'ERROR' }).LOG_NIVEL, 'error');
});

test('it is known where each value comes from, and by which name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cerebro-env-'));
  try {
    const file = join(folder, '.env');
    writeFileSync(file, 'ORIGEN_URL=sqlite:/datos/origen.db\nBOT_USER=Cerebro\nINTERFAZ_WEB_PUERTO=8000\n');
    const { PORT, provenance } = parseConfig({ ...readEnvironment(file), WORKERS: '3' });
    assert.equal(PORT, 8000);
    assert.deepEqual(provenance.given.PORT, { name: 'INTERFAZ_WEB_PUERTO', from: 'archivo' });
    assert.deepEqual(provenance.given.WORKERS, { name: 'WORKERS', from: 'entorno' });
    assert.equal(provenance.given.HOST, undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('a name that nobody reads does not keep the house from starting, and is told', () => {
  const told = (environment: Environment) =>
    parseConfig({ ...enough, ...environment }).provenance.leftOver.map(({ name, why }) => `${name} ${why}`);

  test('of an older program, with what holds instead and never with its value', () => {
    const sentences = told({ SQL_SAM_PWD: 'secreta', CALLBACK_AUTH_MODE: 'optional', CALLBACK_SERVER_THREADS: '8', LOG_DATEFMT: '%H' });
    assert.equal(sentences.length, 4);
    for (const sentence of sentences) assert.match(sentence, /^[A-Z_]+ ya no se usa: .+\.$/);
    assert.doesNotMatch(sentences.join(' '), /secreta/);
  });

  test('a slip of the pen, with what it meant', () => {
    assert.deepEqual(told({ LANZADOR_CICLO_INTERVALO_SGE: '5', WORKER: '3' }), [
      'LANZADOR_CICLO_INTERVALO_SGE no se conoce y no se usa. ¿Quiso decir LANZADOR_CICLO_INTERVALO_SEG?',
      'WORKER no se conoce y no se usa. ¿Quiso decir WORKERS?',
    ]);
  });

  test('a name of ours that resembles none, but not what the machine itself has', () => {
    assert.deepEqual(
      told({ LANZADOR_COLOR: 'azul', HOME: '/root', PATH: '/bin', LOGNAME: 'ana', PORTS: '1', HOSTNAME: 'casa', DEMO_SEDE_PORT: '1' }),
      ['LANZADOR_COLOR no se conoce y no se usa.'],
    );
  });

  test('the older name of a setting, where the present one is there too', () => {
    assert.deepEqual(told({ LOG_LEVEL: 'INFO', LOG_NIVEL: 'warn' }), ['LOG_LEVEL no se usa: también está LOG_NIVEL, que es el que vale.']);
  });
});
