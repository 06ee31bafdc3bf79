import Database from 'better-sqlite3';
import sql from 'mssql';
import { openOrigen } from '#server/gateways/origen/open.ts';
import type { Origen, SourceRule } from '#server/gateways/origen/origen.ts';
import { recurso, us } from '#tests/support/brain.ts';
import { writeTyped } from '#tests/support/source.ts';
import { ratios } from '../lib/figures.ts';
import type { Contender } from '../lib/rounds.ts';
import type { Bench, Section } from '../lib/section.ts';
import { perSecond } from '../lib/speed.ts';
import { type ServedSource, serveSource } from '../lib/sql-server.ts';

const rule: SourceRule = { patterns: ['%XALOC%'], excluded: [], texp: [2, 3], onlyUnassigned: false };
const sample = 600;
const batches = [1, 10, 50, 100, 300] as const;
const latencyMs = 2;

const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, n) => String(from + n));

const freeAgain = (file: string): void => void new Database(file).exec('UPDATE RecursosExp SET TExp = 2, UsuarioAsignado = NULL').close();

/** Claimed by the gateway, batch by batch, and read back as the claim cycle does. */
const inBatches = (file: string, origen: Origen, size: number): Contender => ({
  name: `lotes de ${size}`,
  run: () => {
    freeAgain(file);
    const wanted = size === 1 ? sample / 4 : sample;
    return perSecond(wanted, async () => {
      for (let at = 0; at < wanted; at += size) {
        const some = ids(100_000 + at, Math.min(size, wanted - at));
        const claimed = await origen.claim(some, rule, us);
        const held = await origen.read(some);
        if (claimed.size !== some.length || some.some((id) => held.get(id)?.usuario !== us)) throw new Error('a row was not claimed');
      }
    });
  },
});

/** What the design began with: one conditional UPDATE per row, over the same server. Nothing judged again, nothing read back. */
const oneByOne = (file: string, pool: sql.ConnectionPool): Contender => ({
  name: 'un UPDATE por fila',
  run: () => {
    freeAgain(file);
    return perSecond(sample / 4, async () => {
      for (const id of ids(100_000, sample / 4)) {
        const { rowsAffected } = await pool
          .request()
          .input('id', sql.VarChar(40), id)
          .input('us', sql.NVarChar(200), us)
          .query(
            'UPDATE Recursos.RecursosExp SET TExp = 1, UsuarioAsignado = @us WHERE idRecurso = CAST(@id AS decimal(18,0)) AND TExp IN (2, 3) AND Estado = 0',
          );
        if (rowsAffected[0] !== 1) throw new Error('a row was not claimed');
      }
    });
  },
});

const openPool = (url: string): Promise<sql.ConnectionPool> => {
  const { hostname, port, username, password, pathname } = new URL(url);
  const options = { encrypt: false, trustServerCertificate: true };
  const config = { server: hostname, port: Number(port), user: username, password, database: pathname.slice(1), options };
  return new sql.ConnectionPool({ ...config, validateConnection: 'socket' }).connect();
};

const claiming = async (bench: Bench): Promise<void> => {
  const file = `${bench.folder('reclamar-tds')}/origen.db`;
  writeTyped(file, { RecursosExp: Array.from({ length: sample }, (_, n) => recurso(100_000 + n)) });
  const served = await serveSource(file, latencyMs);
  const [origen, pool] = [openOrigen(served.url), await openPool(served.url)];
  try {
    const one = oneByOne(file, pool);
    const { byName } = await bench.rounds([one, ...batches.map((size) => inBatches(file, origen, size))]);
    const theirs = byName.get(one.name) ?? [];
    bench.report({ section: 'origen', what: 'un UPDATE por fila, SQL Server a 2 ms', values: theirs, unit: '/s', goal: null });
    for (const size of batches) {
      const values = ratios(byName.get(`lotes de ${size}`) ?? [], theirs);
      const goal = size === 300 ? ({ sign: '>=', value: 10 } as const) : null;
      bench.report({ section: 'origen', what: `reclamar y volver a leer, lotes de ${size} / una a una`, values, unit: '×', goal });
    }
  } finally {
    await origen.close();
    await pool.close();
    await served.stop();
  }
};

const many = 100_000;
const megabyte = 1024 * 1024;

/** A scan over everything, nothing kept. Answers the rows it found, its seconds and the most memory it took more than before. */
const scan = async (origen: Origen): Promise<{ rows: number; seconds: number; grown: number }> => {
  const before = process.memoryUsage.rss();
  const began = performance.now();
  let [rows, most] = [0, before];
  for await (const page of origen.discover(rule)) {
    rows += page.length;
    most = Math.max(most, process.memoryUsage.rss());
  }
  return { rows, seconds: (performance.now() - began) / 1000, grown: (most - before) / megabyte };
};

const discovering = async (bench: Bench): Promise<void> => {
  const file = `${bench.folder('descubrir-tds')}/origen.db`;
  writeTyped(file, { RecursosExp: Array.from({ length: many }, (_, n) => recurso(100_000 + n)) });
  globalThis.gc?.();
  const served: ServedSource = await serveSource(file, latencyMs);
  const origen = openOrigen(served.url);
  try {
    const { rows, seconds, grown } = await scan(origen);
    if (rows !== many) throw new Error(`only ${rows} of ${many} were found`);
    bench.report({ section: 'origen', what: 'descubrir 100.000 candidatos', values: [seconds], unit: 's', goal: null });
    bench.report({
      section: 'origen',
      what: 'memoria de más al descubrirlos',
      values: [grown],
      unit: 'MB',
      goal: { sign: '<', value: 150 },
    });
  } finally {
    await origen.close();
    await served.stop();
  }
};

const run = async (bench: Bench): Promise<void> => {
  await claiming(bench);
  await discovering(bench);
};

export const origenSection: Section = { name: 'origen', about: 'SQL Server a 2 ms: reclamar por lotes y descubrir 100.000', run };
