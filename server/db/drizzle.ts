import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/**
 * Drizzle, by its CommonJS files. For each of its hundred ES modules Node parses the 180 kB package.json anew: 0.4 s of every start, of every
 * process of the tests, instead of 0.05 s. (drizzle-kit reads the schema as CommonJS, where `import.meta` is empty.)
 */
const load = createRequire(import.meta.url ?? resolve('drizzle.config.ts'));

export const { getTableColumns, getTableName, is, sql } = load('drizzle-orm') as typeof import('drizzle-orm');
export const { check, index, integer, primaryKey, SQLiteTable, sqliteTable, text, uniqueIndex } = load(
  'drizzle-orm/sqlite-core',
) as typeof import('drizzle-orm/sqlite-core');
export const { drizzle } = load('drizzle-orm/better-sqlite3') as typeof import('drizzle-orm/better-sqlite3');
export const { migrate } = load('drizzle-orm/better-sqlite3/migrator') as typeof import('drizzle-orm/better-sqlite3/migrator');
