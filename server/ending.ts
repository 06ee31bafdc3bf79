import { asError } from './lib/errors.ts';
import type { Log, Logs } from './lib/log.ts';
import type { Cerebro } from './start.ts';

/** Exit codes: a supervisor starts it again after `failed`, not after `done`. */
export const exitCodes = { done: 0, failed: 1, cut: 130 } as const;

/** One press of Ctrl+C arrives twice through npm, and a Windows service asks in several ways at once. */
const samePressMs = 1_000;
/** Windows kills a process some ten seconds after its console was closed, whatever it is doing. */
const closedConsoleMs = 5_000;

/** What asks a process to end: Ctrl+C, a supervisor, a console that closes, Ctrl+Break. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

type Ending = {
  /** The start has failed: told, and the process ends. */
  failed(sentence: string): void;
};

/**
 * Ends the process in order: the first signal asks politely, also while it is still starting; the second cuts the grace; the third
 * ends it at once. A failure nobody caught ends it too, in order and with code 1: it never goes on half alive.
 */
export const watchOver = (starting: Promise<Cerebro>, logs: Logs, longestMs: number, byNpm = false): Ending => {
  const { log } = logs;
  const state = { cerebro: null as Cerebro | null, presses: 0, lastPress: Number.NEGATIVE_INFINITY, code: null as number | null };
  starting.then(
    (cerebro) => {
      state.cerebro = cerebro;
    },
    () => undefined,
  );

  const end = async (code: number, motivo: string): Promise<void> => {
    const isFirst = state.code === null;
    state.code = Math.max(code, state.code ?? code);
    if (!isFirst) return;
    setTimeout(() => giveUp(log), longestMs).unref();
    const cerebro = await starting.catch(() => null);
    await cerebro?.stop({ motivo, died: state.code !== exitCodes.done });
    leave(logs, state.code);
  };

  const hear = (signal: string): void => {
    const now = performance.now();
    if (now - state.lastPress < samePressMs) return;
    state.lastPress = now;
    state.presses += 1;
    if (state.presses > 2 || (state.presses === 2 && state.cerebro === null)) process.exit(exitCodes.cut);
    if (state.presses === 2) return void hurry(signal);
    log.info({ signal }, 'parando: no empieza nada nuevo y los robots terminan o vuelven a la cola');
    if (process.platform === 'win32' && signal === 'SIGHUP') setTimeout(() => state.cerebro?.hasten(), closedConsoleMs).unref();
    void end(exitCodes.done, `Parada en orden (${signal}).`);
  };

  const hurry = (signal: string): void => {
    log.warn({ signal }, 'parando con prisa: no se espera más a los robots');
    state.cerebro?.hasten();
  };

  const crash = (thrown: unknown, origin: string): void => {
    const error = asError(thrown);
    if (state.code !== null && isDeafTerminal(error)) return;
    log.fatal({ err: error, origin }, 'un fallo que nadie esperaba: Cerebro se para en orden');
    if (state.cerebro === null) leave(logs, exitCodes.failed);
    else void end(exitCodes.failed, `Un fallo que nadie esperaba: ${error.message}`);
  };

  // Words that reach nobody (a terminal that closed, a file on a full disk) are no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  for (const signal of signals) process.on(signal, () => hear(signal));
  if (byNpm) outliveNobody(() => hear('npm ha terminado'));
  process.on('uncaughtException', crash);
  return {
    failed: (sentence) => {
      process.stderr.write(`${sentence}\n`);
      leave(logs, exitCodes.failed);
    },
  };
};

/** npm that is told to end alone does not tell us: we would go on, alone and unknown to whoever starts another. */
const outliveNobody = (orphaned: () => void): void => {
  const starter = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(looking);
    orphaned();
  }, samePressMs).unref();
};

/** Whoever read us has gone: nothing to say to, and nothing lost. */
const isDeafTerminal = (error: Error): boolean => ['EPIPE', 'EIO'].includes((error as { code?: string }).code ?? '');

const giveUp = (log: Log): void => {
  log.fatal('la parada no termina: se corta');
  process.exit(exitCodes.failed);
};

/** What was logged is written down first. */
const leave = (logs: Logs, code: number): void => {
  setTimeout(() => process.exit(code), lastWordsMs);
  void logs.close().finally(() => process.exit(code));
};

const lastWordsMs = 6_000;
