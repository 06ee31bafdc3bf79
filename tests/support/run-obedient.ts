import type { Robot } from '#workers/robot.ts';
import { createRunner } from '#workers/runner.ts';
import { obedientRobot } from './obedient-robot.ts';

/** Entry of a pool whose every robot is the obedient one. Only tests can name this file. */
export default createRunner(async () => obedientRobot as Robot<unknown>);
