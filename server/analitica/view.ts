import type { BarChart, HeatChart, RowChart } from '#server/gateways/graficos/draw.ts';
import type { Format } from '#server/lib/format.ts';

type Bare<Chart> = Omit<Chart, 'width' | 'height' | 'tema'>;

/** What is drawn; its size and colours come with the address of the picture. */
export type Drawing =
  | { readonly kind: 'bars'; readonly chart: Bare<BarChart> }
  | { readonly kind: 'rows'; readonly chart: Bare<RowChart> }
  | { readonly kind: 'heat'; readonly chart: Bare<HeatChart> };

export type Cell = { readonly text: string; readonly href?: string };

/** One tab: a sentence that says it all, a picture, and the numbers it stands for. */
export type View = {
  readonly title: string;
  /** What it is about, and how it is counted. */
  readonly about: string;
  /** The answer in one sentence; also what the picture says to who does not see it. */
  readonly words: string;
  readonly drawing: Drawing | null;
  readonly table: {
    readonly caption: string;
    /** A word, and whether its column holds numbers. */
    readonly heads: readonly (readonly [word: string, right: boolean])[];
    readonly rows: readonly (readonly Cell[])[];
    /** Only for who does not see the picture. */
    readonly hidden: boolean;
    /** What does not fit. */
    readonly more: string;
  };
};

/** Rows of a table, and bars of a picture. */
export const mostRows = 100;
export const mostBars = 15;

export const percent = (part: number, whole: number): string =>
  whole === 0 ? '—' : `${new Intl.NumberFormat('es-ES', { maximumFractionDigits: 1 }).format((part * 100) / whole)} %`;

export const runsWord = (n: number, format: Format): string => (n === 1 ? '1 ejecución' : `${format.number(n)} ejecuciones`);

export const moreWord = (all: number, format: Format): string => (all > mostRows ? `Y ${format.number(all - mostRows)} más.` : '');

/** The value at that part (0–1) of sorted numbers. */
export const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * part) - 1))] ?? Number.NaN;

export const robotCell = (id: string, name: string): Cell => ({ text: name, href: `/robots/${encodeURIComponent(id)}` });
