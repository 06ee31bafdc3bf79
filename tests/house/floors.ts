/**
 * The one-way floors of the house, as one table: which files may not import what, and the sentence that says why.
 * Biome holds them (`noRestrictedImports`); `node tests/house/floors.ts` writes them to biome.floors.json, and
 * floors.test.ts checks that the file is up to date, that a forbidden import fails and that an allowed one passes.
 *
 * In Biome the last override that matches a file replaces the ones before it: each entry here is therefore complete,
 * and the narrower ones come later.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { upstream } from './rooms.ts';

/** gitignore-style patterns over the import as it is written; `!` lets one through again. */
type Ban = { readonly group: readonly string[]; readonly message: string };
type Floor = { readonly files: readonly string[]; readonly bans: readonly Ban[] };

const ban = (message: string, ...group: string[]): Ban => ({ group, message });

const walls = ban(
  "Do not climb out of the folder with ../: cross a room's wall through #server/… or #workers/…, so that the door can be seen in the import line.",
  '../**',
);
const driver = ban(
  'Only server/db and the doors open SQLite files: a room gets the database from deps (db.write, db.sql).',
  'better-sqlite3',
  ...['drizzle-orm/better-sqlite3', 'drizzle-orm/better-sqlite3/**', '#server/db/drizzle.ts'],
);
const network = ban(
  'Nothing but a gateway talks to the outside: add a verb to its type under server/gateways and call that.',
  ...['playwright-core', 'piscina', 'tedious', 'mssql', 'mysql2', 'mysql2/promise', 'nodemailer', 'ssh2', 'undici'],
  ...['node:http', 'node:https', 'node:net', 'node:tls', 'node:dgram', 'node:dns', 'node:child_process'],
);
const doors = ban(
  'A room knows a gateway by its type only: the implementation is chosen where the house is wired (server/start.ts), so that tests can hand over a fake.',
  '#server/gateways/**',
  ...[
    'a360/a360.ts',
    'carga/carga.ts',
    'correo/correo.ts',
    'origen/origen.ts',
    'xvia/papers.ts',
    'pool/pool.ts',
    'evidencias/evidence.ts',
    'graficos/draw.ts',
  ].map((type) => `!#server/gateways/${type}`),
);
const world = ban(
  'The product never imports its simulated world nor its tests: the demo stands outside, as the real portals do.',
  '#server/demo/**',
  '#tests/**',
);
const wiring = ban(
  'Floors go one way: what starts and wires the house stands above the rooms; ask deps.wake for a cycle instead.',
  ...['main', 'start', 'app', 'doctor'].map((name) => `#server/${name}.ts`),
  '#server/scheduler/**',
);
const threads = ban(
  "The main thread knows workers by their messages and the robots' catalogue only: everything else of workers/ runs in a thread.",
  '#workers/**',
  '!#workers/messages.ts',
  '!#workers/robot.ts',
  '!#workers/robots/catalogue.ts',
);
const otherPages = ban(
  'The routes and the words of another room are its own business: import its verb or its query instead.',
  '#server/*/routes.ts',
  '#server/*/present.ts',
);
const ownPage = ban(
  'A verb never knows the page that calls it: routes and present stand one floor above.',
  ...['./routes.ts', './present.ts', '#server/web.ts'],
);
const pure = ban(
  'Floor 0 is pure: no clock, no database, no network, no files. Take what it needs as an argument and let a verb do the rest.',
  ...['#server/db/**', '#server/deps.ts', '#server/config.ts', '#server/lib/clock.ts', '#server/lib/hub.ts', '#server/lib/log.ts'],
  ...['better-sqlite3', 'drizzle-orm', 'drizzle-orm/**', 'node:fs', 'node:fs/promises', 'node:timers', 'node:timers/promises'],
);

/** What an ejecución is called stands below every room, and below the schema: there is one list of its states. */
const states = '!#server/ejecuciones/estados.ts';

const ofRoom = ([room, [forbidden, why]]: readonly [string, readonly [readonly string[], string]]): Floor => ({
  files: [`server/${room}/**`],
  bans: [
    ...[walls, driver, network, doors, world, wiring, threads, otherPages, ownPage],
    ...(forbidden.length > 0 ? [ban(why, ...forbidden.map((name) => `#server/${name}/**`), states)] : []),
  ],
});

const pureNames = [
  'rules',
  'permisos',
  'plan',
  'occurrences',
  'overlap',
  'read',
  'transitions',
  'like',
  'template',
  'fields',
  'payload',
  'deal',
  'sentences',
  'shapes',
  'bot-input',
  'pairs',
  'moment',
  'estados',
  'model',
  ...['mapping', 'reading', 'share', 'walk'],
  ...['needs', 'cooling', 'by-id', 'holdings', 'give-back', 'shelves', 'share-out', 'preempt', 'refusal', 'say', 'justify', 'actions'],
];

export const floors: readonly Floor[] = [
  {
    files: ['server/lib/**'],
    bans: [
      walls,
      driver,
      ban(
        'server/lib knows nothing of the domain: what needs a room belongs in that room.',
        '#server/**',
        '!#server/lib/**',
        '#workers/**',
      ),
      ban(
        'server/lib is the ground floor: no database, no browser, no threads.',
        'drizzle-orm',
        'drizzle-orm/**',
        'playwright-core',
        'piscina',
      ),
    ],
  },
  {
    files: ['server/db/**'],
    bans: [
      network,
      ban(
        'server/db is under every room and imports lib only.',
        '#server/**',
        '!#server/lib/**',
        '!#server/db/**',
        states,
        '#workers/**',
        '#tests/**',
      ),
    ],
  },
  {
    files: ['server/gateways/**'],
    bans: [
      walls,
      ban(
        'A gateway is a door, not a room: it imports lib and its own type, and gets everything else as arguments.',
        ...['#server/**', '!#server/lib/**', '!#server/gateways/**', '#tests/**'],
      ),
      ban(
        'A gateway knows the threads by their messages only; the pool starts workers/run-tramite.ts by its address.',
        '#workers/**',
        '!#workers/messages.ts',
      ),
    ],
  },
  { files: ['server/deps.ts', 'server/settings.ts', 'server/config.ts'], bans: [driver, network, world, wiring] },
  ...Object.entries(upstream).map(ofRoom),
  {
    files: [`server/*/{${pureNames.join(',')}}.ts`],
    bans: [
      ...[walls, network, doors, world, wiring, threads, otherPages, ownPage, pure],
      ban(
        "Floor 0 imports floor 0 only: a verb's file would bring the database along.",
        './**',
        ...pureNames.map((name) => `!./${name}.ts`),
      ),
    ],
  },
  {
    files: ['server/*/{routes,present}.ts'],
    bans: [
      ...[walls, driver, network, doors, world, wiring, otherPages, threads],
      ban(
        'A route reads the request, calls one verb or query and chooses a template: its SQL belongs in queries.ts or in a verb.',
        ...['drizzle-orm', 'drizzle-orm/**', '#server/db/schema/**'],
      ),
    ],
  },
  {
    files: ['workers/**'],
    bans: [
      ban(
        'A thread knows the world only through its message and journal.ts: from server/ it imports lib, the database schema and floor 0.',
        ...['#server/**', '!#server/lib/**', '!#server/db/schema/**', '!#server/*/{rules,plan,occurrences,transitions}.ts', '#tests/**'],
      ),
      ban(
        'A thread files one trámite with its browser: nothing else is its business.',
        'tedious',
        'mssql',
        'nodemailer',
        'fastify',
        'piscina',
      ),
    ],
  },
  {
    files: ['workers/robots/catalogue.ts', 'workers/robots/*/{form,motives}.ts', 'workers/messages.ts', 'workers/robot.ts'],
    bans: [
      ban(
        'The main thread reads this file too: from server/ it may import the errors only.',
        '#server/**',
        '!#server/lib/errors.ts',
        '#tests/**',
      ),
      ban(
        'The main thread reads this file too: it must not bring a browser, a database or a thread along.',
        ...['better-sqlite3', 'drizzle-orm', 'drizzle-orm/**', 'piscina', 'fastify', './selectors.ts', '**/{steps,browser,journal}.ts'],
      ),
    ],
  },
  {
    files: ['server/demo/**'],
    bans: [ban('The demo is shipped: it never imports the tests.', '#tests/**')],
  },
  {
    files: ['server/demo/{a360,carga,sede,papers,tds}/**', 'server/demo/world.ts'],
    bans: [
      ban(
        'The simulated world stands outside the house, in a process of its own: it knows nothing of Cerebro but lib.',
        ...['#server/**', '!#server/lib/**', '!#server/demo/**', '#workers/**', '#tests/**'],
      ),
    ],
  },
  {
    files: ['server/{main,start,app,doctor}.ts', 'server/scheduler/**'],
    bans: [
      world,
      ban(
        'Nothing but a gateway talks to the outside: call it instead of the library.',
        'playwright-core',
        'tedious',
        'mssql',
        'nodemailer',
      ),
    ],
  },
];

export const floorsFile = join(import.meta.dirname, '../../biome.floors.json');

/** The floors as Biome's configuration, as it stands on disk (before formatting). */
export const floorsConfig = () => ({
  $schema: './node_modules/@biomejs/biome/configuration_schema.json',
  overrides: floors.map(({ files, bans }) => ({
    includes: files,
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns: bans } } } } },
  })),
});

if (import.meta.main) writeFileSync(floorsFile, `${JSON.stringify(floorsConfig())}\n`);
