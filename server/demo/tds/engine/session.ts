import type { Parameter } from '../parameters.ts';
import type { Value } from '../types.ts';
import type { Select, Statement, Update } from './ast.ts';
import { type Column, same, type Table } from './catalog.ts';
import type { Surroundings } from './compile.ts';
import { SqlServerError } from './complaint.ts';
import type { Mishaps } from './mishaps.ts';
import { compileSelect, compileUpdate, type Places } from './statement-sql.ts';
import { parse } from './statements.ts';
import { asComplaint, openStorage } from './storage.ts';

/** What a statement answers: rows, or how many it changed; `hidden` under NOCOUNT. */
export type Answer = {
  readonly columns?: readonly Column[];
  readonly rows?: readonly (readonly Value[])[];
  readonly count?: number;
  readonly hidden?: boolean;
};

export type SessionOptions = { readonly file: string; readonly database: string; readonly user: string; readonly mishaps: Mishaps };

type BatchPlaces = Places & { readonly variables: Map<string, Table> };

/** One connection to the engine: its own transaction (READ COMMITTED), its own settings. */
export const openSession = ({ file, database, user, mishaps }: SessionOptions) => {
  const storage = openStorage(file, mishaps);
  const state = { noCount: false, rowCount: 0 };

  const around = (parameters: readonly Parameter[]): Surroundings => ({
    parameters,
    global: (name) => {
      if (name === '@@ROWCOUNT') return state.rowCount;
      if (name === '@@LOCK_TIMEOUT') return storage.state.lockTimeoutMs;
      if (name === '@@TRANCOUNT') return storage.state.open ? 1 : 0;
      if (name === '@@VERSION') return 'Microsoft SQL Server 2016 (demostración de Cerebro)';
      throw new SqlServerError(137, `Must declare the scalar variable "${name}".`, 15);
    },
    ask: (called, args) => {
      if (called === 'DB_NAME') return database;
      if (called === 'SUSER_SNAME') return user;
      if (called !== 'HAS_PERMS_BY_NAME') return undefined;
      return args[2] === 'UPDATE' && !mishaps.mayUpdate() ? 0 : 1;
    },
  });

  const select = async (statement: Select, places: Places, signal: AbortSignal): Promise<Answer> => {
    if (statement.from) mishaps.beforeSelect(statement.from.name.at(-1) ?? '', statement.from.passes);
    const ready = await storage.patiently(() => {
      if (statement.from?.name.at(-2)?.toUpperCase() === 'INFORMATION_SCHEMA') storage.describe();
      return compileSelect(statement, places);
    }, signal);
    const rows = await storage.patiently(() => storage.all(ready.sql, ready.values), signal);
    return { columns: ready.columns, rows, count: rows.length };
  };

  /** A statement that changes something is a transaction of its own unless one is open. */
  const update = async (statement: Update, places: Places, signal: AbortSignal): Promise<Answer[]> => {
    const isOpen = storage.state.open;
    try {
      await mishaps.beforeUpdate(statement, signal);
      const ready = await storage.patiently(() => compileUpdate(statement, places), signal);
      await storage.beginWriting(signal);
      const rows = storage.all(ready.sql, ready.values);
      if (ready.into) storage.insert(ready.into.table, ready.into.columns, rows);
      const [hidden, own] = [mishaps.hidesCount() || state.noCount, mishaps.triggerCount()];
      if (!isOpen) await storage.commit(signal);
      const told = { count: rows.length, hidden, ...(ready.told ? { columns: ready.columns, rows } : {}) };
      return own === null ? [told] : [{ count: own, hidden }, told];
    } catch (error) {
      if (!isOpen || endsTransaction(error)) storage.rollback();
      throw asComplaint(error);
    }
  };

  const transaction = async (what: 'begin' | 'commit' | 'rollback', signal: AbortSignal): Promise<void> => {
    if (what === 'begin') storage.state.open = true;
    else if (!storage.state.open) throw new SqlServerError(3902, `The ${what} request has no corresponding BEGIN TRANSACTION.`);
    else if (what === 'commit') await storage.commit(signal);
    else storage.rollback();
  };

  const one = async (statement: Statement, places: BatchPlaces, signal: AbortSignal): Promise<Answer[]> => {
    switch (statement.is) {
      case 'select':
        return [await select(statement, places, signal)];
      case 'update':
        return update(statement, places, signal);
      case 'declare': {
        const name = statement.table.toLowerCase();
        const table: Table = { schema: '', name, sqlite: name, columns: statement.columns };
        await storage.patiently(() => storage.declare(table), signal);
        places.variables.set(name, table);
        return [];
      }
      case 'set':
        if (statement.option === 'LOCK_TIMEOUT') storage.state.lockTimeoutMs = Number(statement.value);
        if (statement.option === 'NOCOUNT') state.noCount = statement.value === 'ON';
        return [];
      default:
        await transaction(statement.is, signal);
        return [];
    }
  };

  return {
    /** Reads the whole batch, then runs its statements one by one and tells what each answers. @throws SqlServerError */
    async run(text: string, parameters: readonly Parameter[], tell: (answer: Answer) => void, signal: AbortSignal): Promise<void> {
      const places = { catalog: storage.catalog, variables: new Map<string, Table>(), around: around(parameters) };
      try {
        for (const statement of parse(text))
          for (const answer of await one(statement, places, signal)) {
            state.rowCount = answer.count ?? 0;
            tell(answer);
          }
      } finally {
        for (const table of places.variables.values()) storage.drop(table);
      }
    },
    /** A procedure answers with the rows of its table. @throws SqlServerError 2812 for one that is not there */
    async call(name: string, tell: (answer: Answer) => void, signal: AbortSignal): Promise<void> {
      mishaps.beforeCall(name);
      const table = tableOf(name);
      const tables = await storage.patiently(() => storage.catalog.tables(), signal);
      const isThere = table !== null && tables.some((one) => same(one.name, table));
      if (!isThere) throw new SqlServerError(2812, `Could not find stored procedure '${name}'.`);
      await this.run(`SELECT * FROM dbo.${table}`, [], tell, signal);
    },
    transaction,
    close: storage.close,
  };
};

export type Session = ReturnType<typeof openSession>;

/** Which rows a procedure answers with: those of a table, which whoever sets the stage writes. */
const procedures: Readonly<Record<string, string>> = { usp_obtener_tickets_pendientes_por_robot: 'TicketsPendientes' };

const tableOf = (name: string): string | null =>
  procedures[
    name
      .replace(/^\[?dbo\]?\./i, '')
      .replace(/[[\]]/g, '')
      .toLowerCase()
  ] ?? null;

/** Deadlock victims lose their transaction; so does everything that is no error of SQL Server's at all. */
const endsTransaction = (error: unknown): boolean => !(error instanceof SqlServerError) || error.number === 1205;
