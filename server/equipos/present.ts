import type { Format } from '#server/lib/format.ts';
import { nothingYet, pageWords, type Question, type Tag, tooNarrow } from '#server/lib/tag.ts';
import { cutTextPage, type TextKey } from '#server/lib/text-page.ts';
import type { Texts } from './fields.ts';
import { chipsOf, listHref, parametersOf } from './filter.ts';
import type { Equipo, EquipoFilter, ListedEquipo, Run, Use } from './queries.ts';
import { hasValidLicence, isLocal } from './rules.ts';

export const equipoHref = (equipoId: string): string => `/equipos/${encodeURIComponent(equipoId)}`;

/** What keeps robots from starting there; the first thing that does. */
export const stateOf = (equipo: Equipo): Tag => {
  const local = isLocal(equipo.equipo_id);
  if (equipo.presente_en_a360 !== 1) return { word: 'No está en A360', icon: 'duda', tone: 'mal' };
  if (equipo.activo_sam !== 1) return { word: 'En mantenimiento', icon: 'apagado', tone: 'nada' };
  if (equipo.conectado !== 1) return { word: 'Desconectado', icon: 'fallo', tone: 'mal' };
  if (equipo.user_activo !== 1) return { word: 'Usuario desactivado en A360', icon: 'aviso', tone: 'ojo' };
  if (!local && !equipo.user_id) return { word: 'Sin usuario', icon: 'aviso', tone: 'ojo' };
  if (!local && !hasValidLicence(equipo.licencia)) return { word: 'Sin licencia válida', icon: 'aviso', tone: 'ojo' };
  return { word: 'Listo', icon: 'hecho', tone: 'bien' };
};

const kinds = {
  programado: { word: 'Programado', icon: 'reloj', tone: 'vivo' },
  reservado: { word: 'Reservado', icon: 'mano', tone: 'espera' },
  dinamico: { word: 'Dinámico', icon: 'ciclos', tone: 'nada' },
  disponible: { word: 'Disponible', icon: 'hecho', tone: 'bien' },
} as const satisfies Record<string, Tag>;

const kindOf = (use: Use): 'programado' | 'reservado' | 'dinamico' => {
  if (use.es_programado === 1) return 'programado';
  return use.reservado === 1 ? 'reservado' : 'dinamico';
};

const rank = ['programado', 'reservado', 'dinamico'] as const;

/** Whose it is by the strongest of its assignments, and for which robots. */
export const useOf = (uses: readonly Use[]) => {
  const strongest = rank.find((kind) => uses.some((use) => kindOf(use) === kind));
  const robots = uses.filter((use) => kindOf(use) === strongest);
  return {
    state: kinds[strongest ?? 'disponible'],
    robots: robots.slice(0, 3).map((use) => ({ robot: use.robot ?? use.robot_id, href: `/robots/${encodeURIComponent(use.robot_id)}` })),
    more: robots.length > 3 ? `y ${robots.length - 3} más` : '',
  };
};

/** The run that holds it. */
const busyOf = (run: Run | undefined, format: Format) =>
  run
    ? {
        what: run.robot ?? 'un robot que ya no existe',
        href: run.tramite_id === null ? `/ejecuciones/${encodeURIComponent(run.ejecucion_id)}` : `/cola/${run.tramite_id}`,
        estado: run.estado,
        since: format.instant(run.fecha_inicio),
      }
    : null;

export type Around = { readonly uses: readonly Use[]; readonly runs: readonly Run[]; readonly format: Format };

export const presentRow = (equipo: ListedEquipo, { uses, runs, format }: Around) => {
  const id = equipo.equipo_id;
  return {
    ...{ id, equipo: equipo.equipo, href: equipoHref(id), local: isLocal(id), manual: equipo.manual === 1, state: stateOf(equipo) },
    user: equipo.user_name ?? '',
    licence: equipo.licencia ?? '—',
    connected: equipo.conectado === 1,
    active: equipo.activo_sam === 1,
    balanced: equipo.permite_balanceo_dinamico === 1,
    pool: isLocal(id) ? 'Esta máquina' : (equipo.pool ?? 'General'),
    use: isLocal(id) ? null : useOf(uses.filter((use) => use.equipo_id === id)),
    busy: busyOf(
      runs.find((run) => run.equipo_id === id),
      format,
    ),
  };
};

export const pageSize = 50;

export type Pools = readonly { readonly pool_id: string; readonly nombre: string }[];

export type Asked = {
  readonly filter: EquipoFilter;
  readonly key: TextKey | null;
  readonly total: number;
  readonly edits: boolean;
  readonly pools: Pools;
};

/** The list under its filter; `around` gives what its rows need beyond themselves. */
export const presentList = (found: readonly ListedEquipo[], asked: Asked, around: (ids: readonly string[]) => Around) => {
  const { filter, key, total, edits, pools } = asked;
  const page = cutTextPage(found, key, pageSize, (equipo) => equipo.equipo_id);
  const near = around(page.rows.map((equipo) => equipo.equipo_id));
  const poolName = (id: string) => (id === 'general' ? 'General' : (pools.find((pool) => pool.pool_id === id)?.nombre ?? id));
  const chips = chipsOf(filter, poolName);
  return {
    ...{ edits, chips, asked: parametersOf(filter), rows: page.rows.map((equipo) => presentRow(equipo, near)) },
    poolChoices: [['', 'Todos'], ['general', 'General'], ['local', 'Esta máquina'], ...pools.map((pool) => [pool.pool_id, pool.nombre])],
    total: `${near.format.number(total)} ${total === 1 ? 'equipo' : 'equipos'}`,
    empty: page.rows.length > 0 ? null : emptyOf(chips.length > 0),
    pager: { older: page.next && listHref(filter, page.next), newer: page.previous && listHref(filter, page.previous), words: pageWords },
    stream: listHref(filter, key && `${key.forward ? 'tras' : 'ante'}-${key.id}`).replace('/equipos', '/vivo/equipos'),
  };
};

const emptyOf = (filtered: boolean) =>
  filtered
    ? tooNarrow('Ningún equipo cumple todo lo que se pide.', '/equipos')
    : nothingYet('pantalla', 'Todavía no hay equipos', 'Los de A360 llegan con la sincronización; también se pueden añadir a mano.');

const own: Readonly<Record<string, readonly [label: string, help: string]>> = {
  equipo_id: ['Identificador en A360', 'El deviceId de la máquina en el Control Room. No se puede cambiar después.'],
  equipo: ['Nombre de la máquina', ''],
  user_id: ['Número del usuario', 'El usuario de A360 con el que trabaja. Sin él no se lanza nada aquí.'],
  user_name: ['Nombre del usuario', ''],
  licencia: ['Licencia', 'ATTENDEDRUNTIME o RUNTIME; varias, separadas por comas.'],
};

/** The form of a machine: one that sync brings has less of it. */
export const presentForm = (equipo: Equipo | null, pools: Pools, values: Texts, reasons: Texts) => {
  const before: Texts = equipo
    ? Object.fromEntries(Object.entries(equipo).map(([name, value]) => [name, value === null ? '' : String(value)]))
    : { activo_sam: '1', permite_balanceo_dinamico: '0' };
  const now: Texts = { ...before, ...values };
  const manual = equipo === null || equipo.manual === 1;
  const local = equipo !== null && isLocal(equipo.equipo_id);
  const field = (name: string) => ({
    ...{ name, label: own[name]?.[0] ?? name, help: own[name]?.[1] ?? '', type: 'text', autocomplete: 'off' },
    ...{ value: now[name] ?? '', reason: reasons[name] ?? '' },
  });
  const flag = (name: string, label: string, help: string) => ({
    name,
    label,
    help,
    checked: now[name] === '1',
    reason: reasons[name] ?? '',
  });
  return {
    action: equipo ? equipoHref(equipo.equipo_id) : '/equipos',
    isNew: equipo === null,
    fields:
      manual && !local
        ? Object.keys(own)
            .filter((name) => equipo === null || name !== 'equipo_id')
            .map(field)
        : [],
    flags: [
      flag('activo_sam', 'Activo', 'Sin marcar está en mantenimiento: no se lanza nada nuevo en él. Lo que ya corre, sigue.'),
      ...(local
        ? []
        : [flag('permite_balanceo_dinamico', 'Del balanceador', 'El balanceador puede prestarlo al robot que más lo necesite.')]),
    ],
    pool: local ? null : { chosen: now.pool_id ?? '', reason: reasons.pool_id ?? '', choices: pools },
    refused: Object.keys(reasons).length > 0,
  };
};

/** How one added by hand can be deleted, or why it cannot; null for those of A360 unless somebody tried. @param why see whyNotDeleted */
export const presentRemoval = ({ equipo_id, equipo, manual }: Equipo, why: string | null, tried: boolean) =>
  manual !== 1 && !tried
    ? null
    : {
        why: why ?? '',
        question: {
          id: 'borrar',
          title: `Borrar el equipo «${equipo}»`,
          effect: ['No tiene asignaciones ni ha trabajado nunca.', 'Si A360 lo muestra, la próxima sincronización lo trae otra vez.'],
          action: `${equipoHref(equipo_id)}/borrar`,
          button: 'Borrar',
        } satisfies Question,
      };
