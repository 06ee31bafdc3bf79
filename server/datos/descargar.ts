import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { Copia } from './queries.ts';

/** A copy holds everything: that somebody takes it away is written down before it is given. */
export const writeDownload = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, copy: Copia, who: Who): Promise<void> =>
  db.write(() =>
    audit(db, isoNow(clock), {
      ...who,
      accion: 'descargar',
      entidad: 'copia',
      entidadId: copy.copia_id,
      despues: { archivo: copy.archivo },
    }),
  );
