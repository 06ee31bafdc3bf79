import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { sessionCookie } from '#server/acceso/identify.ts';
import { findByName } from '#server/acceso/queries.ts';
import { openSession } from '#server/acceso/sesiones.ts';
import { raise } from '#server/avisos/raise.ts';
import { type Config, parseConfig } from '#server/config.ts';
import { isoNow, systemClock } from '#server/lib/clock.ts';
import { asError, CerebroError } from '#server/lib/errors.ts';
import { openLogs } from '#server/lib/log.ts';
import { type Setting, settings } from '#server/settings.ts';
import { logFolder } from '#server/sistema/log-files.ts';
import { supportBundle } from '#server/sistema/soporte.ts';
import { keepUnexpected } from '#server/sistema/unexpected.ts';
import { type Cerebro, startCerebro } from '#server/start.ts';

/** A started house moves the temporary folder of its process into its own. */
const outside = tmpdir();

const secretKeys = Object.values(settings as Record<string, Setting>).flatMap(({ key, secret }) => (secret ? [key] : []));
/** One for each, and like no other text. */
const planted = new Map(secretKeys.map((key, n) => [key, `Plantado-${n}-${key.replaceAll('_', '')}-x`] as const));

/** A server that repeats all it was told, as the rudest of them do. */
const startRude = async (t: TestContext): Promise<string> => {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const said = `${JSON.stringify(request.headers)} ${decodeURIComponent(request.url ?? '')} ${body}`;
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ message: said, error: said, details: said }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Nothing listens there. */
const shut = '127.0.0.1:9';

const sceneOf = (folder: string, rude: string, clouders: Record<string, string>): Config =>
  parseConfig({
    ...Object.fromEntries(planted),
    ...{ BOT_USER: 'Cerebro Prueba', DATA_DIR: folder, PORT: '0', WORKERS: '1', LOG_NIVEL: 'debug', GRACIA_PARADA_SEG: '0' },
    ...{ ORIGEN_URL: `mssql://lector:${planted.get('ORIGEN_URL')}@${shut}/Gestion`, XVIA_URL: rude, NAVEGADOR: '/no/hay' },
    ...{ AA_URL: rude, AA_USER: 'sam', APIGW_URL: rude, APIGW_CLIENT_ID: 'cliente', LANZADOR_SHUTDOWN_TIMEOUT_SEG: '1' },
    ...{ SQL_RPA360_HOST: '127.0.0.1,9', SQL_RPA360_DB_NAME: 'x', SQL_RPA360_UID: 'lector', SQL_RPA360_MAX_REINTENTOS_QUERY: '1' },
    ...{
      EMAIL_SMTP_SERVER: '127.0.0.1',
      EMAIL_SMTP_PORT: '9',
      EMAIL_FROM: 'c@example.org',
      EMAIL_RECIPIENTS: 'a@example.org',
      EMAIL_USER: 'c',
    },
    ...{ AVISOS_WEBHOOK_URL: `${rude}/services/${planted.get('AVISOS_WEBHOOK_URL')}`, CERTIFICADO_PFX: join(folder, 'no-hay.pfx') },
    CLOUDERS_AUTH: `Bearer ${planted.get('CLOUDERS_AUTH')}`,
    ...clouders,
  });

const overSsh = {
  ...{
    CLOUDERS_SSH_HOST: '127.0.0.1',
    CLOUDERS_SSH_PORT: '9',
    CLOUDERS_SSH_USER: 'lector',
    CLOUDERS_SSH_HOST_KEY: `SHA256:${'A'.repeat(43)}`,
  },
  ...{ CLOUDERS_MYSQL_DB_NAME: 'x', CLOUDERS_MYSQL_USER: 'lector', CLOUDERS_MAX_REINTENTOS_SSH_CONNECT: '1' },
};

/** Every cycle, badly; and failures that hold each secret where somebody clumsy would have put it. */
const failEverywhere = async ({ scheduler, deps }: Cerebro): Promise<void> => {
  for (const { name } of scheduler.state()) await scheduler.run(name).catch(() => undefined);
  for (const [key, value] of planted) {
    const error = new Error(`no entra: ${value}`, { cause: new Error(`por ${encodeURIComponent(value)}`) });
    Object.assign(error, { options: { auth: { user: 'u', pass: value }, list: [value] } });
    await keepUnexpected(deps, { origen: key, error, reference: 'prueba' });
    const decided = new CerebroError('prueba', `Se rechaza ${value}.`, { cause: error });
    await deps.db.write(() => {
      const aviso = { clave: `prueba:${key}`, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE', acciones: ['Mire.'] } as const;
      raise(deps.db, isoNow(deps.clock), { ...aviso, titulo: decided.message, detalle: asError(decided).message });
    });
  }
};

const pages = [
  '/',
  '/sistema',
  '/errores',
  '/errores/registro',
  '/avisos',
  '/ajustes',
  '/auditoria',
  '/ciclos',
  '/carga',
  '/lanzador',
  '/ejecuciones',
];

const readPages = async ({ url, deps }: Cerebro): Promise<string> => {
  const { db, clock } = deps;
  const usuarioId = findByName(db, 'admin')?.usuario_id as number;
  const secret = await db.write(() => openSession(db, isoNow(clock), { usuarioId, host: '127.0.0.1' }));
  const asked = pages.map(async (path) => (await fetch(url + path, { headers: { cookie: `${sessionCookie}=${secret}` } })).text());
  return (await Promise.all(asked)).join('\n');
};

/** Every byte the house left, the database with all its tables among them. */
const everyFile = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

const leaks = (where: string, text: string): string[] =>
  [...planted].flatMap(([key, value]) => {
    const forms = [value, Buffer.from(value).toString('base64').replace(/=+$/, '')];
    return forms.some((form) => text.includes(form)) ? [`${key} in ${where}`] : [];
  });

for (const [how, clouders] of Object.entries({ 'by SSH': () => overSsh, 'by HTTP': (rude: string) => ({ CLOUDERS_URL: rude }) }))
  test(`no secret setting is found anywhere after everything has failed with it at hand (tickets ${how})`, {
    timeout: 120_000,
  }, async (t) => {
    const folder = mkdtempSync(join(outside, 'cerebro-plantado-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const config = sceneOf(folder, await startRude(t), clouders(await startRude(t)));
    const tell = () => undefined;
    const logs = openLogs({
      ...{ level: 'debug', stdout: false, folder: logFolder(config), maxBytes: 1e7, keep: 3 },
      clock: systemClock,
      tell,
    });
    const cerebro = await startCerebro(config, { log: logs.log, clockRuns: false });
    await failEverywhere(cerebro);
    const shown = await readPages(cerebro);
    const bundle = Object.values(unzipSync(await supportBundle(cerebro.deps, { doors: [], cycles: [] }))).map((bytes) => strFromU8(bytes));
    await cerebro.stop();
    await logs.close();
    const left = everyFile(folder);
    // What was said is there: it has failed with all of them.
    for (const key of secretKeys) assert.ok(left.includes(`prueba:${key}`), key);
    assert.match(left, /no entra: \[oculto\]/);
    assert.deepEqual([...leaks('the files', left), ...leaks('the pages', shown), ...leaks('the bundle', bundle.join('\n'))], []);
  });
