/** What the pool runs in each thread: a filing of two seconds that opens no browser, and writes its journal as every robot does. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { openJournal } from '#workers/journal.ts';
import type { FilingResult, TramiteOutcome, TramiteTask } from '#workers/messages.ts';
import { steadySteps } from './robot.ts';

const filingMs = 2000;
const receipt = Buffer.from('%PDF-1.4 justificante');
const recibo = { file: 'justificante.pdf', bytes: receipt.length, sha256: createHash('sha256').update(receipt).digest('hex') };
const result: FilingResult = { numero: 'REG-1', fecha: '2026-01-01T10:00:00.000Z', recibo };

/** With the three of the phase, a dozen hints for whoever looks. */
const file = async (task: TramiteTask): Promise<TramiteOutcome> => {
  const journal = openJournal(task.databaseFile);
  try {
    await journal.ready(task);
    for (const [index, name] of steadySteps.entries()) {
      const startedAt = new Date().toISOString();
      await rest(filingMs / steadySteps.length);
      if (name === 'enviar') await submit(journal, task);
      const times = { startedAt, endedAt: new Date().toISOString() };
      await journal.step(task, { number: index + 1, name, outcome: 'done', ...times, note: null, capture: null, errorCode: null });
    }
    return { kind: 'submitted', result };
  } finally {
    journal.close();
  }
};

const submit = async (journal: ReturnType<typeof openJournal>, task: TramiteTask): Promise<void> => {
  await journal.beginSubmission(task, new AbortController().signal);
  await writeFile(join(task.evidenceFolder, recibo.file), receipt);
  await journal.submitted(task, result);
};

export default file;
