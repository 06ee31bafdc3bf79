import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';

type HoldDeps = Pick<Deps, 'db' | 'clock' | 'hub' | 'wake'>;

const longest = 500;

/** From now on nothing is launched, until somebody lets go; what runs goes on. @throws InvalidInputError at `motivo`. */
export const retener = async ({ db, clock, hub }: HoldDeps, motivo: string, who: Who): Promise<void> => {
  if (motivo === '') throw new InvalidInputError({ motivo: 'Diga por qué se retiene el lanzador.' });
  if (motivo.length > longest) throw new InvalidInputError({ motivo: `El motivo no puede pasar de ${longest} caracteres.` });
  await db.write(
    () => {
      const at = isoNow(clock);
      const antes = db.sql('SELECT retenido, motivo FROM lanzador WHERE id = 1').get();
      db.sql(
        `INSERT INTO lanzador (id, retenido, motivo, usuario, desde) VALUES (1, 1, @motivo, @usuario, @at)
         ON CONFLICT (id) DO UPDATE SET retenido = 1, motivo = @motivo, usuario = @usuario, desde = @at`,
      ).run({ motivo, usuario: who.usuario, at });
      record(db, at, { entity: 'lanzador', entityId: 1, kind: 'held', data: { motivo }, actor: who.usuario });
      audit(db, at, { ...who, accion: 'retener', entidad: 'lanzador', antes, despues: { retenido: 1 }, motivo });
    },
    { durable: true },
  );
  hub.changed({ entity: 'cycle', id: 'lanzar' });
};
