import { readFileSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AsyncZippable, strToU8, zip } from 'fflate';
import { type Config, projectFolder } from '#server/config.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import { redactText } from '#server/lib/secrets.ts';
import { type Setting, type SettingKey, settings } from '#server/settings.ts';
import { version } from '#server/version.ts';
import { keysInPanel, readLiveSettings } from './ajustes.ts';
import { anonymous } from './anonymous.ts';
import { logFolder } from './log-files.ts';
import { lastLines, readLogTails } from './log-tail.ts';

/** What only who asks knows: how the doors are, and how the cycles. */
export type SupportScene = {
  /** One line per part. */
  readonly doors: readonly string[];
  /** null = asked from outside of the running house. */
  readonly cycles: readonly Failing[] | null;
};

type Failing = { readonly lastError: { readonly code: string; readonly message: string } | null };

type SupportDeps = Pick<Deps, 'db' | 'config' | 'clock'>;

/** Notes that somebody took it away. */
export const noteSupport = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, who: Who): Promise<void> =>
  db.write(() => audit(db, isoNow(clock), { ...who, accion: 'descargar', entidad: 'soporte' }));

export const supportName = ({ clock }: Pick<Deps, 'clock'>): string =>
  `cerebro-soporte-${isoNow(clock).slice(0, 16).replaceAll(':', '')}.zip`;

/**
 * What somebody who helps from afar needs, as a zip: nothing of it is business data (README inside). Each file is cleaned once
 * more on its way; the loop is free between one and the next.
 */
export const supportBundle = async (deps: SupportDeps, scene: SupportScene): Promise<Uint8Array> => {
  const { db, config } = deps;
  const files: Record<string, string> = {
    'LEEME.txt': readme,
    'versiones.json': json(orWhy(() => versions(db))),
    'ajustes.json': json(orWhy(() => maskedSettings(db, config))),
    'puertas.txt': scene.doors.map((line) => `${redactText(line)}\n`).join(''),
    'ciclos.json': json({
      ahora: scene.cycles?.map(withoutValues) ?? null,
      ultimos: orWhy(() => lastCycles(db)),
      arranques: orWhy(() => lastStarts(db)),
    }),
    'base.json': json(await storage(db, config)),
    'cola.json': json(orWhy(() => queue(db))),
    'tablas.json': json(await countTables(db)),
    'avisos.json': json(orWhy(() => openAvisos(db))),
    'errores.json': json(orWhy(() => lastErrors(db))),
  };
  for (const [part, text] of await readLogTails(logFolder(config))) files[`registros/${part}.log`] = text;
  return pack(files);
};

const readme = `Paquete de soporte de Cerebro.

Lleva: versiones; la configuración, con los secretos tapados y de dónde sale cada valor; el estado de cada puerta y de cada
ciclo; el tamaño de la base de datos, sus migraciones y el disco; cuántos trámites hay de cada organismo y estado, y por qué
motivos han fallado; cuántas filas tiene cada tabla; los avisos abiertos y los últimos errores, sin los datos que nombran; y las últimas
${lastLines} líneas de cada registro, solo con lo que dice de la máquina.

No lleva: recursos, trámites, expedientes, nombres, documentos, capturas, usuarios del panel ni contraseñas.
Lo que iba entre comillas, los números y las direcciones de los mensajes se han cambiado por ‹valor›, ‹n› y ‹dirección›.
`;

/** What is asked for when something is broken must not break over it: a part that cannot be read says why. */
const orWhy = <T>(read: () => T): T | { readonly no_se_puede_leer: string } => {
  try {
    return read();
  } catch (error) {
    return { no_se_puede_leer: asError(error).message };
  }
};

const withoutValues = (cycle: Failing): Failing =>
  cycle.lastError === null ? cycle : { ...cycle, lastError: { ...cycle.lastError, message: anonymous(cycle.lastError.message) } };

/** Every text is cleaned. What a key is called hides nothing here: keys are names of settings and of columns. */
const json = (value: unknown): string =>
  `${JSON.stringify(value, (_key, inner) => (typeof inner === 'string' ? redactText(inner) : inner), 2)}\n`;

const playwrightVersion = (): string =>
  (JSON.parse(readFileSync(join(projectFolder, 'node_modules/playwright-core/package.json'), 'utf8')) as { readonly version: string })
    .version;

const versions = (db: Db): object => ({
  cerebro: version,
  node: process.version,
  sqlite: db.sql('SELECT sqlite_version() AS version').get()?.version,
  playwright: playwrightVersion(),
  sistema: `${platform()} ${release()} ${arch()}`,
  nucleos: cpus().length,
  memoria_mb: { total: Math.round(totalmem() / 2 ** 20), libre: Math.round(freemem() / 2 ** 20) },
  proceso: { segundos: Math.round(process.uptime()), memoria_mb: Math.round(process.memoryUsage.rss() / 2 ** 20) },
});

const maskedSettings = (db: Db, config: Config): object => {
  const values: Readonly<Record<string, unknown>> = { ...config, ...readLiveSettings(db, config) };
  const inPanel = keysInPanel(db);
  const sourceOf = ({ key }: Setting): string => {
    if (inPanel.has(key)) return 'panel';
    const given = config.provenance.given[key];
    if (given) return given.from === 'archivo' ? '.env' : 'entorno';
    return values[key] === undefined ? 'sin configurar' : 'por defecto';
  };
  const shown = ({ key, secret }: Setting): unknown => (secret && values[key] !== undefined ? '(oculto)' : (values[key] ?? null));
  const entries = (Object.entries(settings) as [SettingKey, Setting][]).map(
    ([key, setting]) => [key, { valor: shown(setting), de: sourceOf(setting) }] as const,
  );
  return Object.fromEntries(entries);
};

const lastCycles = (db: Db): object[] =>
  db
    .sql(
      `SELECT cycle_id, name, started_at, ended_at, outcome, seen, matched, discarded, claimed, lost, phases, error_code
         FROM cycles ORDER BY cycle_id DESC LIMIT 50`,
    )
    .all();

const lastStarts = (db: Db): object[] =>
  db
    .sql('SELECT at, version, terminado_at, motivo FROM arranques ORDER BY arranque_id DESC LIMIT 20')
    .all()
    .map((row) => ({ ...row, motivo: row.motivo === null ? null : anonymous(String(row.motivo)) }));

const storage = async (db: Db, config: Config): Promise<object> => {
  const sizeOf = (file: string) =>
    stat(file).then(
      ({ size }) => size,
      () => null,
    );
  const disk = await statfs(config.DATA_DIR).catch(() => null);
  return {
    bytes: { base: await sizeOf(db.sqlite.name), wal: await sizeOf(`${db.sqlite.name}-wal`) },
    disco: disk && { libres: disk.bavail * disk.bsize, total: disk.blocks * disk.bsize },
    migraciones: orWhy(() => db.sql('SELECT id, hash, created_at FROM __drizzle_migrations ORDER BY id').all()),
    copias: orWhy(() =>
      db.sql('SELECT terminada_at, verificada, bytes, error IS NOT NULL AS fallida FROM copias ORDER BY copia_id DESC LIMIT 10').all(),
    ),
  };
};

/** Words of failures are taken from the newest ones only. */
const lookedFailures = 2000;

const queue = (db: Db): object => ({
  tramites: db.sql('SELECT site_id, status, n FROM queue_counts WHERE n > 0 ORDER BY site_id, status LIMIT 1000').all(),
  motivos: db
    .sql(
      `SELECT site_id, error_code, count(*) AS n
         FROM (SELECT site_id, error_code FROM tramite_queue WHERE status IN ('failed', 'needs_review') ORDER BY id DESC LIMIT +?)
        GROUP BY 1, 2 ORDER BY n DESC LIMIT 100`,
    )
    .all(lookedFailures),
});

/** To count a table is to walk it: of one that is larger than this, that is said, and how far its keys go. */
const mostCounted = 200_000;

const countTables = async (db: Db): Promise<object> => {
  const counts: Record<string, unknown> = {};
  const tables = db.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").all();
  for (const { name } of tables) {
    await nextTurn();
    const table = String(name).replaceAll('"', '""');
    const rows = db.sql(`SELECT count(*) AS rows FROM (SELECT 1 FROM "${table}" LIMIT +?)`).get(mostCounted + 1)?.rows as number;
    counts[String(name)] = rows <= mostCounted ? rows : { mas_de: mostCounted, ultima_clave: lastKeyOf(db, String(name)) };
  }
  return counts;
};

const lastKeyOf = (db: Db, table: string): unknown => db.sql('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table)?.seq ?? null;

const openAvisos = (db: Db): object[] =>
  db
    .sql(
      `SELECT clave, nivel, ambito, naturaleza, titulo, veces, abierto_at, ultimo_at FROM avisos
        WHERE estado = 'abierto' ORDER BY aviso_id DESC LIMIT 200`,
    )
    .all()
    .map((row) => ({ ...row, clave: anonymous(String(row.clave)), titulo: anonymous(String(row.titulo)) }));

const lastErrors = (db: Db): object[] =>
  db
    .sql('SELECT fecha_hora, origen, substr(error_mensaje, 1, 400) AS mensaje FROM error_log ORDER BY error_log_id DESC LIMIT 200')
    .all()
    .map((row) => ({ ...row, mensaje: anonymous(String(row.mensaje)) }));

/** In a thread of its own where it is large. */
const pack = (files: Readonly<Record<string, string>>): Promise<Uint8Array> => {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const contents: AsyncZippable = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]));
  zip(contents, { level: 6 }, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  return promise;
};
