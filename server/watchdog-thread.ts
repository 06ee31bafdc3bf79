import { appendFile, write, writeFile } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WatchdogTask } from './watchdog.ts';

const { beats, limit, note, logFile, tickMs } = workerData as WatchdogTask;

/** A disk, or whoever reads stderr, may be what the main thread waits for: nobody waits long for them. */
const lastWordsMs = 2_000;

/** Ticks of its own, not of a clock: a machine that was suspended, or a process that was stopped, misses no beat. */
let silent = 0;
let heard = Atomics.load(beats, 0);

const watching = setInterval(() => {
  const now = Atomics.load(beats, 0);
  silent = now === heard ? silent + 1 : 0;
  heard = now;
  if (silent < limit) return;
  clearInterval(watching);
  end(Math.round((limit * tickMs) / 1000));
}, tickMs);

/** Nothing but a kill ends a process whose main thread does not listen; what was under way is put in its place at the next start. */
const end = (seconds: number): void => {
  const msg = `El bucle de sucesos llevaba ${seconds} s parado: el vigilante ha terminado el proceso.`;
  let left = 3;
  const kill = () => process.kill(process.pid, 'SIGKILL');
  const done = () => {
    left -= 1;
    if (left === 0) kill();
  };
  setTimeout(kill, lastWordsMs);
  writeFile(note, JSON.stringify({ seconds, pid: process.pid, at: new Date().toISOString() }), done);
  appendFile(logFile, `${JSON.stringify({ level: 60, time: Date.now(), room: 'vigilante', seconds, msg })}\n`, done);
  write(2, `${msg}\n`, done);
};
