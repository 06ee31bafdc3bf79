import type { Format } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { type Empty, link, nothingYet, type Pager, type Question, type Tab, tooNarrow } from '#server/lib/tag.ts';
import type { Look } from './look.ts';
import type { Verdict, Why } from './pairs.ts';
import { type DryRun, mostSuspensions, type OpenSuspension } from './queries.ts';
import { gateSentence, type Names, whySentence, whyTag } from './words.ts';

/** `ver`: '' = all of them, `empiezan`, `no`. */
export type LanzadorFilter = { readonly robot: string; readonly equipo: string; readonly ver: string };

type Asked = { readonly filter: LanzadorFilter; readonly key: PageKey | null; readonly may: boolean };

/** The page of the launcher. `refused` = the reason given for holding it, and what is wrong with it. */
export const presentLanzador = (
  found: Look,
  asked: Asked,
  format: Format,
  refused?: { readonly value: string; readonly problem: string },
) => {
  const names = namesOf(found, format);
  const rows = found.decision.verdicts.map((verdict) => rowOf(verdict, found, names));
  const matching = rows.filter((row) => matches(row, asked.filter));
  const inView = matching.filter((row) => isInView(row, asked.filter.ver)).sort(byName);
  const key = asked.key !== null && inView.some((row) => row.id === asked.key?.id) ? asked.key : null;
  const page = cutPage(takeFrom(inView, key), key);
  const starts = matching.filter((row) => row.starts).length;
  return {
    title: 'Lanzador',
    verdict: judge(found, format),
    held: found.gate.kind === 'retenido',
    off: found.gate.kind === 'apagado',
    may: asked.may,
    at: format.instant(found.now),
    hold: holdQuestion(refused),
    filter: asked.filter,
    tabs: tabsOf(asked.filter, { all: matching.length, starts }, format),
    rows: page.rows,
    empty: emptyOf(found, asked.filter),
    pager: pagerOf(asked.filter, page),
    suspensions: found.suspensions.slice(0, mostSuspensions).map((one) => presentSuspension(one, format)),
    moreSuspensions: found.suspensions.length > mostSuspensions,
    stream: link('/vivo/lanzador', { ...asked.filter, pagina: key && `${key.older ? 'antes' : 'despues'}-${key.id}` }),
  };
};

const judge = ({ gate, decision, suspensions }: Look, format: Format) => {
  const closed = gateSentence(gate, format);
  const n = decision.pairs.length;
  const would =
    n === 0 ? 'Ahora no hay nada que lanzar.' : `Ahora mismo ${n === 1 ? 'empieza 1 robot' : `empiezan ${format.number(n)} robots`}.`;
  const findings = suspensions.length === 0 ? [] : [{ sentence: suspendedSentence(suspensions.length, format), href: '#suspensiones' }];
  const going = `El lanzador está en marcha. ${would}`;
  if (closed === null && findings.length > 0) return { tone: 'ojo', icon: 'aviso', title: going, findings };
  if (closed === null) return { tone: 'bien', icon: 'hecho', title: going, findings };
  const tone = gate.kind === 'retenido' ? 'ojo' : gate.kind === 'apagado' ? 'nada' : 'espera';
  return { tone, icon: gate.kind === 'apagado' ? 'apagado' : 'quieto', title: closed, findings };
};

const suspendedSentence = (n: number, format: Format): string => {
  const many = n > mostSuspensions ? `más de ${format.number(mostSuspensions)}` : format.number(n);
  return `${n === 1 ? '1 suspensión' : `${many} suspensiones`}: arregle la causa y reanude`;
};

const namesOf = ({ snapshot }: DryRun, format: Format): Names & Known => {
  const robots = new Map(snapshot.robots.map((one) => [one.robotId, one.robot]));
  const equipos = new Map(snapshot.equipos.map((one) => [one.equipoId, one.equipo]));
  return {
    robot: (robotId) => robots.get(robotId) ?? robotId,
    equipo: (equipoId) => equipos.get(equipoId) ?? equipoId,
    when: (iso) => format.instant(iso).text,
    known: { robots, equipos, programaciones: new Set(snapshot.programaciones.map((one) => one.programacionId)) },
  };
};

/** Only what there is can be looked at. */
type Ids = { has(id: string): boolean };
type Known = { readonly known: { readonly robots: Ids; readonly equipos: Ids; readonly programaciones: Ids } };

const hrefIn = (room: keyof Known['known'], id: string | null, { known }: Known): string | null =>
  id !== null && known[room].has(id) ? `/${room}/${encodeURIComponent(id)}` : null;

const rowOf = ({ asignacion, why }: Verdict, { gate }: Look, names: Names & Known) => ({
  id: asignacion.asignacionId,
  starts: why === null,
  robotId: asignacion.robotId,
  robot: names.robot(asignacion.robotId),
  equipoId: asignacion.equipoId,
  equipo: names.equipo(asignacion.equipoId),
  how: asignacion.esProgramado === 1 ? 'programado' : 'online',
  state: whyTag(why, gate),
  /** Said only of the rows that are shown. */
  get robotHref() {
    return hrefIn('robots', asignacion.robotId, names);
  },
  get equipoHref() {
    return hrefIn('equipos', asignacion.equipoId, names);
  },
  get programacionHref() {
    return hrefIn('programaciones', asignacion.programacionId, names);
  },
  get reason(): string {
    return why === null ? startsBecause(asignacion.esProgramado) : whySentence(why as Why, names);
  },
});
type Row = ReturnType<typeof rowOf>;

const startsBecause = (esProgramado: number): string =>
  esProgramado === 1 ? 'Está en su horario y el equipo está libre.' : 'Trabaja online y el equipo está libre.';

const matches = (row: Row, { robot, equipo }: LanzadorFilter): boolean =>
  [row.robot, row.robotId].some((text) => has(text, robot)) && [row.equipo, row.equipoId].some((text) => has(text, equipo));

const has = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

const isInView = (row: Row, ver: string): boolean => ver === '' || row.starts === (ver === 'empiezan');

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** What starts comes first; then by robot and equipo. */
const byName = (one: Row, other: Row): number =>
  Number(other.starts) - Number(one.starts) || compare(one.robot, other.robot) || compare(one.equipo, other.equipo) || one.id - other.id;

/** The rows after that one, or before it the nearest first. */
const takeFrom = (rows: readonly Row[], key: PageKey | null): readonly Row[] => {
  if (key === null) return rows;
  const index = rows.findIndex((row) => row.id === key.id);
  return key.older ? rows.slice(index + 1) : rows.slice(0, index).reverse();
};

const addressOf = (filter: LanzadorFilter, pagina?: string | null): string => link('/lanzador', { ...filter, pagina });

const pagerOf = (filter: LanzadorFilter, page: { readonly olderKey: string | null; readonly newerKey: string | null }): Pager => ({
  older: page.olderKey && addressOf(filter, page.olderKey),
  newer: page.newerKey && addressOf(filter, page.newerKey),
});

const tabsOf = (filter: LanzadorFilter, { all, starts }: { all: number; starts: number }, format: Format): Tab[] => {
  const tab = (word: string, ver: string, n: number): Tab => ({
    ...{ word, href: addressOf({ ...filter, ver }), current: filter.ver === ver, count: format.number(n) },
  });
  return [tab('Todas', '', all), tab('Empiezan ahora', 'empiezan', starts), tab('No empiezan', 'no', all - starts)];
};

const emptyOf = ({ snapshot }: Look, { robot, equipo, ver }: LanzadorFilter): Empty => {
  if (snapshot.asignaciones.length === 0)
    return nothingYet(
      'robot',
      'Ningún robot tiene equipos',
      'Asigne equipos a un robot, o haga una programación, y aquí se verá cuándo empieza.',
    );
  if (robot === '' && equipo === '')
    return tooNarrow(ver === 'empiezan' ? 'Ahora mismo no empieza ninguno.' : 'Todos empiezan ahora.', '/lanzador');
  return tooNarrow('Ninguna asignación es de ese robot y ese equipo.', '/lanzador');
};

const presentSuspension = (one: OpenSuspension, format: Format) => {
  const robot = one.robot ?? one.robotId;
  const equipo = one.equipo ?? one.equipoId;
  return {
    id: one.id,
    what: robot === null ? `Equipo ${equipo}` : equipo === null ? `Robot ${robot}, en todos sus equipos` : `Robot ${robot} en ${equipo}`,
    motivo: one.motivo,
    since: format.instant(one.desde),
    until: format.instant(one.hasta),
    resume: resumeOf(one),
  };
};

const resumeOf = ({ robotId, equipoId, asignacionId }: OpenSuspension): string => {
  if (robotId === null) return `/equipos/${encodeURIComponent(equipoId ?? '')}/reanudar`;
  if (equipoId !== null && asignacionId !== null) return `/asignaciones/${asignacionId}/reanudar`;
  return `/robots/${encodeURIComponent(robotId)}/reanudar`;
};

const holdQuestion = (refused?: { readonly value: string; readonly problem: string }): Question => ({
  id: 'retener',
  title: 'Retener el lanzador',
  effect: [
    'Desde ahora no se lanza ningún robot de A360, hasta que alguien lo suelte.',
    'Lo que ya está en marcha sigue, y se concilia igual.',
  ],
  action: '/lanzador/retener',
  button: 'Retener',
  reason: { label: 'Por qué', ...refused },
});
