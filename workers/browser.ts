import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { passingFailure } from './failures.ts';
import { launchOptions } from './launch.ts';
import type { BrowserChoice } from './messages.ts';

/** A context of its own for one trámite. */
export type Session = {
  readonly context: BrowserContext;
  /** Process of the browser; null where it cannot be known. */
  readonly pid: number | null;
  readonly connected: boolean;
  /** Closes the context, within a few seconds or with the whole browser. Safe to call twice. */
  close(): Promise<void>;
};

/** One browser for the thread, started with the first trámite, used again by the next ones. */
export type BrowserKeeper = {
  /** @throws CerebroError `navegador_no_arranca`. */
  open(choice: BrowserChoice, options: BrowserContextOptions): Promise<Session>;
  close(): Promise<void>;
};

type Running = { readonly browser: Browser; readonly pid: number | null; readonly choice: string; served: number; leaked: boolean };

/** Contexts are closed and processes ended within this. */
const closeMs = 5_000;

/** `recycleAfter`: trámites served by one browser process before a new one takes its place. */
export const createBrowserKeeper = ({ recycleAfter = 50 }: { recycleAfter?: number } = {}): BrowserKeeper => {
  let running: Running | null = null;

  const end = async (): Promise<void> => {
    const old = running;
    running = null;
    if (old) await endBrowser(old);
  };

  const usable = (choice: string): boolean =>
    running !== null && running.choice === choice && running.browser.isConnected() && !running.leaked && running.served < recycleAfter;

  const ensure = async (choice: BrowserChoice): Promise<Running> => {
    const key = JSON.stringify(choice);
    if (running && usable(key)) return running;
    await end();
    const browser = await chromium.launch(launchOptions(choice));
    running = { browser, pid: await browserPid(browser), choice: key, served: 0, leaked: false };
    return running;
  };

  const openContext = async (choice: BrowserChoice, options: BrowserContextOptions): Promise<[Running, BrowserContext]> => {
    const owner = await ensure(choice);
    try {
      return [owner, await within(owner.browser.newContext(options), closeMs * 2)];
    } catch (error) {
      owner.leaked = true;
      throw error;
    }
  };

  return {
    open: async (choice, options) => {
      // A browser that died, or stopped answering, between two trámites is replaced here and costs nobody an attempt.
      const [owner, context] = await openContext(choice, options)
        .catch(() => openContext(choice, options))
        .catch((error) => {
          throw passingFailure('navegador_no_arranca', 'El navegador no arranca.', error);
        });
      owner.served += 1;
      let closing: Promise<void> | undefined;
      const close = async () => {
        await within(context.close(), closeMs).catch(() => {
          owner.leaked = true;
        });
        if (owner.leaked && running === owner) await end();
      };
      return {
        context,
        pid: owner.pid,
        get connected() {
          return owner.browser.isConnected();
        },
        close: () => {
          closing ??= close();
          return closing;
        },
      };
    },
    close: end,
  };
};

const browserPid = async (browser: Browser): Promise<number | null> => {
  try {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo.find(({ type }) => type === 'browser')?.id ?? null;
  } catch {
    return null;
  }
};

const endBrowser = async ({ browser, pid }: Running): Promise<void> => {
  if (!browser.isConnected()) return;
  await within(browser.close(), closeMs).catch(() => {
    if (pid !== null) killProcess(pid);
  });
};

const killProcess = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
};

const within = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  work.catch(() => undefined);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
};
