import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copiesFolder } from '#server/db/restore.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { goodCopies } from './queries.ts';
import { tooMany } from './rules.ts';

/** Removes the oldest good copies beyond those that are kept. Only those that still lie in the folder count, so that one good copy always stays. */
export const forgetOldCopies = async ({ db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>): Promise<void> => {
  const folder = copiesFolder(config);
  const there = goodCopies(db).filter(({ archivo }) => existsSync(join(folder, archivo)));
  for (const { copia_id: id, archivo } of tooMany(there, readLiveSettings(db, config).COPIA_CONSERVAR)) {
    rmSync(join(folder, archivo), { force: true });
    await db.write(() => db.sql('UPDATE copias SET borrada_at = ? WHERE copia_id = ?').run(isoNow(clock), id));
  }
};
