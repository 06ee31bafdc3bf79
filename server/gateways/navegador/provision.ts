import { asError, CerebroError } from '#server/lib/errors.ts';
import type { Log } from '#server/lib/log.ts';
import type { BrowserChoice } from '#workers/messages.ts';
import { candidates, fromSetting } from './candidates.ts';
import { type Installer, installers } from './install.ts';
import { tryBrowser } from './try-browser.ts';

export type BrowserNeeds = {
  /** NAVEGADOR: a channel or a path; undefined = look for one. */
  readonly configured: string | undefined;
  readonly visible: boolean;
  /** A client certificate will be shown: the full browser is preferred. */
  readonly certificate: boolean;
  /** Whether a missing browser may be installed; its progress is seen on stderr. */
  readonly install: boolean;
  readonly log: Log;
};

/** The machine, for tests to stand in for. `attempt` answers the version of a browser that really starts, or throws. */
export type Machine = {
  readonly candidates: typeof candidates;
  readonly attempt: (choice: BrowserChoice) => Promise<string>;
  readonly installers: (full: boolean) => readonly Installer[];
};

const thisMachine: Machine = { candidates, attempt: tryBrowser, installers };

/**
 * The browser the robots will work with: what is configured, else Playwright's own, else an installed one, else one
 * installed now. Every answer has been started once, so a half-installed browser is told here and not at night.
 * @throws CerebroError `navegador_no_arranca` (the configured one) or `navegador_no_encontrado`, saying what to do.
 */
export const provisionBrowser = async (needs: BrowserNeeds, machine: Machine = thisMachine): Promise<BrowserChoice> => {
  const { configured, visible, log } = needs;
  if (configured !== undefined) return configuredBrowser(fromSetting(configured, visible), configured, machine);
  const full = visible || needs.certificate;
  const found = await firstThatStarts(full, visible, log, machine);
  if (found) return found;
  if (needs.install) {
    for (const installer of machine.installers(full)) {
      log.info({ instalador: installer.name }, 'no hay navegador: se instala uno');
      await installer.run().catch((error) => log.warn({ err: asError(error), instalador: installer.name }, 'no se pudo instalar'));
      const now = await firstThatStarts(full, visible, log, machine);
      if (now) return now;
    }
  }
  throw new CerebroError('navegador_no_encontrado', missing(full));
};

const configuredBrowser = async (choice: BrowserChoice, setting: string, machine: Machine): Promise<BrowserChoice> => {
  await machine.attempt(choice).catch((error) => {
    const said = asError(error).message.split('\n')[0];
    throw new CerebroError('navegador_no_arranca', `El navegador de NAVEGADOR («${setting}») no arranca: ${said}`, { cause: error });
  });
  return choice;
};

const firstThatStarts = async (full: boolean, visible: boolean, log: Log, machine: Machine): Promise<BrowserChoice | null> => {
  for (const choice of machine.candidates({ full, visible })) {
    try {
      const version = await machine.attempt(choice);
      log.info({ navegador: choice.executablePath ?? choice.channel ?? 'playwright', version }, 'navegador de los robots');
      return choice;
    } catch (error) {
      log.debug({ err: asError(error), choice }, 'ese navegador no arranca');
    }
  }
  return null;
};

const missing = (full: boolean): string =>
  [
    'No hay ningún navegador con el que trabajar. Instale Microsoft Edge, Google Chrome o Chromium,',
    `o ejecute «npx playwright-core install ${full ? 'chromium' : 'chromium-headless-shell'} --with-deps»,`,
    'o diga en NAVEGADOR la ruta de uno.',
  ].join(' ');
