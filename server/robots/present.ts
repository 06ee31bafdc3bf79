import type { Format } from '#server/lib/format.ts';
import { link, nothingYet, pageWords, type Tag, tooNarrow } from '#server/lib/tag.ts';
import { cutTextPage, type TextKey } from '#server/lib/text-page.ts';
import { chipsOf, flagText, kindWords, listHref } from './filter.ts';
import type { ListedRobot, Robot, RobotFilter } from './queries.ts';

export const robotHref = (robotId: string): string => `/robots/${encodeURIComponent(robotId)}`;

/** Whether it can start at all, before anybody asks when. */
export const stateOf = (robot: Pick<ListedRobot, 'activo' | 'presente_en_a360' | 'suspendido'>): Tag => {
  if (robot.presente_en_a360 !== 1) return { word: 'No está en A360', icon: 'duda', tone: 'mal' };
  if (robot.activo !== 1) return { word: 'Apagado', icon: 'apagado', tone: 'nada' };
  if (robot.suspendido === 1) return { word: 'Suspendido', icon: 'aviso', tone: 'ojo' };
  return { word: 'Activo', icon: 'hecho', tone: 'bien' };
};

/** «2 – 5», «desde 1». */
const limitWords = ({ min_equipos: min, max_equipos: max }: Robot): string => (max === -1 ? `desde ${min}` : `${min} – ${max}`);

const presentRow = (robot: ListedRobot, format: Format) => ({
  id: robot.robot_id,
  robot: robot.robot,
  href: robotHref(robot.robot_id),
  kind: kindWords[robot.kind],
  isA360: robot.kind === 'a360',
  state: stateOf(robot),
  active: robot.activo === 1,
  online: robot.es_online === 1,
  priority: robot.kind === 'a360' ? format.number(robot.prioridad_balanceo) : '—',
  limits: robot.kind === 'a360' ? limitWords(robot) : '—',
  ratio: robot.tickets_por_equipo_adicional === null ? '' : `${robot.tickets_por_equipo_adicional} tickets por equipo`,
  pool: robot.pool ?? 'General',
  equipos: { text: format.number(robot.equipos), href: `${robotHref(robot.robot_id)}#equipos` },
  programaciones: { text: format.number(robot.programaciones), href: link('/programaciones', { robot: robot.robot_id }) },
});

export type RobotRow = ReturnType<typeof presentRow>;

export const pageSize = 50;

export type Asked = { readonly filter: RobotFilter; readonly key: TextKey | null; readonly total: number; readonly edits: boolean };

/** The list under its filter. */
export const presentList = (found: readonly ListedRobot[], { filter, key, total, edits }: Asked, format: Format) => {
  const page = cutTextPage(found, key, pageSize, (robot) => robot.robot_id);
  const chips = chipsOf(filter);
  return {
    ...{ filter, chips, edits, rows: page.rows.map((robot) => presentRow(robot, format)) },
    total: `${format.number(total)} ${total === 1 ? 'robot' : 'robots'}`,
    asked: { activo: flagText(filter.activo) ?? '', online: flagText(filter.online) ?? '', kind: filter.kind ?? '' },
    empty: page.rows.length > 0 ? null : emptyOf(chips.length > 0),
    pager: {
      older: page.next && listHref(filter, page.next),
      newer: page.previous && listHref(filter, page.previous),
      words: pageWords,
    },
    stream: listHref(filter, key && `${key.forward ? 'tras' : 'ante'}-${key.id}`).replace('/robots', '/vivo/robots'),
  };
};

const emptyOf = (filtered: boolean) =>
  filtered
    ? tooNarrow('Ningún robot cumple todo lo que se pide.', '/robots')
    : nothingYet('robot', 'Todavía no hay robots', 'Los de A360 llegan con la sincronización.');
