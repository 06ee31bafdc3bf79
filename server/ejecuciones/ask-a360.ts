import { askApproval } from '#server/cola/for-robot.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { Waiting } from '#server/robots/rules.ts';

/**
 * Puts before a person what a robot of A360 may only file with an approval. No robot fills a form first, so nobody else brings it there.
 * @param waiting why organismos with pending trámites wait: without such a one nothing is looked for
 */
export const askForA360 = async ({ db, clock, hub }: Pick<Deps, 'db' | 'clock' | 'hub'>, waiting: readonly Waiting[]): Promise<void> => {
  if (!waiting.some(({ code }) => code === 'a360_aprobar')) return;
  const asked = await db.write(() => askApproval(db, isoNow(clock)));
  for (const id of asked) hub.changed({ entity: 'tramite', id });
};
