import type { LastLoad } from '#server/carga/last-load.ts';
import type { Format } from '#server/lib/format.ts';
import { allDone, link, nothingYet, pageWords, type Question } from '#server/lib/tag.ts';
import { cutTextPage, type TextKey } from '#server/lib/text-page.ts';
import { proveedores, type Texts } from './fields.ts';
import type { ListedMapeo } from './queries.ts';

export const pageSize = 50;

export type MapeoParts = {
  readonly found: readonly ListedMapeo[];
  readonly key: TextKey | null;
  readonly unmapped: LastLoad['reading']['unmapped'];
  /** ROBOTS_MAPA_JSON. */
  readonly mapa: Readonly<Record<string, string>>;
  readonly robots: readonly { readonly robot_id: string; readonly robot: string }[];
  readonly edits: boolean;
};

/** Fills the form with that name. */
export const mapearHref = (proveedor: string, nombre: string): string => `${link('/mapeos', { proveedor, nombre_externo: nombre })}#nuevo`;

export const presentMapeos = (parts: MapeoParts, { values, reasons }: { values: Texts; reasons: Texts }, format: Format) => {
  const page = cutTextPage(parts.found, parts.key, pageSize, ({ mapeo_id }) => String(mapeo_id));
  const robotHref = (id: string) => `/robots/${encodeURIComponent(id)}`;
  return {
    title: 'Mapeos',
    edits: parts.edits,
    unmapped: parts.unmapped.map(({ proveedor, nombre, tickets, motivo }) => ({
      ...{ proveedor, nombre, motivo, tickets: format.number(tickets), mappable: proveedor !== 'local' },
      href: mapearHref(proveedor, nombre),
    })),
    rows: page.rows.map((row) => ({ ...row, href: robotHref(row.robot_id), ask: `borrar-${row.mapeo_id}` })),
    empty: page.rows.length > 0 ? null : emptyOf(parts),
    pager: {
      older: page.next && link('/mapeos', { pagina: page.next }),
      newer: page.previous && link('/mapeos', { pagina: page.previous }),
      words: pageWords,
    },
    mapa: Object.entries(parts.mapa).map(([nombre, robot]) => ({ nombre, robot })),
    form: formOf(parts, values, reasons),
    questions: page.rows.map(questionOf),
    refused: Object.keys(reasons).length > 0,
  };
};

const emptyOf = ({ unmapped }: MapeoParts) =>
  unmapped.length > 0
    ? nothingYet('mapeos', 'Todavía no hay mapeos', 'Los nombres de arriba esperan a que alguien diga de qué robot son.')
    : allDone('No hace falta ningún mapeo', 'Todo lo que cuentan las fuentes lleva a un robot por su propio nombre.');

const formOf = ({ robots }: MapeoParts, values: Texts, reasons: Texts) => {
  const field = (name: string, label: string, help: string) => ({
    ...{ name, label, help, type: 'text', autocomplete: 'off', value: values[name] ?? '', reason: reasons[name] ?? '' },
  });
  const choice = (name: string, label: string, choices: readonly (readonly [string, string])[]) => ({
    ...{ name, label, chosen: values[name] ?? '', reason: reasons[name] ?? '', choices },
  });
  return {
    proveedor: choice('proveedor', 'Fuente', [['', 'Elija una'], ...proveedores.map((one) => [one, one] as const)]),
    nombre: field('nombre_externo', 'Nombre que le da la fuente', 'Tal como lo escribe ella, con sus mayúsculas.'),
    robot: choice('robot_id', 'Robot', [
      ['', 'Elija uno'],
      ...robots.map(({ robot_id, robot }) => [robot_id, `${robot} (${robot_id})`] as const),
    ]),
    descripcion: field('descripcion', 'Descripción', 'Puede quedar vacía.'),
  };
};

const questionOf = ({ mapeo_id, proveedor, nombre_externo, robot, robot_id }: ListedMapeo): Question => ({
  id: `borrar-${mapeo_id}`,
  title: `Borrar el mapeo de «${nombre_externo}»`,
  effect: [
    `Los tickets que ${proveedor} cuente con ese nombre dejan de ir a ${robot ?? robot_id}.`,
    'Irán al robot que se llame igual; si no hay ninguno, a nadie.',
  ],
  action: `/mapeos/${mapeo_id}/borrar`,
  button: 'Borrar',
});
