import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { Db } from '#server/db/open.ts';
import { createPapers } from '#server/gateways/xvia/plain.ts';
import { capture } from '#workers/capture.ts';
import { launchOptions } from '#workers/launch.ts';
import type { BrowserChoice, TaskFile } from '#workers/messages.ts';
import { storeReceipt } from '#workers/receipt.ts';
import type { StepContext } from '#workers/robot.ts';
import { type XalocFields, xalocForm } from '#workers/robots/xaloc_girona/form.ts';
import { robot } from '#workers/robots/xaloc_girona/robot.ts';
import type { Stage } from '../../lib/stage.ts';

/** All a script needs to file one appeal; its papers are on the disk already. */
export type Filing = Omit<StepContext<XalocFields>, 'page' | 'note'>;

type Row = { resource_id: string; expediente: string; payload: string };

/** Filings like those Cerebro did, from its own rows, with their papers fetched beforehand. */
export const prepareFilings = async ({ cerebro, xvia, sede }: Stage, folder: string, n: number): Promise<Filing[]> => {
  const rows = (cerebro.deps.db as Db)
    .sql("SELECT resource_id, expediente, payload FROM tramite_queue WHERE site_id = 'xaloc_girona' ORDER BY id DESC LIMIT ?")
    .all(n) as Row[];
  const papers = createPapers(xvia);
  return Promise.all(
    rows.map(async (row, index) => {
      const evidenceFolder = join(folder, String(index));
      mkdirSync(evidenceFolder, { recursive: true });
      const payload = JSON.parse(row.payload) as { adjuntos?: { id: string; filename: string }[] };
      const filled = xalocForm.fill(payload, { user_email: 'recursos@exemple.invalid' });
      if (!filled.ok) throw new Error(filled.problems.join(' '));
      const files: readonly TaskFile[] = await papers.download(
        { resourceId: row.resource_id, attachments: payload.adjuntos ?? [] },
        evidenceFolder,
      );
      const startUrl = `${sede}/seu-electronica?view=tramits&id=11`;
      return { fields: filled.fields as XalocFields, files, startUrl, expediente: row.expediente, evidenceFolder };
    }),
  );
};

export const launch = (choice: BrowserChoice): Promise<Browser> => chromium.launch(launchOptions(choice));

let filed = 0;

/** The same clicks and captures as the robot's, one after another: no guard, no journal, no database, no proxy. */
export const file = async (browser: Browser, filing: Filing): Promise<void> => {
  const evidenceFolder = join(filing.evidenceFolder, String(++filed));
  mkdirSync(evidenceFolder);
  const browserContext = await browser.newContext({ locale: 'ca-ES', viewport: { width: 1280, height: 800 } });
  const context: StepContext<XalocFields> = { ...filing, evidenceFolder, page: await browserContext.newPage(), note: () => undefined };
  const shoot = (number: number, name: string) => capture(context.page, evidenceFolder, number, name);
  for (const [index, step] of robot.steps.entries()) {
    await step.run(context);
    await shoot(index + 1, step.name);
  }
  const { send, receipt } = robot.submission;
  await send.ready(context);
  await shoot(robot.steps.length + 1, send.name);
  await send.click(context);
  const bytes = await receipt.fetch(context);
  await shoot(robot.steps.length + 2, receipt.name);
  await storeReceipt(join(evidenceFolder, 'justificante.pdf'), bytes);
  await browserContext.close();
};
