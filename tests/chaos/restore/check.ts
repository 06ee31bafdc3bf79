import { differencesOf, type Books as RoomBooks, type RoomRun } from '../a360/check.ts';
import { type Difference, findDifferences } from '../check.ts';
import type { Facts } from '../facts.ts';

export type RestoredBooks = {
  readonly facts: Facts;
  readonly room: RoomBooks;
  /** Accepted by A360 after the copy and before the restoration: no book here can know them. */
  readonly lostRuns: ReadonlySet<string>;
  /** When the restored house was started. */
  readonly restartedAt: string;
};

/** What no restoration may break. Evidence is not among it: what a person answers has no receipt, and copies carry no captures. */
const kept = new Set([
  ...['reclamado_sin_tramite', 'tramite_sin_reclamar', 'registrado_dos_veces', 'completado_sin_registro', 'registro_sin_explicar'],
  ...['sigue_en_marcha', 'intencion_abierta', 'presentable_sin_presentar'],
]);

/** Where nobody decides anything, whatever was launched once is; here a person answers from the registers, so only numbers count. */
const leftOut = new Set(['presentado_dos_veces', 'ejecucion_desconocida']);

/** What the books say once the restored house has ended its work. Pure. */
export const restoredDifferences = (books: RestoredBooks): Difference[] => [
  ...findDifferences(books.facts).filter(({ rule }) => kept.has(rule)),
  ...differencesOf(books.room).filter(({ rule }) => !leftOut.has(rule)),
  ...unknownRuns(books),
  ...occurrencesAgain(books),
  ...numberedTwice(books.room.room),
];

const unknownRuns = ({ room: { room, own }, lostRuns }: RestoredBooks): Difference[] => {
  const known = new Set(own.map(({ deploymentId }) => deploymentId));
  return room
    .filter(({ deploymentId }) => !known.has(deploymentId) && !lostRuns.has(deploymentId))
    .map(({ deploymentId }) => ({ rule: 'ejecucion_desconocida', told: `${deploymentId}, y no es de los que la copia no podía conocer` }));
};

/** What was due before the restart may have been launched by the house that is gone. */
const occurrencesAgain = ({ room: { room, own }, restartedAt }: RestoredBooks): Difference[] => {
  const accepted = new Map(room.map(({ deploymentId, aceptado }) => [deploymentId, aceptado]));
  return own
    .filter(({ programacionId, fechaTeorica }) => programacionId !== null && fechaTeorica !== null && fechaTeorica < restartedAt)
    .filter(({ deploymentId }) => (accepted.get(deploymentId ?? '') ?? '') > restartedAt)
    .map((run) => ({ rule: 'ocurrencia_repetida', told: `${run.programacionId} en ${run.equipoId} a las ${run.fechaTeorica}` }));
};

const numberedTwice = (room: readonly RoomRun[]): Difference[] => {
  const filed = room.filter(({ salida, body }) => salida?.out_NumeroRegistro && body?.botInput?.in_Expediente);
  return [...Map.groupBy(filed, ({ body }) => body?.botInput?.in_Expediente?.string)].flatMap(([expediente, runs]) =>
    runs.length === 1
      ? []
      : [{ rule: 'presentado_dos_veces', told: `${expediente}: ${runs.map(({ deploymentId }) => deploymentId).join(', ')}` }],
  );
};
