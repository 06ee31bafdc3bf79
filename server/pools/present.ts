import type { Format } from '#server/lib/format.ts';
import { link, type Question, type Tag } from '#server/lib/tag.ts';
import type { Texts } from './fields.ts';
import { type Member, mostShown } from './members.ts';
import { type ListedPool, localPool } from './queries.ts';

export const poolHref = (poolId: string): string => `/pools/${encodeURIComponent(poolId)}`;

const stateOf = (activo: number): Tag =>
  activo === 1 ? { word: 'Activo', icon: 'hecho', tone: 'bien' } : { word: 'Apagado', icon: 'apagado', tone: 'nada' };

type Counts = { readonly robots: number; readonly equipos: number };

/** One row of the list; the General one and that of the threads have no page of their own. */
const rowOf = (
  pool: Pick<ListedPool, 'pool_id' | 'nombre' | 'descripcion' | 'activo'> & Counts,
  href: string,
  { uses, format }: { uses: Uses; format: Format },
) => ({
  use: pool.pool_id === localPool ? null : useOf(uses.get(pool.pool_id), format),
  ...{ id: pool.pool_id, nombre: pool.nombre, descripcion: pool.descripcion, href, state: stateOf(pool.activo) },
  robots: format.number(pool.robots),
  equipos: { text: format.number(pool.equipos), href: link('/equipos', { pool: pool.pool_id }) },
});

/** Equipos its robots need, those of it that are lent, and those that are free. */
type Use = { readonly necesita: number; readonly prestados: number; readonly libres: number };
type Uses = ReadonlyMap<string, Use>;

const useOf = (use: Use | undefined, format: Format) => ({
  needs: format.number(use?.necesita ?? 0),
  lent: format.number(use?.prestados ?? 0),
  free: format.number(use?.libres ?? 0),
  /** Its robots need more than it has. */
  short: use !== undefined && use.necesita > use.prestados + use.libres,
});

export const presentList = (pools: readonly ListedPool[], general: Counts, uses: Uses, format: Format) => [
  rowOf({ pool_id: 'general', nombre: 'General', descripcion: 'Lo que no está en ningún otro.', activo: 1, ...general }, '', {
    uses,
    format,
  }),
  ...pools.map((pool) => rowOf(pool, pool.pool_id === localPool ? '' : poolHref(pool.pool_id), { uses, format })),
];

/** The form of a pool; null = a new one. */
export const presentForm = (pool: ListedPool | null, values: Texts, reasons: Texts) => {
  const now: Texts = pool ? { nombre: pool.nombre, descripcion: pool.descripcion, activo: String(pool.activo), ...values } : values;
  const field = (name: string, label: string, help: string) => ({
    ...{ name, label, help, type: 'text', autocomplete: 'off', value: now[name] ?? '', reason: reasons[name] ?? '' },
  });
  return {
    action: pool ? poolHref(pool.pool_id) : '/pools',
    isNew: pool === null,
    fields: [field('nombre', 'Nombre', ''), field('descripcion', 'Descripción', 'Para qué es. Puede quedar vacía.')],
    active: now.activo !== '0',
    refused: Object.keys(reasons).length > 0,
  };
};

const presentMembers = (found: readonly Member[], base: string) =>
  found.map(({ id, name, pool }) => ({ id, name, href: `${base}/${encodeURIComponent(id)}`, now: pool ?? 'General' }));

export type PoolParts = {
  readonly pool: ListedPool;
  readonly robots: readonly Member[];
  readonly equipos: readonly Member[];
  readonly otherRobots: readonly Member[];
  readonly otherEquipos: readonly Member[];
  readonly search: string;
};

/** The page of a pool: its name, who is in it and who could be. */
export const presentOne = (parts: PoolParts, { values, reasons }: { values: Texts; reasons: Texts }, format: Format) => {
  const { pool } = parts;
  const hidden = Math.max(0, pool.robots - mostShown) + Math.max(0, pool.equipos - mostShown);
  return {
    ...{ title: pool.nombre, href: poolHref(pool.pool_id), state: stateOf(pool.activo), search: parts.search },
    form: presentForm(pool, values, reasons),
    lists: [
      {
        title: 'Robots',
        name: 'robot_id',
        members: presentMembers(parts.robots, '/robots'),
        others: presentMembers(parts.otherRobots, '/robots'),
      },
      {
        title: 'Equipos',
        name: 'equipo_id',
        members: presentMembers(parts.equipos, '/equipos'),
        others: presentMembers(parts.otherEquipos, '/equipos'),
      },
    ],
    isEmpty: pool.robots + pool.equipos === 0,
    more: hidden > 0 ? `Y ${format.number(hidden)} más, que se ven en Robots y en Equipos con el filtro del pool.` : '',
    membersReason: reasons.miembros ?? '',
    refused: Object.keys(reasons).length > 0,
    audit: link('/auditoria', { entidad: 'pool', id: pool.pool_id }),
    question: questionOf(pool),
  };
};

const questionOf = ({ pool_id, nombre, robots, equipos }: ListedPool): Question => ({
  id: 'borrar',
  title: `Borrar el pool «${nombre}»`,
  effect: [
    robots + equipos === 0
      ? 'No tiene nada dentro.'
      : `Sus ${robots} robots y ${equipos} equipos pasan al pool General, donde pueden trabajar con los de los demás.`,
  ],
  action: `${poolHref(pool_id)}/borrar`,
  button: 'Borrar',
});
