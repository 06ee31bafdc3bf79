import type { RobotForm } from '#workers/robot.ts';
import { xalocForm } from './xaloc_girona/form.ts';

/** Every robot there is, by the name of its folder. Read by the main thread too: nothing here loads a browser. */
export const forms: Readonly<Record<string, RobotForm>> = {
  [xalocForm.robot]: xalocForm,
};
