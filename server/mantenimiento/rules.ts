/** The cycles that begin work. Those that look, put in order and tell go on while the house is paused. */
const working: ReadonlySet<string> = new Set(['reclamar', 'despachar', 'lanzar', 'balancear']);

export const beginsWork = (cycle: string): boolean => working.has(cycle);

/** Somebody has paused the house, or one cycle of it. */
export type Pause = { readonly motivo: string; readonly usuario: string; readonly desde: string | null };

/** «Ana lo ha pausado: se cambia el disco». */
const because = ({ motivo, usuario }: Pause, verb: string): string => {
  const why = motivo.trim().replace(/\.$/, '');
  return `${usuario} ${verb}${why === '' ? '' : `: ${why}`}.`;
};

/** Why nothing new begins, for whoever orders it. */
export const maintenanceSentence = (pause: Pause): string =>
  `Cerebro está en mantenimiento y no empieza nada nuevo. ${because(pause, 'lo ha pausado')}`;

export const pausedSentence = (pause: Pause): string => because(pause, 'lo ha pausado');

const longest = 500;

/** What is wrong with the reason somebody gives; null = nothing. */
export const wrongReason = (motivo: string): string | null => {
  if (motivo === '') return 'Diga por qué, para que quien lo vea sepa si puede reanudarlo.';
  return motivo.length > longest ? `El motivo no puede pasar de ${longest} caracteres.` : null;
};
