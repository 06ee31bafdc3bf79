import { stat, statfs } from 'node:fs/promises';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { WriteCounts } from '#server/db/open.ts';
import type { Look, MeasuredHouse } from './house.ts';
import { lastCopy } from './queries.ts';

/** The database, the disk under it and its copies. */
export const lookAtStorage = ({ deps: { db, config } }: MeasuredHouse, registry: Registry): Look => {
  const registers = [registry];
  const bytes = new Gauge({
    ...{ name: 'cerebro_sqlite_bytes', help: 'Size of the local database: file = db or wal.' },
    ...{ labelNames: ['file'], registers },
  });
  const free = new Gauge({ name: 'cerebro_disk_free_bytes', help: 'Free space where the data folder is.', registers });
  const size = new Gauge({ name: 'cerebro_disk_size_bytes', help: 'Size of the disk where the data folder is.', registers });
  const copy = new Gauge({
    ...{
      name: 'cerebro_backup_last_success_timestamp_seconds',
      help: 'When the last verified copy of the database ended; none = there is none.',
    },
    ...{ labelNames: [], registers },
  });
  const countWrites = writeCounters(registry);
  return async () => {
    bytes.set({ file: 'db' }, await sizeOf(db.sqlite.name));
    bytes.set({ file: 'wal' }, await sizeOf(`${db.sqlite.name}-wal`));
    const disk = await statfs(config.DATA_DIR);
    free.set(disk.bavail * disk.bsize);
    size.set(disk.blocks * disk.bsize);
    copy.remove();
    const at = Date.parse(lastCopy(db) ?? '');
    if (!Number.isNaN(at)) copy.set(at / 1000);
    countWrites(db.writes);
  };
};

/** 0 where there is no such file: a database in memory, a WAL nobody has begun. */
const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** Counted where it happens, since the start: here they only get their names. */
const writeCounters = (registry: Registry): ((writes: WriteCounts) => void) => {
  const registers = [registry];
  const done = new Counter({ name: 'cerebro_sqlite_writes_total', help: 'Write transactions of the main thread.', registers });
  const waits = new Counter({
    ...{ name: 'cerebro_sqlite_write_waits_total', help: 'Times a write transaction waited because another program held the file.' },
    ...{ labelNames: [], registers },
  });
  const waited = new Counter({
    ...{
      name: 'cerebro_sqlite_write_wait_seconds_total',
      help: 'Seconds write transactions waited because another program held the file.',
    },
    ...{ labelNames: [], registers },
  });
  return (writes) => {
    for (const counter of [done, waits, waited]) counter.reset();
    done.inc(writes.done);
    waits.inc(writes.waits);
    waited.inc(writes.waitedMs / 1000);
  };
};
