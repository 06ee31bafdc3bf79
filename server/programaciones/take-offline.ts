import type { Db } from '#server/db/open.ts';

/** A robot with an active programación runs only by it. Answers `offline` where that is news, for the event. */
export const takeOffline = (db: Db, robotId: string): { readonly offline?: true } => {
  const { changes } = db.sql('UPDATE robots SET es_online = 0 WHERE robot_id = ? AND es_online <> 0').run(robotId);
  return changes > 0 ? { offline: true } : {};
};
