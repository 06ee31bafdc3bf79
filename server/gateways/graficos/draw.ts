/** How large, and for light or dark. */
type Look = { readonly width: number; readonly height: number; readonly tema: 'claro' | 'oscuro' };
type Series = readonly { readonly name: string; readonly values: readonly number[] }[];

/** Bars over categories, one stack per category. */
export type BarChart = Look & { readonly categories: readonly string[]; readonly series: Series };

/** Lying bars, one stack per category, the first one on top: for names. `unit` stands behind each value. */
export type RowChart = BarChart & { readonly unit: string };

/** How much there is of each pair: `cells` = [column, row, value]. */
export type HeatChart = Look & {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly cells: readonly (readonly [column: number, row: number, value: number])[];
};

/** What the thread is told to draw. */
export type Picture =
  | { readonly kind: 'bars'; readonly chart: BarChart }
  | { readonly kind: 'rows'; readonly chart: RowChart }
  | { readonly kind: 'heat'; readonly chart: HeatChart };

/** Draws charts as SVG, outside of the main thread. */
export type Draw = {
  bars(chart: BarChart): Promise<string>;
  rows(chart: RowChart): Promise<string>;
  heat(chart: HeatChart): Promise<string>;
  /** Ends its thread; safe to call twice. */
  close(): Promise<void>;
};
