import type { Db } from '#server/db/open.ts';
import { ensureLocalSlots } from '#server/equipos/local-slots.ts';
import type { RobotForm } from '#workers/robot.ts';

/** The form of the bench's robot: it accepts everything and asks for nothing. */
export const robotForm = (steps: readonly string[]): RobotForm => ({
  robot: 'bench',
  defaultStart: 'http://127.0.0.1/',
  defaultOrigins: ['http://127.0.0.1'],
  steps,
  checkParameters: () => [],
  fill: () => ({ ok: true, fields: {}, warnings: [] }),
  checkFiles: () => [],
});

/** Those of steady-robot.ts. */
export const steadySteps = ['abrir', 'entrar', 'datos', 'motivo', 'adjuntar', 'revisar', 'firmar', 'enviar', 'recibo'] as const;

/** Its row, its organismo, and two places where it can run. */
export const addRobot = (db: Db): void => {
  db.sqlite.exec("INSERT INTO robots (robot_id, robot, kind, parametros) VALUES ('bench', 'Bench', 'playwright', '{}')");
  db.sqlite.exec("INSERT INTO organismo_config (site_id, active, modo) VALUES ('bench', 1, 'enviar')");
  ensureLocalSlots(db, 2);
};
