import type { Faults } from '../faults.ts';
import { SqlServerError } from './engine/complaint.ts';
import type { Mishaps } from './engine/mishaps.ts';
import type { TdsFaultList } from './tds-faults.ts';

/** The connection ends here, without a word. */
export class Dropped extends Error {}

const heldRow = (): SqlServerError => new SqlServerError(1222, 'Lock request time out period exceeded.');

/** The faults of this server as the engine meets them; `gone` is aborted when the client has left. */
export const mishapsOf = (faults: Faults<TdsFaultList>, gone: AbortSignal): Mishaps => {
  const hold = async (name: 'pausa_antes' | 'pausa_despues', signal: AbortSignal) => {
    if (!faults.take(name) || (await faults.hold(name, { url: 'UPDATE', gone: signal }))) return;
    // Whoever cancelled is still there; whoever left, or is thrown out, is not.
    if (!gone.aborted) signal.throwIfAborted();
    throw new Dropped();
  };
  return {
    beforeUpdate: async ({ output }, signal) => {
      if (faults.take('sin_permiso')) throw new SqlServerError(229, "The UPDATE permission was denied on the object 'RecursosExp'.", 14);
      if (faults.take('interbloqueo'))
        throw new SqlServerError(
          1205,
          'Transaction was deadlocked on lock resources with another process and has been chosen as the deadlock victim.',
          13,
        );
      if (faults.take('bloqueo')) throw heldRow();
      if (faults.isArmed('con_disparador') && output !== null && output.into === null)
        throw new SqlServerError(
          334,
          'The target table of the DML statement cannot have any enabled triggers if it has an OUTPUT clause without INTO.',
        );
      await hold('pausa_antes', signal);
    },
    beforeCommit: () => {
      if (faults.take('corta_antes')) throw new Dropped();
    },
    afterCommit: async (signal) => {
      if (faults.take('corta_despues')) throw new Dropped();
      if (faults.take('aviso_tras_actualizar')) throw new SqlServerError(50_000, 'El recurso ya figura en otra lista.');
      await hold('pausa_despues', signal);
    },
    beforeSelect: (table, passes) => {
      if (!passes && table.toLowerCase() === 'recursosexp' && faults.take('fila_retenida')) throw heldRow();
      if (table.toLowerCase() === 'clientes' && faults.take('sin_permiso_clientes'))
        throw new SqlServerError(229, "The SELECT permission was denied on the object 'clientes', database 'Gestion', schema 'dbo'.", 14);
      if (faults.take('corta_consulta')) throw new Dropped();
      if (faults.take('falta_columna')) throw new SqlServerError(207, "Invalid column name 'Matricula'.");
    },
    beforeCall: (name) => {
      if (faults.take('falta_procedimiento')) throw new SqlServerError(2812, `Could not find stored procedure '${name}'.`);
      const denied = `The EXECUTE permission was denied on the object '${name.split('.').at(-1)}', database 'Gestion', schema 'dbo'.`;
      if (faults.take('sin_permiso_procedimiento')) throw new SqlServerError(229, denied, 14);
    },
    hidesCount: () => faults.take('sin_recuento'),
    triggerCount: () => (faults.take('con_disparador') ? 1 : null),
    mayUpdate: () => !faults.isArmed('sin_permiso'),
  };
};
