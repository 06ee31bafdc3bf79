import type { Deps } from '#server/deps.ts';
import { record } from '#server/historial/record.ts';
import { repetitionsOf, shownInput } from '#server/robots/shown-input.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { Claim } from './claim.ts';
import { inputOf } from './order.ts';

/**
 * Writes what A360 is about to be asked for, with what the bot is given (its secrets left out): the first line of the story of a
 * run, there also when the answer is lost; and the first line of the attempt at the trámite it files. Call it inside the transaction that lets the call begin.
 */
export const tellCall = ({ db, config }: Pick<Deps, 'db' | 'config'>, claim: Claim, at: string): void => {
  const { input } = inputOf(claim, readLiveSettings(db, config).LANZADOR_ROBOT_REPETICIONES);
  const { robot, equipo, programacionId, tramite } = claim;
  const data = { robot, equipo, programacionId, repeticiones: repetitionsOf(input), input: shownInput(input) };
  record(db, at, { entity: 'ejecucion', entityId: claim.ejecucionId, kind: 'called', data });
  if (tramite === null) return;
  const started = { attempt: tramite.attempt, robot, equipo, ejecucion: claim.ejecucionId };
  record(db, at, { entity: 'tramite', entityId: tramite.id, kind: 'started', data: started });
};
