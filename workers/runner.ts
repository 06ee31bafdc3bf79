import type { BrowserContextOptions } from 'playwright-core';
import { hideSecrets } from '#server/lib/secrets.ts';
import { type BrowserKeeper, createBrowserKeeper, type Session } from './browser.ts';
import { type Egress, openEgress } from './egress.ts';
import { classify } from './failures.ts';
import { type Journal, openJournal } from './journal.ts';
import { type Line, openLine } from './line.ts';
import type { TramiteOutcome, TramiteTask } from './messages.ts';
import type { Robot } from './robot.ts';
import { walk } from './steps.ts';
import { watchBrowser } from './watch.ts';

/** Answers the steps of the robot in that folder. */
export type LoadRobot = (name: string) => Promise<Robot<unknown>>;

/** What a thread keeps from one trámite to the next. */
type Thread = {
  readonly browsers: BrowserKeeper;
  egress: Egress | null;
  journal: { readonly file: string; readonly open: Journal } | null;
};

/**
 * What the pool calls with each task: one attempt, from its message to its outcome. Never throws for what the portal or
 * the browser did.
 */
export const createRunner = (loadRobot: LoadRobot): ((task: TramiteTask) => Promise<TramiteOutcome>) => {
  const thread: Thread = { browsers: createBrowserKeeper(), egress: null, journal: null };
  return async (task) => {
    // The one secret a thread is given: no library may repeat it in what the journal keeps.
    if (task.certificate) hideSecrets([task.certificate.passphrase]);
    const line = openLine(task.port);
    try {
      return await attempt(thread, await loadRobot(task.robot), task, line);
    } catch (error) {
      return failed(task, error, thread.journal?.open);
    } finally {
      line.close();
    }
  };
};

const attempt = async (thread: Thread, robot: Robot<unknown>, task: TramiteTask, line: Line): Promise<TramiteOutcome> => {
  const journal = journalOf(thread, task.databaseFile);
  if (!(await journal.ready(task)))
    return failure('ejecucion_cerrada', 'La ejecución ya no estaba preparándose cuando el hilo la recibió.', journal.hasBegun(task));
  if (line.stopRequested) return { kind: 'stopped' };
  thread.egress ??= await openEgress();
  thread.egress.allow(task.origins);
  const session = await thread.browsers.open(task.browser, contextOptions(task, thread.egress));
  try {
    return await walkWith(session, thread.egress, { robot, task, line, journal });
  } finally {
    await session.close();
  }
};

type Work = { readonly robot: Robot<unknown>; readonly task: TramiteTask; readonly line: Line; readonly journal: Journal };

const walkWith = async (session: Session, egress: Egress, { robot, task, line, journal }: Work): Promise<TramiteOutcome> => {
  const { fields, files, startUrl, expediente, evidenceFolder } = task;
  const page = await session.context.newPage();
  const browser = watchBrowser(session, egress);
  return walk({ task, robot, line, journal, browser, context: { page, fields, files, startUrl, expediente, evidenceFolder } });
};

const journalOf = (thread: Thread, file: string): Journal => {
  if (thread.journal?.file !== file) {
    thread.journal?.open.close();
    thread.journal = { file, open: openJournal(file) };
  }
  return thread.journal.open;
};

/** A context as a citizen of Girona would have it, with no way out but the proxy. */
const contextOptions = (task: TramiteTask, egress: Egress): BrowserContextOptions => ({
  locale: 'ca-ES',
  viewport: { width: 1280, height: 800 },
  serviceWorkers: 'block',
  acceptDownloads: true,
  proxy: { server: egress.server },
  ...(task.certificate
    ? { clientCertificates: task.origins.map((origin) => ({ origin, ...(task.certificate as NonNullable<typeof task.certificate>) })) }
    : {}),
});

const failed = (task: TramiteTask, error: unknown, journal: Journal | undefined): TramiteOutcome => {
  const { code, message, transient } = classify(error, true);
  const doubtful = journal?.hasBegun(task) ?? false;
  return { kind: 'failed', code, message, transient: transient && !doubtful, doubtful };
};

const failure = (code: string, message: string, doubtful: boolean): TramiteOutcome => ({
  kind: 'failed',
  code,
  message,
  transient: false,
  doubtful,
});
