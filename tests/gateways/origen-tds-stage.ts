import Database from 'better-sqlite3';
import type { Encryption } from '#server/demo/tds/prelogin.ts';
import { type SqlServer, startSqlServer } from '#server/demo/tds/server.ts';
import { openOrigen } from '#server/gateways/origen/open.ts';
import type { Origen } from '#server/gateways/origen/origen.ts';
import { standUp } from '#tests/support/sql-server.ts';
import type { Harness, Stage, Tables } from './origen-stage.ts';

export type TdsStage = Stage & {
  readonly server: SqlServer;
  /** Starts a server where the one that was closed had been. */
  restart(): Promise<void>;
  /** Changes the base itself behind everybody's back. */
  exec(sql: string): void;
};

export type TdsOptions = {
  readonly encryption?: Encryption;
  /** Type of idRecurso; `decimal(18,0)` unless given. */
  readonly idType?: string;
  readonly patienceMs?: number | undefined;
  /** Further options of ORIGEN_URL, as `&name=value`. */
  readonly more?: string;
};

/** The real adapter and the real driver over a simulated SQL Server. */
export const tdsStage = async (
  tables: Tables,
  { encryption = 'off', idType = 'decimal(18,0)', patienceMs, more = '' }: TdsOptions = {},
): Promise<TdsStage> => {
  const { server, file, close } = await standUp(tables, { encryption }, { idRecurso: idType });
  const url = `${server.url}${patienceMs === undefined ? '' : `&lockTimeout=${patienceMs}`}${more}`;
  const opened: Origen[] = [];
  let again: SqlServer | null = null;
  const open = (at = url): Origen => {
    const origen = openOrigen(at);
    opened.push(origen);
    return origen;
  };
  const raw = new Database(file, { timeout: 5000 });
  const where = "WHERE CAST(idRecurso AS TEXT) IN (@id, @id || '.0')";
  return {
    server,
    restart: async () => {
      again = await startSqlServer({ file, port: server.port, encryption });
    },
    exec: (sql) => void raw.exec(sql),
    origen: open(),
    another: async () => open(),
    look: async (id) =>
      raw.prepare(`SELECT TExp, Estado, UsuarioAsignado FROM RecursosExp ${where}`).get({ id }) as Awaited<ReturnType<Stage['look']>>,
    change: async (id, cells) => {
      const set = Object.keys(cells).map((name) => `"${name}" = @${name}`);
      raw.prepare(`UPDATE RecursosExp SET ${set.join(', ')} ${where}`).run({ ...cells, id });
    },
    refuseChanges: async () =>
      void raw.exec("CREATE TRIGGER refuse BEFORE UPDATE ON RecursosExp BEGIN SELECT RAISE(ABORT, 'the period is closed'); END"),
    hold: async () => {
      raw.exec('BEGIN EXCLUSIVE');
      return async () => void raw.exec('COMMIT');
    },
    losingAnswers: async () => {
      const inner = open();
      const claim: Origen['claim'] = (...order) => {
        server.faults.arm('corta_despues', 1);
        return inner.claim(...order);
      };
      return { ...inner, claim };
    },
    unreachable: async () => open(url.replace(/:\d+\//, ':1/')),
    close: async () => {
      for (const origen of opened) await origen.close();
      raw.close();
      await again?.close();
      await close();
    },
  };
};

/** One stage for one test. */
export const staged = async (tables: Tables, work: (stage: TdsStage) => Promise<void>, options: TdsOptions = {}): Promise<void> => {
  const stage = await tdsStage(tables, options);
  try {
    await work(stage);
  } finally {
    await stage.close();
  }
};

export const tdsHarness = (name: string, harness: Pick<Harness, 'idSpellings' | 'looseIds'>, options: TdsOptions = {}): Harness => ({
  name,
  ...harness,
  stage: (tables, given) => tdsStage(tables, { ...options, patienceMs: given?.patienceMs }),
});
