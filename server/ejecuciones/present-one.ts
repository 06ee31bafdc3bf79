import type { Deps } from '#server/deps.ts';
import { eventsOf } from '#server/historial/queries.ts';
import { tellAll } from '#server/historial/story.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import type { Format } from '#server/lib/format.ts';
import type { Question } from '#server/lib/tag.ts';
import { findRun, type RunRow } from './find-runs.ts';
import { hrefOfRun, ordersOf, originWord, runTag } from './words.ts';

/** What was refused, by field, and what was typed. */
export type Refusal = { readonly fields: Readonly<Record<string, string>>; readonly motivo: string };

type RunTools = { readonly deps: Pick<Deps, 'db'>; readonly format: Format };

/** One run; `may` = whoever looks may order it about. @throws NotFoundError */
export const presentRun = ({ deps, format }: RunTools, id: string, may: boolean, refusal?: Refusal) => {
  const run = findRun(deps.db, id);
  if (run === null) throw new NotFoundError('Esa ejecución no existe.');
  const can = ordersOf(run);
  return {
    title: `${run.robot ?? run.robot_id} en ${run.equipo ?? run.equipo_id ?? 'ningún equipo'}`,
    ...{ run, state: runTag(run.estado), problem: refusal?.fields.parar ?? null, stream: `/vivo${hrefOfRun(run.ejecucion_id)}` },
    tramite: run.tramite_id === null ? null : `/cola/${run.tramite_id}`,
    facts: factsOf(run, format),
    callback: run.callback_info === null ? null : pretty(run.callback_info),
    history: tellAll(eventsOf(deps.db, 'ejecucion', run.ejecucion_id), format),
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

const factsOf = (run: RunRow, format: Format) => {
  const when = (iso: string | null) => (iso === null ? null : `${format.instant(iso).text} (${format.instant(iso).relative})`);
  const facts: readonly (readonly [string, string | null])[] = [
    ['Robot', run.robot === null ? run.robot_id : `${run.robot} (${run.robot_id})`],
    ['Equipo', run.equipo_id === null ? null : `${run.equipo ?? run.equipo_id} (${run.equipo_id})`],
    ['Usuario de A360', run.user_id],
    ['Estado en A360', run.estado],
    ['Lanzada', when(run.fecha_inicio)],
    ['Empezó', when(run.fecha_inicio_real)],
    ['Terminó', when(run.fecha_fin)],
    ['Duración', format.elapsed(run.fecha_inicio_real ?? run.fecha_inicio, run.fecha_fin)],
    ['Quién dice que terminó', originWord(run.origen) || null],
    ['Mensaje', run.mensaje],
    ['Programación', run.programacion_id],
    ['Hora teórica', when(run.fecha_teorica)],
    ['Parada pedida', when(run.parada_pedida_at)],
    ['Veces seguidas que A360 no la encuentra', run.no_encontrada === 0 ? null : String(run.no_encontrada)],
    ['Última vez que A360 no supo decir', when(run.ultimo_unknown_at)],
    ['Lanzamiento en A360', run.deployment_id],
    ['Actividad en A360', run.activity_id],
  ];
  return facts.flatMap(([label, value]) => (value === null || value === '' ? [] : [{ label, value }]));
};

const questionsOf = (run: RunRow, can: { stop: boolean; unlock: boolean }, refusal: Refusal | undefined): Question[] => [
  ...(can.stop
    ? [
        {
          ...{ id: 'parar', title: '¿Pedir a A360 que la pare?', action: `${hrefOfRun(run.ejecucion_id)}/parar`, button: 'Parar' },
          effect: ['A360 interrumpe el robot donde esté. La ejecución termina aquí cuando A360 lo confirme.'],
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
