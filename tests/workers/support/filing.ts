import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, openDatabase } from '#server/db/open.ts';
import { provisionBrowser } from '#server/gateways/navegador/provision.ts';
import { createRobotPool } from '#server/gateways/pool/piscina.ts';
import type { PoolTask, RobotPool } from '#server/gateways/pool/pool.ts';
import { silentLog } from '#server/lib/log.ts';
import { makePdf } from '#tests/support/pdf.ts';
import type { BrowserChoice } from '#workers/messages.ts';

/** A folder for one test file, with its database; removed with `close`. */
export type Workplace = { readonly folder: string; readonly db: Db; close(): void };

export const openWorkplace = (): Workplace => {
  const folder = mkdtempSync(join(tmpdir(), 'cerebro-workers-'));
  const db = openDatabase(folder);
  return {
    folder,
    db,
    close: () => {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** The browser the tests work with, looked for once per file. */
export const findBrowser = (): Promise<BrowserChoice> =>
  provisionBrowser({ configured: process.env.NAVEGADOR, visible: false, certificate: false, install: false, log: silentLog() });

export const openPool = (workplace: Workplace, browser: BrowserChoice, options: { size?: number; entry?: string } = {}): RobotPool =>
  createRobotPool({ size: 1, databaseFile: workplace.db.sqlite.name, browser, log: silentLog(), ...options });

let lastTramite = 0;

/** A task as the dispatcher makes it, with its ejecución `preparing` and its evidence folder. */
export const prepareTask = async (workplace: Workplace, task: Partial<PoolTask> & Pick<PoolTask, 'startUrl'>): Promise<PoolTask> => {
  lastTramite += 1;
  const tramiteId = lastTramite;
  const ejecucionId = `ejecucion-${tramiteId}`;
  const evidenceFolder = join(workplace.folder, 'evidencias', String(tramiteId), '1');
  mkdirSync(evidenceFolder, { recursive: true });
  await workplace.db.write(() =>
    workplace.db
      .sql(
        "INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fase, tramite_id, intento) VALUES (?, 'xaloc_girona', 'RUNNING', 'preparing', ?, 1)",
      )
      .run(ejecucionId, tramiteId),
  );
  return {
    tramiteId,
    ejecucionId,
    attempt: 1,
    resourceId: String(90_000 + tramiteId),
    expediente: `2025/${String(160_000 + tramiteId)}-MUL`,
    robot: 'xaloc_girona',
    fields: null,
    files: [],
    origins: [new URL(task.startUrl).origin],
    submit: true,
    evidenceFolder,
    ...task,
  };
};

/** A small PDF, as the intranet's papers are. */
export const writePaper = async (folder: string, name: string): Promise<PoolTask['files'][number]> => {
  const path = join(folder, name);
  const bytes = await makePdf(['Recurs de prova']);
  writeFileSync(path, bytes);
  return { path, name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

export type StepSeen = {
  number: number;
  name: string;
  outcome: string;
  note: string | null;
  capture: string | null;
  error_code: string | null;
};

export const stepsOf = (workplace: Workplace, task: PoolTask): StepSeen[] =>
  workplace.db
    .sql('SELECT number, name, outcome, note, capture, error_code FROM steps WHERE ejecucion_id = ? ORDER BY number')
    .all(task.ejecucionId) as StepSeen[];

export const ejecucionOf = (workplace: Workplace, task: PoolTask): { fase: string; result: string | null } =>
  workplace.db.sql('SELECT fase, result FROM ejecuciones WHERE ejecucion_id = ?').get(task.ejecucionId) as {
    fase: string;
    result: string | null;
  };
