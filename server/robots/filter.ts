import { type Chip, link } from '#server/lib/tag.ts';
import type { Kind } from './fields.ts';
import type { RobotFilter } from './queries.ts';

/** The filter as it stands in the address (`q`, `activo`, `online`, `kind`, `orden`); an unknown value narrows nothing. */
export const readFilter = (text: (name: string) => string): RobotFilter => {
  const kind = text('kind');
  return {
    q: text('q').slice(0, 100),
    activo: readFlag(text('activo')),
    online: readFlag(text('online')),
    kind: kind === 'a360' || kind === 'playwright' ? kind : null,
    orden: text('orden') === 'prioridad' ? 'prioridad' : 'nombre',
  };
};

/** '1' and '0'; anything else asks for both. */
export const readFlag = (text: string): 0 | 1 | null => {
  if (text === '1') return 1;
  return text === '0' ? 0 : null;
};

export const flagText = (flag: 0 | 1 | null): string | null => (flag === null ? null : String(flag));

export const kindWords: Readonly<Record<Kind, string>> = { a360: 'A360', playwright: 'navegador' };

/** The list under that filter. */
export const listHref = (filter: RobotFilter, pagina: string | null = null): string =>
  link('/robots', {
    ...{ q: filter.q, activo: flagText(filter.activo), online: flagText(filter.online), kind: filter.kind },
    ...{ orden: filter.orden === 'nombre' ? null : filter.orden, pagina },
  });

/** Its removable parts. */
export const chipsOf = (filter: RobotFilter): Chip[] => {
  const chip = (label: string, without: Partial<RobotFilter>): Chip => ({ label, remove: listHref({ ...filter, ...without }) });
  return [
    ...(filter.q === '' ? [] : [chip(`Texto: «${filter.q}»`, { q: '' })]),
    ...(filter.activo === null ? [] : [chip(filter.activo === 1 ? 'Activos' : 'Apagados', { activo: null })]),
    ...(filter.online === null ? [] : [chip(filter.online === 1 ? 'En línea' : 'Solo por calendario', { online: null })]),
    ...(filter.kind === null ? [] : [chip(`De ${kindWords[filter.kind]}`, { kind: null })]),
  ];
};
