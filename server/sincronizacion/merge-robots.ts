import type { Db } from '#server/db/open.ts';
import type { Bot } from '#server/gateways/a360/a360.ts';
import type { Pacer } from '#server/lib/pacer.ts';
import { keepDubious } from './dudosas.ts';
import { addedInDoubt } from './queries.ts';
import { type BotFilter, doubtOf, stageBot } from './rules.ts';
import { fillStage, type Stage } from './stage.ts';

/** What a listing changed. `doubt` says why absences were not applied, `told` what else a person should read. */
export type Merged = {
  readonly vistos: number;
  readonly nuevos: number;
  readonly cambiados: number;
  readonly ausentes: number;
  readonly doubt: string | null;
  readonly told: string | null;
};

const stage: Stage = { table: 'temp.listado_robots', columns: ['robot_id', 'robot', 'descripcion', 'nuevo'] };

/**
 * Brings the bots of a complete listing into `robots`: new ones that interest are added; of the known ones only what A360 owns
 * changes (name, description, presence), whether they still interest or not. Nothing of the operator nor of Playwright is touched.
 */
export const mergeRobots = async (db: Db, pacer: Pacer, bots: readonly Bot[], filter: BotFilter): Promise<Merged> => {
  await fillStage(db, stage, pacer, bots, (bot) => stageBot(bot, filter));
  await pacer.rest();
  return db.write(() => apply(db, bots.length));
};

const apply = (db: Db, vistos: number): Merged => {
  const clashes = db
    .sql(
      `SELECT l.robot_id FROM temp.listado_robots AS l CROSS JOIN robots AS r ON r.robot_id = l.robot_id
        WHERE r.kind <> 'a360' AND l.nuevo = 1 ORDER BY 1`,
    )
    .all()
    .map((row) => row.robot_id as string);
  const cambiados = db
    .sql(
      `UPDATE robots SET robot = l.robot, descripcion = l.descripcion, presente_en_a360 = 1 FROM temp.listado_robots AS l
        WHERE robots.robot_id = l.robot_id AND robots.kind = 'a360'
          AND (robots.robot, robots.descripcion, robots.presente_en_a360) IS NOT (l.robot, l.descripcion, 1)`,
    )
    .run().changes;
  const { known, gone } = db
    .sql(
      `SELECT count(*) AS known, count(*) FILTER (WHERE robot_id NOT IN (SELECT robot_id FROM temp.listado_robots)) AS gone
         FROM robots WHERE kind = 'a360' AND presente_en_a360 = 1`,
    )
    .get() as { known: number; gone: number };
  const doubt = doubtOf('robots', vistos, known - addedInDoubt(db, 'robots'), gone);
  const nuevos = db
    .sql(
      `INSERT INTO robots (robot_id, robot, descripcion, kind)
       SELECT robot_id, robot, descripcion, 'a360' FROM temp.listado_robots WHERE nuevo = 1
           AND robot_id NOT IN (SELECT robot_id FROM robots)`,
    )
    .run().changes;
  const ausentes = doubt === null && gone > 0 ? db.sql(`UPDATE robots SET presente_en_a360 = 0 WHERE ${missing}`).run().changes : 0;
  keepDubious(db, 'robots', doubt === null ? null : `SELECT robot_id AS id FROM robots WHERE ${missing}`);
  return { vistos, nuevos, cambiados, ausentes, doubt, told: clashes.length === 0 ? null : clashSentence(clashes) };
};

const missing = "kind = 'a360' AND presente_en_a360 = 1 AND robot_id NOT IN (SELECT robot_id FROM temp.listado_robots)";

const clashSentence = (ids: readonly string[]): string =>
  `No se añade lo que en A360 lleva el identificador de un robot de navegador: ${ids.join(', ')}.`;
