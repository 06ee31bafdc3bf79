import type { Outcome, Seen } from './try-break.ts';

const promises = ['frase en el panel', 'un aviso', 'un mensaje', 'vuelve solo', 'recuperación', 'nada perdido'];
const word = (seen: Seen | undefined): string => (seen === undefined || seen.kept === null ? 'no probado' : seen.kept ? 'sí' : 'NO');

/** One line per promise, with what was seen. */
export const linesOf = ({ name, seen }: Outcome): readonly string[] =>
  seen.map((one) => `${name.padEnd(23)} ${one.promise.padEnd(18)} ${word(one).padEnd(11)} ${one.told}`);

/** How everything came out, on one screen. */
export const tableOf = (outcomes: readonly Outcome[]): readonly string[] => [
  ['', ...promises].map((cell, at) => cell.padEnd(at === 0 ? 23 : 18)).join(''),
  ...outcomes.map(({ name, seen }) => {
    const cells = promises.map((promise) => seen.find((one) => one.promise === promise));
    const rest = seen.filter(({ promise }) => !promises.includes(promise));
    const others = rest.map((one) => `${one.promise}: ${word(one)}`).join(' · ');
    return name.padEnd(23) + (rest.length > 0 ? others : cells.map((cell) => word(cell).padEnd(18)).join(''));
  }),
];

/** 0 = everything was kept; 1 = something was not; 2 = what could be tried was kept, and something could not be tried here. */
export const codeOf = (outcomes: readonly Outcome[]): 0 | 1 | 2 => {
  const all = outcomes.flatMap(({ seen }) => seen);
  if (all.length === 0 || all.some(({ kept }) => kept === false)) return 1;
  return all.some(({ kept }) => kept === null) ? 2 : 0;
};

export const verdicts = {
  0: 'Todo se cumple.',
  1: 'Algo no se cumple: lo que dice NO.',
  2: 'Se cumple lo que se ha podido probar; lo que dice «no probado» pide lanzarla como root en Linux.',
} as const;
