/**
 * The soak: `npm run soak -- --horas 24 --tramites 20000`. Simulated hours with the real scheduler, queue, database and panel, and
 * robots without browsers; measured at the end of each hour. Exit code 0 only if memory, handles and file descriptors stay flat,
 * everything was filed once, what is old was cleaned away and nothing else, and copies and logs are no more than are kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closing, heading, sampleLine } from './report.ts';
import { faultsOf, soak } from './run.ts';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const readOrder = (): { hours: number; tramites: number } => {
  const { values } = parseArgs({
    options: { horas: { type: 'string', default: '24' }, tramites: { type: 'string', default: '20000' } },
  });
  const [hours, tramites] = [Number(values.horas), Number(values.tramites)];
  if (![hours, tramites].every((n) => Number.isInteger(n) && n > 0)) throw new Error('--horas y --tramites son enteros positivos.');
  return { hours, tramites };
};

const order = readOrder();
const folder = mkdtempSync(join(tmpdir(), 'cerebro-soak-'));
try {
  const began = performance.now();
  tell(heading());
  const report = await soak({ ...order, folder }, (sample) => tell(sampleLine(sample)));
  for (const line of closing(report)) tell(line);
  const faults = faultsOf(report, order.tramites);
  for (const fault of faults) tell(`NO SE CUMPLE: ${fault}`);
  tell(`${order.hours} horas simuladas en ${Math.round((performance.now() - began) / 1000)} s.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
