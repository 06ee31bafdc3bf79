import type { Format } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { type Chip, link, nothingYet, tooNarrow } from '#server/lib/tag.ts';
import type { Names } from './look.ts';
import type { Accion } from './model.ts';
import type { Decision } from './queries.ts';
import { accionTag, accionTags } from './words.ts';

/** The filter of the decisions as it stands in the address (`robot`, `accion`, `desde`, `hasta`). */
export type AskedDecisions = { readonly robot: string; readonly accion: Accion | null; readonly desde: string; readonly hasta: string };

export type DecisionPage = { readonly asked: AskedDecisions; readonly key: PageKey | null; readonly found: readonly Decision[] };

export const decisionsHref = (asked: Partial<AskedDecisions>, pagina: string | null = null): string =>
  link('/balance', { ...asked, pagina });

const idsOf = (json: string): string[] => {
  try {
    const ids: unknown = JSON.parse(json);
    return Array.isArray(ids) ? ids.map(String) : [];
  } catch {
    return [];
  }
};

const mostNames = 4;

export const presentDecision = (row: Decision, names: Pick<Names, 'equipos'>, format: Format) => {
  const ids = idsOf(row.equipos);
  return {
    ...{ id: row.id, at: format.instant(row.fecha), accion: accionTag(row.accion), why: row.justificacion },
    robot: row.robot ?? row.robotId,
    href: `/balance/${encodeURIComponent(row.robotId)}`,
    change: row.antes === row.despues ? format.number(row.despues) : `${format.number(row.antes)} → ${format.number(row.despues)}`,
    tickets: row.tickets === null ? '?' : format.number(row.tickets),
    equipos: ids.slice(0, mostNames).map((id) => ({ name: names.equipos.get(id) ?? id, href: `/equipos/${encodeURIComponent(id)}` })),
    more: ids.length > mostNames ? `y ${format.number(ids.length - mostNames)} más` : '',
  };
};

const chipsOf = (asked: AskedDecisions, names: Names): Chip[] => {
  const chip = (there: boolean, label: string, without: Partial<AskedDecisions>): Chip[] =>
    there ? [{ label, remove: decisionsHref({ ...asked, ...without }) }] : [];
  const day = (date: string) => date.split('-').reverse().join('/');
  return [
    ...chip(asked.robot !== '', `Robot: ${names.robots.get(asked.robot) ?? asked.robot}`, { robot: '' }),
    ...chip(asked.accion !== null, `Qué: ${asked.accion === null ? '' : accionTags[asked.accion].word}`, { accion: null }),
    ...chip(asked.desde !== '', `Desde el ${day(asked.desde)}`, { desde: '' }),
    ...chip(asked.hasta !== '', `Hasta el ${day(asked.hasta)}`, { hasta: '' }),
  ];
};

/** The history under its filter. */
export const presentDecisions = ({ asked, key, found }: DecisionPage, names: Names, format: Format) => {
  const page = cutPage(found, key);
  const chips = chipsOf(asked, names);
  return {
    asked: { robot: asked.robot, accion: asked.accion ?? '', desde: asked.desde, hasta: asked.hasta },
    chips,
    robots: [['', 'Todos'], ...[...names.robots].sort((a, b) => a[1].localeCompare(b[1], 'es'))],
    acciones: [['', 'Todas'], ...Object.entries(accionTags).map(([accion, { word }]) => [accion, word])],
    rows: page.rows.map((row) => presentDecision(row, names, format)),
    empty: page.rows.length > 0 ? null : emptyOf(chips.length > 0),
    pager: { older: page.olderKey && decisionsHref(asked, page.olderKey), newer: page.newerKey && decisionsHref(asked, page.newerKey) },
    stream: decisionsHref(asked, key && `${key.older ? 'antes' : 'despues'}-${key.id}`).replace('/balance', '/vivo/balance'),
  };
};

const emptyOf = (filtered: boolean) =>
  filtered
    ? tooNarrow('Ninguna decisión cumple todo lo que se pide.', '/balance')
    : nothingYet(
        'documento',
        'Todavía no se ha decidido nada',
        'Aquí queda cada equipo que se presta o se retira, y cada negativa, con su porqué.',
      );
