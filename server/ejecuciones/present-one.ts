import type { Deps } from '#server/deps.ts';
import { eventsOf, type StoredEvent } from '#server/historial/queries.ts';
import { tellAll } from '#server/historial/story.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import type { Question } from '#server/lib/tag.ts';
import { findRun, type RunRow, type WholeRun } from './find-runs.ts';
import { judgeRun } from './judge-run.ts';
import { readRemarkableOf } from './remarkable.ts';
import { hrefOfRun, ordersOf, originWord, runTag } from './words.ts';

/** What was refused, by field, and what was typed. */
export type Refusal = { readonly fields: Readonly<Record<string, string>>; readonly motivo: string };

type RunTools = { readonly deps: Pick<Deps, 'db' | 'clock' | 'config'>; readonly format: Format };

/** One run; `may` = whoever looks may order it about. @throws NotFoundError */
export const presentRun = ({ deps, format }: RunTools, id: string, may: boolean, refusal?: Refusal) => {
  const run = findRun(deps.db, id);
  if (run === null) throw new NotFoundError('Esa ejecución no existe.');
  const can = ordersOf(run);
  const events = eventsOf(deps.db, 'ejecucion', run.ejecucion_id);
  const { delayed, orphans } = readRemarkableOf(deps, run.robot_id);
  return {
    title: `${run.robot ?? run.robot_id} en ${run.equipo ?? run.equipo_id ?? 'ningún equipo'}`,
    ...{ run, state: runTag(run.estado), problem: refusal?.fields.parar ?? null, stream: `/vivo${hrefOfRun(run.ejecucion_id)}` },
    verdict: judgeRun(run, { delayed: delayed.has(run.id), orphan: orphans.has(run.id) }, format),
    tramite: run.tramite_id === null ? null : `/cola/${run.tramite_id}`,
    facts: factsOf(run, format),
    input: inputOf(events),
    callback: run.callback_info === null ? null : pretty(run.callback_info),
    history: tellAll(events, format),
    orders: { stop: may && can.stop, unlock: may && can.unlock },
    questions: may ? questionsOf(run, can, refusal) : [],
  };
};

const pretty = (json: string): string => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
};

/** What the bot was given, as the launcher wrote it down; null when it did not. */
const inputOf = (events: readonly StoredEvent[]): readonly { nombre: string; tipo: string; valor: string }[] | null => {
  const told = events.find(({ kind }) => kind === 'called')?.data.input;
  if (!Array.isArray(told)) return null;
  return told.map((one) => ({ nombre: String(one?.nombre ?? ''), tipo: String(one?.tipo ?? ''), valor: String(one?.valor ?? '') }));
};

/** One of three: words, words that lead somewhere, an instant. */
type Fact = { readonly label: string; readonly value: string; readonly href?: string | null; readonly at?: Instant | null };

const factsOf = (run: WholeRun, format: Format): Fact[] => {
  const fact = (label: string, value: string | null, href: string | null = null): Fact[] =>
    value === null || value === '' ? [] : [{ label, value, href }];
  const when = (label: string, iso: string | null): Fact[] => (iso === null ? [] : [{ label, value: '', at: format.instant(iso) }]);
  const to = (room: string, id: string | null, known: unknown) => (known === null ? null : `/${room}/${encodeURIComponent(id ?? '')}`);
  const named = (name: string | null, id: string | null) => (id === null || name === null ? id : `${name} (${id})`);
  const { robot_id, equipo_id, programacion_id } = run;
  return [
    ...fact('Robot', named(run.robot, robot_id), to('robots', robot_id, run.robot)),
    ...fact('Equipo', named(run.equipo, equipo_id), to('equipos', equipo_id, run.equipo)),
    ...fact('Programación', run.programacion ?? programacion_id, to('programaciones', programacion_id, run.programacion)),
    ...when('Hora teórica', run.fecha_teorica),
    ...when('Lanzada', run.fecha_inicio),
    ...when('Empezó', run.fecha_inicio_real),
    ...when('Terminó', run.fecha_fin),
    ...fact('Duración', format.elapsed(run.fecha_inicio_real ?? run.fecha_inicio, run.fecha_fin)),
    ...fact('Quién dice que terminó', originWord(run.origen)),
    ...fact('Mensaje', run.mensaje),
    ...when('Parada pedida', run.parada_pedida_at),
    ...fact('Veces seguidas que A360 no la encuentra', run.no_encontrada === 0 ? null : String(run.no_encontrada)),
    ...when('Última vez que A360 no supo decir', run.ultimo_unknown_at),
    ...fact('Estado en A360', run.estado),
    ...fact('Usuario de A360', run.user_id),
    ...fact('Lanzamiento en A360', run.deployment_id),
    ...fact('Actividad en A360', run.activity_id),
  ];
};

const filingWarning = ({ tramite_id }: RunRow): string[] =>
  tramite_id === null
    ? []
    : [`Presentaba el trámite ${tramite_id}: irá a Revisión, y alguien tendrá que mirar en la sede si llegó a presentarse.`];

const questionsOf = (run: RunRow, can: { stop: boolean; unlock: boolean }, refusal: Refusal | undefined): Question[] => [
  ...(can.stop
    ? [
        {
          ...{ id: 'parar', title: '¿Pedir a A360 que la pare?', action: `${hrefOfRun(run.ejecucion_id)}/parar`, button: 'Parar' },
          effect: ['A360 interrumpe el robot donde esté. La ejecución termina aquí cuando A360 lo confirme.', ...filingWarning(run)],
        },
      ]
    : []),
  ...(can.unlock
    ? [
        {
          ...{
            id: 'desbloquear',
            title: '¿Darla por interrumpida?',
            action: `${hrefOfRun(run.ejecucion_id)}/desbloquear`,
            button: 'Desbloquear',
          },
          effect: [
            'Queda como interrumpida y su equipo, libre para otra. A360 no se entera: si el robot sigue en marcha allí, seguirá.',
            'Hágalo solo si sabe que ya no está en marcha.',
            ...filingWarning(run),
          ],
          reason: {
            label: 'Motivo',
            ...(refusal === undefined
              ? {}
              : { value: refusal.motivo, ...(refusal.fields.motivo ? { problem: refusal.fields.motivo } : {}) }),
          },
        },
      ]
    : []),
];
