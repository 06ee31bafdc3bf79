import type { Sample } from './measure.ts';
import type { Planted } from './plant.ts';
import type { SoakReport } from './run.ts';

const columns = ['hora', 'presentados', 'JS MB', 'RSS MB', 'asas', 'fds', 'bucle ms', 'base MB'];

const cells = (values: readonly (string | number)[]): string => values.map((value) => String(value).padStart(11)).join(' ');

export const heading = (): string => cells(columns);

export const sampleLine = ({ hour, filed, heapMb, rssMb, handles, descriptors, loopMs, databaseMb }: Sample): string =>
  cells([hour, filed, heapMb, rssMb, handles, descriptors ?? '—', loopMs, databaseMb]);

/** What was asked for, and how it came out. */
export const closing = ({ verdicts, old, completed, numbers, copies, logs, avisos }: SoakReport): readonly string[] => [
  '',
  ...verdicts.map(
    ({ what, second, last, most, flat }) =>
      `${flat ? 'plano  ' : 'CRECE  '} ${what}: ${second} en el segundo cuarto, ${last} en el último (se admitían ${most})`,
  ),
  `${completed} presentados con ${numbers} números de registro distintos.`,
  `Limpieza, de lo más antiguo que lo que se conserva: ${told(old.filter(({ goes }) => goes))}.`,
  `De lo que nunca se limpia, aunque sea antiguo: ${told(old.filter(({ goes }) => !goes))}.`,
  `Copias: ${copies.made} hechas y comprobadas, ${copies.kept} en la carpeta. Registros: ${logs.begun} archivos empezados hoy, ${logs.kept} pasados en la carpeta. Avisos: ${avisos}.`,
];

const told = (old: readonly Planted[]): string => old.map(({ kind, planted, left }) => `${kind} ${left} de ${planted}`).join(', ');
