import { canOf, type Who } from '#server/acceso/gate.ts';
import type { Format } from '#server/lib/format.ts';
import { cutPage, type PageKey, pageSize } from '#server/lib/page.ts';
import { type Chip, type Empty, link, nothingYet, type Tab, tooNarrow } from '#server/lib/tag.ts';
import type { Web } from '#server/web.ts';
import { equipoName, findRunPage, findWaiting, type RunFilter, type RunRow, robotNames } from './find-runs.ts';
import { type Remarkable as Open, readRemarkable } from './remarkable.ts';
import { hrefOfRun, ordersOf, originWord, runTag } from './words.ts';

/** The views of the list, as `ver` in the URL names them. */
export const views = ['activas', 'demoradas', 'huerfanas', 'terminadas', 'todas'] as const;
export type View = (typeof views)[number];
export type Asked = RunFilter & { readonly view: View };

const viewWords: Readonly<Record<View, string>> = {
  ...{ activas: 'Activas', demoradas: 'Demoradas', huerfanas: 'Huérfanas', terminadas: 'Terminadas', todas: 'Todas' },
};

const parametersOf = ({ view, robot, equipo }: Asked) => ({ ver: view === 'activas' ? null : view, robot, equipo });
const hrefOf = (asked: Asked, more: Record<string, string | null> = {}): string =>
  link('/ejecuciones', { ...parametersOf(asked), ...more });

const ofFilter = (run: RunRow, { robot, equipo }: RunFilter): boolean =>
  (robot === null || run.robot_id === robot) && (equipo === null || run.equipo_id === equipo);

const inView = (open: Open, asked: Asked): RunRow[] => {
  const matching = open.all.filter((run) => ofFilter(run, asked));
  if (asked.view === 'demoradas') return matching.filter(({ id }) => open.delayed.has(id));
  if (asked.view === 'huerfanas') return matching.filter(({ id }) => open.orphans.has(id));
  return matching;
};

/** Open ones are few enough to be cut here. */
const cutOpen = (rows: readonly RunRow[], key: PageKey | null): RunRow[] => {
  const older = key?.older ?? true;
  const there = rows.filter(({ id }) => key === null || (older ? id < key.id : id > key.id));
  return there.sort((a, b) => (older ? b.id - a.id : a.id - b.id)).slice(0, pageSize + 1);
};

const noteOf = (run: RunRow, open: Open): string => {
  if (open.delayed.has(run.id)) return 'demorada';
  if (open.orphans.has(run.id)) return 'huérfana: lleva demasiado en la cola de A360';
  if (run.parada_pedida_at !== null && run.fecha_fin === null) return 'se ha pedido que pare';
  if (run.fecha_fin === null && run.no_encontrada > 0) return `A360 no la encuentra (${run.no_encontrada})`;
  return run.mensaje ?? '';
};

const presentRow = (run: RunRow, open: Open, format: Format) => ({
  ...{ id: run.id, href: hrefOfRun(run.ejecucion_id), robot: run.robot ?? run.robot_id, equipo: run.equipo ?? run.equipo_id ?? '—' },
  state: runTag(run.estado),
  note: noteOf(run, open),
  began: format.instant(run.fecha_inicio),
  ended: format.instant(run.fecha_fin),
  took: format.elapsed(run.fecha_inicio_real ?? run.fecha_inicio, run.fecha_fin),
  origin: run.fecha_fin === null ? '' : originWord(run.origen),
  tramite: run.tramite_id,
  can: ordersOf(run),
});

const chipsOf = (asked: Asked, names: { robot: string; equipo: string }): Chip[] => [
  ...(asked.robot === null ? [] : [{ label: `Robot: ${names.robot}`, remove: hrefOf({ ...asked, robot: null }) }]),
  ...(asked.equipo === null ? [] : [{ label: `Equipo: ${names.equipo}`, remove: hrefOf({ ...asked, equipo: null }) }]),
];

const shownLetters = 50;

/** Everything `/ejecuciones` shows. */
export const presentRuns = (web: Web, asked: Asked, wanted: PageKey | null, who: Pick<Who, 'rol'>) => {
  const { deps, format } = web;
  const open = readRemarkable(deps);
  const isOpenView = asked.view !== 'terminadas' && asked.view !== 'todas';
  const found = isOpenView
    ? { rows: cutOpen(inView(open, asked), wanted), key: wanted }
    : findRunPage(deps.db, asked, wanted, asked.view === 'terminadas');
  const page = cutPage(found.rows, found.key);
  const pageLink = (pagina: string | null) => pagina && hrefOf(asked, { pagina });
  const robots = robotNames(deps.db);
  const robot = robots.find(({ robot_id }) => robot_id === asked.robot)?.robot ?? asked.robot ?? '';
  const equipo = asked.equipo === null ? '' : equipoName(deps.db, asked.equipo);
  const letters = findWaiting(deps.db, shownLetters);
  return {
    ...{ title: 'Ejecuciones', asked, robots, equipo, chips: chipsOf(asked, { robot, equipo }) },
    verdict: verdictOf(open, letters.length, asked),
    tabs: tabsOf(open, asked, format),
    list: {
      rows: page.rows.map((run) => presentRow(run, open, format)),
      pager: { older: pageLink(page.olderKey), newer: pageLink(page.newerKey) },
      empty: page.rows.length > 0 ? null : emptyOf(asked, wanted),
      orders: canOf(who)('lanzador.mandar'),
    },
    letters: letters.map(({ recibido_at, ...letter }) => ({ ...letter, at: format.instant(recibido_at) })),
    stream: link('/vivo/ejecuciones', {
      ...parametersOf(asked),
      pagina: found.key && `${found.key.older ? 'antes' : 'despues'}-${found.key.id}`,
    }),
  };
};

const tabsOf = (open: Open, asked: Asked, format: Format): Tab[] =>
  views.map((view) => ({
    ...{ word: viewWords[view], href: hrefOf({ ...asked, view }), current: view === asked.view },
    ...(view === 'terminadas' || view === 'todas' ? {} : { count: format.number(inView(open, { ...asked, view }).length) }),
  }));

const many = (n: number, one: string, more: string): string => (n === 1 ? `1 ${one}` : `${n} ${more}`);

const lettersSentence = (n: number): string =>
  n < shownLetters ? `${many(n, 'aviso', 'avisos')} de A360 sin ejecución` : `${n} avisos de A360 sin ejecución, o más`;

const verdictOf = (open: Open, letters: number, asked: Asked) => {
  const all: Asked = { ...asked, robot: null, equipo: null };
  const unknown = open.all.filter(({ estado }) => estado === 'UNKNOWN').length;
  const findings = [
    ...(open.delayed.size === 0
      ? []
      : [{ sentence: many(open.delayed.size, 'demorada', 'demoradas'), href: hrefOf({ ...all, view: 'demoradas' }) }]),
    ...(open.orphans.size === 0
      ? []
      : [
          {
            sentence: many(open.orphans.size, 'huérfana en la cola de A360', 'huérfanas en la cola de A360'),
            href: hrefOf({ ...all, view: 'huerfanas' }),
          },
        ]),
    ...(unknown === 0
      ? []
      : [{ sentence: `${many(unknown, 'ejecución', 'ejecuciones')} de las que A360 no sabe decir cómo van`, href: '' }]),
    ...(letters === 0 ? [] : [{ sentence: lettersSentence(letters), href: '#avisos' }]),
  ];
  const going = many(open.all.length, 'ejecución abierta', 'ejecuciones abiertas');
  if (findings.length > 0) return { tone: 'ojo', icon: 'aviso', title: `Hay algo que mirar: ${going}`, href: null, findings };
  const title = open.all.length === 0 ? 'No hay nada en marcha' : `Todo va bien: ${going}`;
  return { tone: open.all.length === 0 ? 'nada' : 'bien', icon: open.all.length === 0 ? 'quieto' : 'hecho', title, href: null, findings };
};

const emptyOf = (asked: Asked, key: PageKey | null): Empty => {
  if (key !== null)
    return {
      ...nothingYet('robot', 'No hay más ejecuciones', 'Esta página ya no tiene filas.'),
      href: hrefOf(asked),
      action: 'Ver las más recientes',
    };
  if (asked.robot !== null || asked.equipo !== null)
    return tooNarrow('Ninguna ejecución de ese robot o ese equipo está en esta vista.', hrefOf({ ...asked, robot: null, equipo: null }));
  if (asked.view === 'demoradas')
    return nothingYet('hecho', 'Ninguna va con retraso', 'Se compara cada una con lo que suele tardar su robot.');
  if (asked.view === 'huerfanas')
    return nothingYet('hecho', 'Ninguna espera de más', 'Ninguna lleva más de cinco minutos en la cola de A360.');
  return nothingYet('robot', 'Nada en esta vista', 'Las ejecuciones aparecen cuando un robot empieza: las de A360 y las de este servidor.');
};
