import { getPriority, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { finalFailure } from './failures.ts';
import type { Robot } from './robot.ts';
import { forms } from './robots/catalogue.ts';
import { createRunner } from './runner.ts';

const robotPriority = 10;

/**
 * On Linux the priority is the thread's own, and the browser it starts inherits it: pages and cycles go first. On Windows
 * it would lower the whole process.
 */
const yieldToMainThread = (): void => {
  if (process.platform === 'linux' && !isMainThread && getPriority() < robotPriority) setPriority(robotPriority);
};

const loadRobot = async (name: string): Promise<Robot<unknown>> => {
  if (!Object.hasOwn(forms, name)) throw finalFailure('robot_desconocido', `No hay ningún robot que se llame «${name}».`);
  const { robot } = (await import(`./robots/${name}/robot.ts`)) as { robot: Robot<unknown> };
  return robot;
};

yieldToMainThread();

/** What Piscina calls in each thread with each task. */
export default createRunner(loadRobot);
