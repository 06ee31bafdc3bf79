/** Bars over categories, one stack per category. */
export type BarChart = {
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly width: number;
  readonly height: number;
  readonly tema: 'claro' | 'oscuro';
};

/** Draws charts as SVG, outside of the main thread. */
export type Draw = {
  bars(chart: BarChart): Promise<string>;
  /** Ends its thread; safe to call twice. */
  close(): Promise<void>;
};
