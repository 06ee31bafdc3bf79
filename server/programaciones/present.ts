import { eventsOf } from '#server/historial/queries.ts';
import { tellAll } from '#server/historial/story.ts';
import type { Instant } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { type Chip, type Empty, link, nothingYet, type Pager, type Question, type Tag, tooNarrow } from '#server/lib/tag.ts';
import type { Web } from '#server/web.ts';
import { calendarOf } from './fields.ts';
import { presentForm, shownValues, type Typed } from './form.ts';
import { nextOccurrences } from './occurrences.ts';
import { type PrevistasView, presentPrevistas } from './previstas.ts';
import { type Filter, findPage, type Machine, machinesOf, type Row, scheduledRobots } from './queries.ts';
import { describe, hrefOf, type Type, types, typeWords } from './rules.ts';
import { blankValues, equiposOf } from './wanted.ts';

export type RowView = {
  readonly id: number;
  readonly href: string;
  readonly robot: string;
  readonly robotHref: string;
  /** When it fires, in words. */
  readonly description: string;
  /** Why one cannot be read. */
  readonly problem: string;
  readonly state: Tag;
  readonly active: boolean;
  readonly next: Instant | null;
  readonly machines: string;
};

export const presentRow = ({ deps, format }: Web, row: Row, machines: readonly Machine[]): RowView => {
  const read = calendarOf(row);
  const active = row.activo === 1;
  const next = read.ok && active ? nextOccurrences(read.calendar, deps.config.TZ_NEGOCIO, deps.clock.now(), 1)[0] : undefined;
  return {
    id: row.id,
    href: hrefOf(row),
    robot: row.robot,
    robotHref: link('/programaciones', { robot: row.robot_id }),
    description: read.ok ? describe(read.calendar) : 'Programación no válida',
    problem: read.ok ? '' : read.problems.join(' '),
    state: stateOf(read.ok, active),
    active,
    next: next ? format.instant(next.toISOString()) : null,
    machines: machineWords(machines),
  };
};

const stateOf = (valid: boolean, active: boolean): Tag => {
  if (!valid) return { word: 'No válida', icon: 'aviso', tone: 'mal' };
  return active ? { word: 'Encendida', icon: 'hecho', tone: 'bien' } : { word: 'Apagada', icon: 'apagado', tone: 'nada' };
};

const shownMachines = 3;
const machineWords = (machines: readonly Machine[]): string => {
  if (machines.length === 0) return 'Ninguno: no se lanza nada';
  const names = machines
    .slice(0, shownMachines)
    .map((machine) => (machine.activo_sam === 1 ? machine.equipo : `${machine.equipo} (en mantenimiento)`));
  const more = machines.length - shownMachines;
  return more > 0 ? `${names.join(', ')} y ${more} más` : names.join(', ');
};

/** `/programaciones` as one page of it shows. */
export const presentList = (web: Web, filter: Filter, key: PageKey | null) => {
  const { db } = web.deps;
  const page = cutPage(findPage(db, filter, key), key);
  const machines = machinesOf(
    db,
    page.rows.map((row) => row.programacion_id),
  );
  const pageLink = (pagina: string | null) => pagina && link('/programaciones', { ...filter, pagina });
  const robots = scheduledRobots(db);
  return {
    title: 'Programaciones',
    filter,
    robots,
    types: types.map((type) => ({ type, word: typeWords[type], chosen: type === filter.tipo })),
    chips: chipsOf(filter, robots),
    rows: page.rows.map((row) => presentRow(web, row, machines.get(row.programacion_id) ?? [])),
    pager: { older: pageLink(page.olderKey), newer: pageLink(page.newerKey) } satisfies Pager,
    empty: page.rows.length > 0 ? null : emptyOf(filter),
    stream: link('/vivo/programaciones', { ...filter, pagina: key && `${key.older ? 'antes' : 'despues'}-${key.id}` }),
  };
};

const chipsOf = (filter: Filter, robots: readonly { readonly robot_id: string; readonly robot: string }[]): Chip[] => [
  ...(filter.tipo === null
    ? []
    : [{ label: `Tipo: ${typeWords[filter.tipo as Type]}`, remove: link('/programaciones', { ...filter, tipo: null }) }]),
  ...(filter.robot === null
    ? []
    : [
        {
          label: `Robot: ${robots.find((robot) => robot.robot_id === filter.robot)?.robot ?? filter.robot}`,
          remove: link('/programaciones', { ...filter, robot: null }),
        },
      ]),
];

const emptyOf = (filter: Filter): Empty =>
  filter.tipo === null && filter.robot === null
    ? nothingYet('reloj', 'Todavía no hay programaciones', 'Una programación dice cuándo se lanza un robot, y en qué equipos.', {
        href: '/programaciones/nueva',
        action: 'Añadir programación',
      })
    : tooNarrow('Ninguna programación es de ese tipo y de ese robot.', '/programaciones');

/** What a form is shown with besides what is stored; `search` = only its machines were looked for. */
export type Given = Partial<Typed> & { readonly previstas?: PrevistasView };

/** The form of a new one. */
export const presentNew = (web: Web, { values = blankValues, reasons = {}, equipoIds = [], previstas }: Given) => ({
  title: 'Programación nueva',
  form: presentForm(web.deps.db, null, { values, reasons, equipoIds }),
  previstas: previstas ?? null,
});

/** Everything the page of one shows. */
export const presentOne = (web: Web, row: Row, given: Given) => {
  const { db } = web.deps;
  const { programacion_id: programacionId } = row;
  const values = given.values ?? shownValues(row);
  const equipoIds = given.equipoIds ?? equiposOf(db, programacionId);
  const machines = machinesOf(db, [programacionId]).get(programacionId) ?? [];
  const view = presentRow(web, row, machines);
  return {
    title: `Programación de ${row.robot}`,
    row: view,
    machines: machines.map((machine) => machine.equipo),
    form: presentForm(db, programacionId, { values, reasons: given.reasons ?? {}, equipoIds }),
    previstas: given.previstas ?? presentPrevistas(web, { programacionId, values, equipoIds }),
    question: deletion(view),
    history: tellAll(eventsOf(db, 'programacion', programacionId), web.format),
  };
};

const deletion = ({ href, robot }: RowView): Question => ({
  id: 'borrar',
  title: `¿Borrar esta programación de ${robot}?`,
  effect: [
    'No se lanzará nada más por ella. Lo que ya esté en marcha sigue hasta su final.',
    'Sus equipos quedan libres; los que ninguna otra programación use vuelven a repartirse, si se repartían antes.',
  ],
  action: `${href}/borrar`,
  button: 'Borrar la programación',
});
