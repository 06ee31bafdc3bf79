import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { type Setting, settings } from '#server/settings.ts';
import { retiredWhy } from '#server/settings-retired.ts';
import { project, textOf } from './project.ts';

const { scripts, allowScripts } = JSON.parse(textOf('package.json')) as {
  scripts: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const at = 'docs/despliegue';
const guides = ['linux', 'windows', 'docker', 'proxy', 'actualizar', 'tamanos'].map((name) => `${at}/${name}.md`);
const samples = ['Caddyfile', 'Dockerfile', 'cerebro.service', 'compose.yaml', 'iis-web.config', 'nginx.conf'].map(
  (name) => `${at}/${name}`,
);
const windows = ['cerebro-servicio.xml', 'instalar-servicio.ps1', 'politica-edge.ps1'].map((name) => `${at}/windows/${name}`);
const everything = [...guides, ...samples, ...windows, 'docs/deployment.md', 'docs/sql-server.md', 'docs/manual.md', 'README.md'];

/** Of the system, of others' programs and of SQL; everything else in capitals with a low line in it is a setting. */
const notOurs = new Set([
  ...['NODE_ENV', 'X_FORWARDED_FOR', 'HTTP_X_FORWARDED_HOST', 'HTTP_X_FORWARDED_PROTO', 'HTTP_X_USUARIO', 'HTTP_HOST', 'LOGON_USER'],
  ...['DEMO_A360_PORT', 'DEMO_A360_EQUIPOS', 'DEMO_CARGA_PORT'],
  ...['SERVICE_DELAYED_AUTO_START', 'AF_UNIX', 'AF_INET', 'AF_INET6', 'AF_NETLINK', 'TEST_MSSQL_URL', 'RBT_PADRON', 'NODE_EXTRA_CA_CERTS'],
]);
const known = new Set(Object.values(settings as Record<string, Setting>).flatMap(({ key, formerly = [] }) => [key, ...formerly]));

for (const page of everything)
  test(`every command and every setting of ${page} exists`, () => {
    const text = textOf(page);
    const commands = [...text.matchAll(/npm run ([a-z:-]*[a-z])/g)].map((match) => match[1] as string);
    assert.deepEqual(
      commands.filter((name) => !(name in scripts)),
      [],
    );
    const named = [...text.matchAll(/(?<![\w$@«-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w…*])/g)].map(([name]) => name);
    const strange = named.filter((name) => !known.has(name) && !notOurs.has(name) && !retiredWhy.has(name) && !isPrefix(name));
    assert.deepEqual([...new Set(strange)], []);
  });

/** «SQL_SAM_*», «AVISOS_WEBHOOK» and the like: the beginning of some. */
const isPrefix = (name: string): boolean => [...known].some((key) => key.startsWith(`${name}_`));

test('each guide says near its top where it was tried', () => {
  for (const guide of guides) {
    const top = textOf(guide).split('\n').slice(0, 6).join('\n');
    assert.match(top, /[Pp]robad[ao]|[Mm]edido|se siguió|se comprobó/, guide);
  }
});

test('whatever starts Cerebro starts it as npm start does', () => {
  const order = (scripts.start ?? '').replace(/^node /, '');
  for (const file of [`${at}/cerebro.service`, ...windows.slice(0, 2)]) assert.ok(textOf(file).includes(order), file);
  const inImage = /^CMD \[(.*)\]$/m.exec(textOf(`${at}/Dockerfile`))?.[1] ?? '';
  assert.equal(JSON.parse(`[${inImage}]`).join(' '), scripts.start);
});

test('whatever stops Cerebro waits longer than Cerebro waits for its robots', () => {
  const grace = Math.max(Number(settings.GRACIA_PARADA_SEG.fallback), Number(settings.LANZADOR_SHUTDOWN_TIMEOUT_SEG.fallback));
  const given = [
    Number(/^TimeoutStopSec=(\d+)$/m.exec(textOf(`${at}/cerebro.service`))?.[1]),
    Number(/<stoptimeout>(\d+) sec/.exec(textOf(`${at}/windows/cerebro-servicio.xml`))?.[1]),
    Number(/\$Espera = (\d+)/.exec(textOf(`${at}/windows/instalar-servicio.ps1`))?.[1]),
    Number(/^\s+stop_grace_period: (\d+)m$/m.exec(textOf(`${at}/compose.yaml`))?.[1]) * 60,
  ];
  for (const seconds of given) assert.ok(seconds > grace, `${seconds} s`);
});

test('the image copies what exists, all that runs, and runs as nobody in particular', () => {
  const text = textOf(`${at}/Dockerfile`);
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => (match[1] as string).split(' '));
  assert.deepEqual(
    copied.filter((path) => !existsSync(join(project, path))),
    [],
  );
  for (const needed of ['server', 'views', 'public', 'workers', 'drizzle', 'package.json']) assert.ok(copied.includes(needed), needed);
  assert.match(text, /^USER cerebro$/m);
  assert.match(text, /^HEALTHCHECK /m);
});

test('what the compose file names is where it says', () => {
  const text = textOf(`${at}/compose.yaml`);
  const named = [...text.matchAll(/^\s+(?:context: |- seccomp=)(\S+)$/gm)].map((match) => match[1] as string);
  assert.equal(named.length, 2);
  for (const path of named) assert.ok(existsSync(join(project, at, path)), path);
  assert.ok(existsSync(join(project, /^\s+dockerfile: (\S+)$/m.exec(text)?.[1] ?? '')));
});

test('every guide installs in the way that any npm can', () => {
  for (const page of [...guides, 'docs/deployment.md', `${at}/Dockerfile`])
    for (const [line] of textOf(page).matchAll(/^.*npm ci --omit=dev.*$/gm)) assert.match(line, /--ignore-scripts/, page);
  assert.equal(allowScripts.node, true);
});

test('what the decisions and the guides call a file of the project is one', () => {
  for (const page of [...guides, 'docs/deployment.md']) {
    const paths = [...textOf(page).matchAll(/`((?:docs|server|tests|views|workers|drizzle)\/[\w./-]+)`/g)].map(
      (match) => match[1] as string,
    );
    for (const path of paths)
      assert.ok(existsSync(join(project, path)) || existsSync(join(project, dirname(page), path)), `${page}: ${path}`);
  }
});
