import type { Source } from '#server/carga/last-load.ts';
import type { Format } from '#server/lib/format.ts';
import type { Look } from './look.ts';

/** A source that is asked and did not answer the last time, or was never asked. */
export const isDown = ({ place, fallos, acierto }: Source): boolean => place !== null && (fallos > 0 || acierto === null);

/** «dato de hace 6 min: clouders no contesta»; '' where what is known is of the last answer of everybody. */
export const staleNote = ({ sources, snapshot }: Look, robotId: string, format: Format): string => {
  const saber = snapshot.load.get(robotId)?.saber ?? 'actual';
  if (saber === 'actual') return '';
  const down = sources.filter(isDown);
  const feeding = down.filter(({ answer }) => answer.some((one) => one.robotId === robotId));
  const [source] = feeding.length > 0 ? feeding : down;
  if (!source) return '';
  if (source.intento === null) return `a ${source.proveedor} todavía no se le ha preguntado`;
  const age = format.instant(source.acierto)?.relative;
  if (saber === 'desconocida' || age === undefined) return `${source.proveedor} no contesta${age === undefined ? '' : ` desde ${age}`}`;
  return `dato de ${age}: ${source.proveedor} no contesta`;
};
