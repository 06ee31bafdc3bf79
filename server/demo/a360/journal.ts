import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Plan } from './script.ts';

/** What was asked for with a deploy that was accepted. */
export type Order = {
  readonly version: number;
  readonly fileId: string;
  readonly userId: string;
  readonly deviceId: string;
  /** As it came. */
  readonly body: unknown;
  readonly callback: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
  readonly plan: Plan;
  /** What is wrong with this run on purpose: names of faults. */
  readonly marks: readonly string[];
};

/** `ninguno` = none asked for; `en_envio` after a death means: nobody knows. */
export type CallbackState = 'ninguno' | 'pendiente' | 'en_envio' | 'enviado' | 'sin_respuesta' | 'perdido';

/** One run, from the deploy that was accepted to its end. Instants are UTC with milliseconds. */
export type Run = Order & {
  /** A360's execution id: what its orders need. */
  readonly id: number;
  readonly deploymentId: string;
  readonly accepted: string;
  /** When its device took it; null = waits for the device, or was stopped while it waited. */
  readonly started: string | null;
  readonly ended: string | null;
  /** Its end in A360's words; null = under way. */
  readonly status: string | null;
  readonly message: string;
  readonly callbackState: CallbackState;
  readonly callbackAt: string | null;
};

export type Ending = { readonly at: string; readonly status: string; readonly message: string };

const schema = `CREATE TABLE IF NOT EXISTS ejecuciones (
  id INTEGER PRIMARY KEY,
  deployment_id TEXT NOT NULL UNIQUE,
  device_id TEXT NOT NULL,
  orden TEXT NOT NULL CHECK (json_valid(orden)),
  accepted TEXT NOT NULL,
  started TEXT,
  ended TEXT,
  status TEXT,
  message TEXT NOT NULL DEFAULT '',
  callback_state TEXT NOT NULL,
  callback_at TEXT,
  CHECK ((ended IS NULL) = (status IS NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS open_runs ON ejecuciones (id) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS by_device ON ejecuciones (device_id, ended)`;

type Row = Omit<Run, keyof Order> & { orden: string };

const toRun = ({ orden, ...row }: Row): Run => ({ ...(JSON.parse(orden) as Order), ...row });

const columns =
  'id, deployment_id AS deploymentId, orden, accepted, started, ended, status, message, callback_state AS callbackState, callback_at AS callbackAt';

/**
 * Everything the Control Room was ever asked to run, in `folder/a360.db`. What a verb writes has reached the disk when it
 * returns, so that a death right after it loses nothing.
 */
export const openJournal = (folder: string) => {
  mkdirSync(folder, { recursive: true });
  const sqlite = new Database(join(folder, 'a360.db'));
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.exec(schema);
  const insert = sqlite.prepare(
    'INSERT INTO ejecuciones (deployment_id, device_id, orden, accepted, callback_state) VALUES (?, ?, ?, ?, ?)',
  );
  const select = (where: string) => sqlite.prepare<unknown[], Row>(`SELECT ${columns} FROM ejecuciones ${where}`);
  const byId = select('WHERE id = ?');
  const byDeployment = select('WHERE deployment_id = ?');
  const open = select('WHERE ended IS NULL ORDER BY id');
  const openOn = select('WHERE ended IS NULL AND device_id = ? ORDER BY id');
  const all = select('ORDER BY id');
  const owed = select("WHERE ended IS NOT NULL AND callback_state = 'pendiente' ORDER BY ended, id");
  const lastEnd = sqlite
    .prepare<[string], string | null>('SELECT max(ended) FROM ejecuciones WHERE device_id = ? AND started IS NOT NULL')
    .pluck();
  const timesOf = sqlite.prepare<[string], number>("SELECT count(*) FROM ejecuciones WHERE json_extract(orden, '$.fileId') = ?").pluck();
  const start = sqlite.prepare('UPDATE ejecuciones SET started = ? WHERE id = ? AND started IS NULL');
  const end = sqlite.prepare('UPDATE ejecuciones SET ended = @at, status = @status, message = @message WHERE id = @id AND ended IS NULL');
  const tellCallback = sqlite.prepare('UPDATE ejecuciones SET callback_state = ?, callback_at = ? WHERE id = ?');
  return {
    add(deploymentId: string, order: Order, accepted: string): Run {
      const state: CallbackState = order.callback === null ? 'ninguno' : 'pendiente';
      const { lastInsertRowid } = insert.run(deploymentId, order.deviceId, JSON.stringify(order), accepted, state);
      return toRun(byId.get(lastInsertRowid) as Row);
    },
    start: (id: number, at: string): void => void start.run(at, id),
    /** Answers whether it was still under way. */
    end: (id: number, ending: Ending): boolean => end.run({ id, ...ending }).changes > 0,
    callback: (id: number, state: CallbackState, at: string): void => void tellCallback.run(state, at, id),
    find(id: number): Run | undefined {
      const row = byId.get(id);
      return row && toRun(row);
    },
    ofDeployment(deploymentId: string): Run | undefined {
      const row = byDeployment.get(deploymentId);
      return row && toRun(row);
    },
    open: (): Run[] => open.all().map(toRun),
    openOn: (deviceId: string): Run[] => openOn.all(deviceId).map(toRun),
    all: (): Run[] => all.all().map(toRun),
    /** Ended, and their callback not sent yet. */
    owed: (): Run[] => owed.all().map(toRun),
    lastEndOn: (deviceId: string): string | null => lastEnd.get(deviceId) ?? null,
    timesOf: (fileId: string): number => timesOf.get(fileId) ?? 0,
    close: () => sqlite.close(),
  };
};

export type Journal = ReturnType<typeof openJournal>;
