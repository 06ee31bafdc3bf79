import { sparkHours } from '#server/cola/filed.ts';

/** A day in the space of a word: one bar per hour. Plain shapes in the colour of the text, so it needs no styles of its own. */
export type Spark = { readonly width: number; readonly height: number; readonly path: string; readonly words: string };

const step = 4;
const height = 22;

/** Bars of what was filed in each of the last hours, the tallest as high as there is room. */
export const sparkOf = (counts: readonly number[]): Spark => {
  const most = Math.max(...counts);
  const bar = (count: number, hour: number): string => {
    // An hour with nothing is a dot on the ground: the line of time goes on.
    const tall = count === 0 ? 1 : Math.max(3, Math.round((count / most) * height));
    return `M${hour * step} ${height}v-${tall}h${step - 1}v${tall}z`;
  };
  const total = counts.reduce((sum, count) => sum + count, 0);
  const words = total === 0 ? 'nada en 24 h' : `${total} en 24 h, como mucho ${most} en una hora`;
  return { width: sparkHours * step, height, path: counts.map(bar).join(''), words };
};
