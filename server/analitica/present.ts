import { createHash } from 'node:crypto';
import type { Picture } from '#server/gateways/graficos/draw.ts';
import type { Format } from '#server/lib/format.ts';
import { link, nothingYet, tooNarrow } from '#server/lib/tag.ts';
import { type Asked, analiticaHref, type Vista, vistas } from './filter.ts';
import type { Drawing, View } from './view.ts';

const tabWords: Readonly<Record<Vista, string>> = {
  finales: 'Cómo se sabe el final',
  reparto: 'Reparto',
  tiempos: 'Tiempos',
  exito: 'Éxito',
  uso: 'Uso de equipos',
  horas: 'Mapa de horas',
};

const narrow = 320;
const wide = 900;

/** Lying bars need room for each of them. */
const heightOf = (drawing: Drawing): number => {
  if (drawing.kind === 'rows') return 84 + drawing.chart.categories.length * 26;
  return drawing.kind === 'heat' ? 300 : 320;
};

/** What the address of a picture asks for; anything else is the wide one in light. */
export const askedPicture = (drawing: Drawing, query: { readonly tema?: unknown; readonly forma?: unknown }): Picture => {
  const look = {
    ...{ width: query.forma === 'estrecho' ? narrow : wide, height: heightOf(drawing) },
    tema: query.tema === 'oscuro' ? 'oscuro' : 'claro',
  } as const;
  return { kind: drawing.kind, chart: { ...drawing.chart, ...look } } as Picture;
};

type Choices = readonly (readonly [string, string])[];
export type Around = {
  readonly robots: Choices;
  readonly pools: Choices;
  /** When what is kept begins. */
  readonly since: string | null;
};

export const presentAnalitica = (view: View, asked: Asked, { robots, pools, since }: Around, format: Format) => ({
  title: 'Analítica',
  asked,
  robots: [['', 'Todos'], ...robots],
  pools: [['', 'Todos'], ['general', 'General'], ...pools],
  tabs: vistas.map((ver) => ({ word: tabWords[ver], href: analiticaHref({ ...asked, ver }), current: ver === asked.ver })),
  view,
  pictures: view.drawing === null ? null : picturesOf(view.drawing, asked),
  since: since === null ? '' : `Hay datos desde el ${format.instant(since).text}.`,
  empty: view.words === '' ? emptyOf(asked, since) : null,
});

const picturesOf = (drawing: Drawing, asked: Asked) => {
  // The address changes with what it shows, so that a page kept open fetches it again.
  const v = createHash('sha256').update(JSON.stringify(drawing)).digest('hex').slice(0, 12);
  const picture = (tema: string, forma: string) => link('/graficos/analitica.svg', { ...asked, tema, forma, v });
  const themed = (tema: 'claro' | 'oscuro') => ({ tema, wide: picture(tema, 'ancho'), narrow: picture(tema, 'estrecho') });
  return { all: [themed('claro'), themed('oscuro')], width: wide, height: heightOf(drawing) };
};

const emptyOf = (asked: Asked, since: string | null) =>
  since === null
    ? nothingYet('analitica', 'Todavía no hay nada que contar', 'Aquí se verá lo que hagan los robots en cuanto corran.')
    : tooNarrow('No hay datos de esto en esas fechas.', analiticaHref({ ver: asked.ver }));
