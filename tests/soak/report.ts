import type { Sample } from './measure.ts';
import type { SoakReport } from './run.ts';

const columns = ['hora', 'presentados', 'JS MB', 'RSS MB', 'asas', 'fds', 'bucle ms', 'base MB'];

const cells = (values: readonly (string | number)[]): string => values.map((value) => String(value).padStart(11)).join(' ');

export const heading = (): string => cells(columns);

export const sampleLine = ({ hour, filed, heapMb, rssMb, handles, descriptors, loopMs, databaseMb }: Sample): string =>
  cells([hour, filed, heapMb, rssMb, handles, descriptors ?? '—', loopMs, databaseMb]);

/** What was asked for, and how it came out. */
export const closing = ({ verdicts, old, completed, numbers }: SoakReport): readonly string[] => [
  '',
  ...verdicts.map(
    ({ what, second, last, most, flat }) =>
      `${flat ? 'plano  ' : 'CRECE  '} ${what}: ${second} en el segundo cuarto, ${last} en el último (se admitían ${most})`,
  ),
  `${completed} presentados con ${numbers} números de registro distintos.`,
  old === null
    ? 'Pendiente: en esta versión no hay ciclo «limpiar».'
    : `Limpieza: quedan ${old.left} de ${old.planted} filas más antiguas de lo que se conserva.`,
];
