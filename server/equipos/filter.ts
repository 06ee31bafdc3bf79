import { type Chip, link } from '#server/lib/tag.ts';
import { type Asignacion, asignaciones, type EquipoFilter } from './queries.ts';

const readFlag = (text: string): 0 | 1 | null => {
  if (text === '1') return 1;
  return text === '0' ? 0 : null;
};

/** The filter as it stands in the address (`q`, `conectado`, `activo`, `balanceo`, `pool`, `asignacion`, `orden`). */
export const readFilter = (text: (name: string) => string): EquipoFilter => ({
  q: text('q').slice(0, 100),
  conectado: readFlag(text('conectado')),
  activo: readFlag(text('activo')),
  balanceo: readFlag(text('balanceo')),
  pool: text('pool'),
  asignacion: asignaciones.find((one) => one === text('asignacion')) ?? null,
  orden: text('orden') === 'pool' ? 'pool' : 'nombre',
});

const flagText = (flag: 0 | 1 | null): string | null => (flag === null ? null : String(flag));

/** As parameters, and as the fields of its form show them. */
export const parametersOf = (filter: EquipoFilter) => ({
  ...{ q: filter.q, conectado: flagText(filter.conectado), activo: flagText(filter.activo), balanceo: flagText(filter.balanceo) },
  ...{ pool: filter.pool, asignacion: filter.asignacion, orden: filter.orden === 'nombre' ? null : filter.orden },
});

/** The list under that filter. */
export const listHref = (filter: EquipoFilter, pagina: string | null = null): string =>
  link('/equipos', { ...parametersOf(filter), pagina });

export const asignacionWords: Readonly<Record<Asignacion, string>> = {
  programado: 'Programado',
  reservado: 'Reservado',
  dinamico: 'Dinámico',
  disponible: 'Disponible',
};

/** Its removable parts. `poolName` says a pool by its name. */
export const chipsOf = (filter: EquipoFilter, poolName: (id: string) => string): Chip[] => {
  const chip = (there: boolean, label: string, without: Partial<EquipoFilter>): Chip[] =>
    there ? [{ label, remove: listHref({ ...filter, ...without }) }] : [];
  return [
    ...chip(filter.q !== '', `Texto: «${filter.q}»`, { q: '' }),
    ...chip(filter.conectado !== null, filter.conectado === 1 ? 'Conectados' : 'Desconectados', { conectado: null }),
    ...chip(filter.activo !== null, filter.activo === 1 ? 'Activos' : 'En mantenimiento', { activo: null }),
    ...chip(filter.balanceo !== null, filter.balanceo === 1 ? 'Del balanceador' : 'Fuera del balanceador', { balanceo: null }),
    ...chip(filter.pool !== '', `Pool: ${poolName(filter.pool)}`, { pool: '' }),
    ...chip(filter.asignacion !== null, filter.asignacion === null ? '' : asignacionWords[filter.asignacion], { asignacion: null }),
  ];
};
