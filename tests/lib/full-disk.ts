import { watchOver } from '#server/ending.ts';
import { systemClock } from '#server/lib/clock.ts';
import { openLogs, troubleOf } from '#server/lib/log.ts';

/** A process whose stdout and stderr take nothing; it says so in its files and ends well. */
const tell = (sentence: string) => void process.stderr.write(`${sentence}\n`);
const options = { level: 'info', stdout: true, maxBytes: 1e6, keep: 2, clock: systemClock, tell } as const;
const logs = openLogs({ ...options, folder: process.argv[2] ?? '' });
watchOver(new Promise(() => undefined), logs, 1000);
process.stdout.write('Cerebro: http://127.0.0.1\n');
logs.log.info('uno');
logs.log.info('dos');
setImmediate(async () => {
  logs.log.info(troubleOf(logs.log) ?? 'nada');
  await logs.close();
});
