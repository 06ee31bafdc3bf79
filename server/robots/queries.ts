import type { Db } from '#server/db/open.ts';

/** What a form offers as robot of an organismo. */
export const robotChoices = (db: Db): { readonly robot_id: string; readonly robot: string }[] =>
  db.sql('SELECT robot_id, robot FROM robots ORDER BY robot_id').all() as { robot_id: string; robot: string }[];
