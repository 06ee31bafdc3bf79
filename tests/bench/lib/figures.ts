/** The value in the middle (of an even number, the mean of the two). */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return Number.NaN;
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
    : (sorted[Math.floor(middle)] as number);
};

/** The smallest value that at least that share (0–1) of the values do not exceed. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

/** One line of the report. */
export type Result = {
  readonly section: string;
  readonly what: string;
  readonly values: readonly number[];
  readonly unit: string;
  /** What the median must reach (`>=`) or stay under (`<`); null = told only. */
  readonly goal: { readonly sign: '>=' | '<'; readonly value: number } | null;
};

export const isMet = ({ values, goal }: Result): boolean => {
  if (goal === null) return true;
  const value = median(values);
  return goal.sign === '>=' ? value >= goal.value : value < goal.value;
};

/** Ratios, round by round. */
export const ratios = (above: readonly number[], below: readonly number[]): number[] =>
  above.map((value, round) => value / (below[round] as number));

const shown = (value: number): string => (Math.abs(value) >= 100 ? Math.round(value).toLocaleString('es-ES') : value.toFixed(2));

/** «cola  tomar y completar / plainjobs   1,32 ×  (1,20–1,41)  meta >= 1  bien». */
export const resultLine = (result: Result): string => {
  const { section, what, values, unit, goal } = result;
  const spread = values.length > 1 ? `(${shown(Math.min(...values))}–${shown(Math.max(...values))})` : '';
  const verdict = goal === null ? '' : `meta ${goal.sign} ${goal.value}  ${isMet(result) ? 'bien' : 'NO'}`;
  return `${section.padEnd(12)}${what.padEnd(62)}${`${shown(median(values))} ${unit}`.padStart(16)}  ${spread.padEnd(22)}${verdict}`.trimEnd();
};
