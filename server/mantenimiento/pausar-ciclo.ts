import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, WrongStateError } from '#server/lib/errors.ts';
import { pausedCycles } from './queries.ts';
import { pausedSentence, wrongReason } from './rules.ts';

/** The cycle no longer begins of its own accord; a round under way ends. @throws InvalidInputError at `motivo`; WrongStateError `ya_en_pausa` */
export const pausarCiclo = async (
  { db, clock, hub }: Pick<Deps, 'db' | 'clock' | 'hub'>,
  { ciclo, motivo }: { readonly ciclo: string; readonly motivo: string },
  who: Who,
): Promise<void> => {
  const wrong = wrongReason(motivo);
  if (wrong) throw new InvalidInputError({ motivo: wrong });
  await db.write(
    () => {
      const already = pausedCycles(db).get(ciclo);
      if (already) throw new WrongStateError('ya_en_pausa', `Ya está en pausa: ${pausedSentence(already)}`);
      const at = isoNow(clock);
      db.sql('INSERT INTO ciclos_pausados (ciclo, motivo, usuario, desde) VALUES (@ciclo, @motivo, @usuario, @at)').run({
        ciclo,
        motivo,
        usuario: who.usuario,
        at,
      });
      record(db, at, { entity: 'cycle', entityId: ciclo, kind: 'paused', data: { motivo }, actor: who.usuario });
      audit(db, at, { ...who, accion: 'pausar', entidad: 'ciclo', entidadId: ciclo, motivo });
    },
    { durable: true },
  );
  hub.changed({ entity: 'cycle', id: ciclo });
};
