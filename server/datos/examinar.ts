import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import { findDamage } from '#server/db/care.ts';
import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { lastTold } from './queries.ts';
import { workDueAt } from './rules.ts';

type ExamineDeps = Pick<Deps, 'db' | 'clock' | 'hub'>;

/** The aviso that stands open while the database is damaged. */
export const damageClave = 'base_danada';

const everyHours = 7 * 24;

/** Looks in a thread of its own whether the database is whole, and tells; answers what is wrong, null = nothing. */
export const examine = async (deps: ExamineDeps, signal: AbortSignal, who?: Who): Promise<string | null> => {
  const { db, clock, hub } = deps;
  const damage = await findDamage(db, signal);
  await db.write(() => {
    const at = isoNow(clock);
    record(db, at, {
      ...{ entity: 'sistema', entityId: 'integridad', kind: 'examined', data: damage === null ? {} : { damage } },
      ...(who ? { actor: who.usuario } : {}),
    });
    if (who) audit(db, at, { ...who, accion: 'examinar', entidad: 'datos', despues: { damage } });
    if (damage === null) resolve(db, at, damageClave);
    else raise(db, at, { ...damaged, detalle: `${damage}.` });
  });
  hub.changed({ entity: 'any' });
  return damage;
};

const damaged: Aviso = {
  ...{ clave: damageClave, nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' },
  titulo: 'La base de datos está dañada',
  acciones: [
    'Pare Cerebro y guarde aparte la carpeta de datos tal como está.',
    'Restaure la última copia buena (docs/deployment.md) y compruebe el disco de esta máquina.',
  ],
};

/** The cycle `examinar`: once a week, counted from the last time. */
export const examineWhenDue = async (deps: ExamineDeps, signal: AbortSignal): Promise<void> => {
  const due = workDueAt(lastTold(deps.db, 'integridad')?.at ?? null, everyHours, isoNow(deps.clock));
  if (due !== null && due <= isoNow(deps.clock)) await examine(deps, signal);
};
