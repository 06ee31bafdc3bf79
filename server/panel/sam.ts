import { countWithoutEquipos } from '#server/balance/queries.ts';
import type { Deps } from '#server/deps.ts';
import { machineCounts } from '#server/ejecuciones/find-runs.ts';
import { type Remarkable, readRemarkable } from '#server/ejecuciones/remarkable.ts';
import { type Gate, gateOf } from '#server/lanzador/gate.ts';
import { mostSuspensions, openSuspensions } from '#server/lanzador/queries.ts';
import { gateSentence } from '#server/lanzador/words.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { Format } from '#server/lib/format.ts';
import type { Finding } from './finding.ts';

/** How the half that launches in A360 does. */
export type Sam = Remarkable & {
  readonly gate: Gate;
  /** One more than are counted, if there are more. */
  readonly suspensions: number;
  /** Robots with tickets and no equipo. */
  readonly starving: number;
  /** Machines of A360 something may run on, and those of them where something does. */
  readonly machines: { readonly usable: number; readonly busy: number };
};

/** Null while A360 is not configured: then nothing of it is told. */
export const readSam = (deps: Deps): Sam | null => {
  if (deps.a360 === null) return null;
  return {
    ...readRemarkable(deps),
    gate: gateOf(deps),
    suspensions: openSuspensions(deps.db, isoNow(deps.clock)).length,
    starving: countWithoutEquipos(deps.db),
    machines: machineCounts(deps.db),
  };
};

const addresses = {
  lanzador: '/lanzador',
  suspensiones: '/lanzador#suspensiones',
  abiertas: '/ejecuciones',
  demoradas: '/ejecuciones?ver=demoradas',
  huerfanas: '/ejecuciones?ver=huerfanas',
  equipos: '/equipos?conectado=1&activo=1',
} as const;

const many = (n: number, one: string, more: string, format: Format): string => (n === 1 ? `1 ${one}` : `${format.number(n)} ${more}`);

const suspensionsText = (n: number, format: Format): string =>
  n > mostSuspensions ? `${format.number(mostSuspensions)}+` : format.number(n);

/** What of it needs a person. That A360 does not answer, or rejects the credentials, are avisos. */
export const findingsOfSam = (sam: Sam | null, format: Format): Finding[] => {
  if (sam === null) return [];
  const { gate, delayed, orphans, suspensions } = sam;
  const ojo = (there: boolean, sentence: string, href: string): Finding[] => (there ? [{ tone: 'ojo', sentence, href }] : []);
  const held = gate.kind === 'retenido' ? (gateSentence(gate, format) ?? '') : '';
  return [
    ...ojo(held !== '', held, addresses.lanzador),
    ...ojo(delayed.size > 0, many(delayed.size, 'ejecución demorada', 'ejecuciones demoradas', format), addresses.demoradas),
    ...ojo(
      orphans.size > 0,
      many(orphans.size, 'ejecución huérfana en la cola de A360', 'ejecuciones huérfanas en la cola de A360', format),
      addresses.huerfanas,
    ),
    ...ojo(
      suspensions > 0,
      suspensions === 1
        ? '1 suspensión: algo no se lanza hasta que se reanude'
        : `${suspensionsText(suspensions, format)} suspensiones: algo no se lanza hasta que se reanude`,
      addresses.suspensiones,
    ),
  ];
};

/** Nothing is wrong with it: the pause of every night, or a rest A360 asks for. Told all the same, behind everything else. */
export const pauseOf = (sam: Sam | null, format: Format): Finding[] => {
  const rests = sam?.gate.kind === 'pausa' || sam?.gate.kind === 'descanso';
  const sentence = sam !== null && rests ? gateSentence(sam.gate, format) : null;
  return sentence === null ? [] : [{ tone: 'nada', sentence, href: addresses.lanzador }];
};

/** Its numbers, each with the list that proves it. */
export const figuresOfSam = (sam: Sam | null, format: Format) => {
  if (sam === null) return [];
  const figure = (word: string, text: string, href: string, asks: boolean) => ({ word, text, href, asks });
  const asking = (word: string, n: number, href: string) => figure(word, format.number(n), href, n > 0);
  const { usable, busy } = sam.machines;
  return [
    figure('ejecuciones abiertas', format.number(sam.all.length), addresses.abiertas, false),
    asking('demoradas', sam.delayed.size, addresses.demoradas),
    asking('huérfanas', sam.orphans.size, addresses.huerfanas),
    figure('suspensiones', suspensionsText(sam.suspensions, format), addresses.suspensiones, sam.suspensions > 0),
    asking('robots sin equipos', sam.starving, '/balance'),
    figure('equipos de A360 ocupados', `${format.number(busy)} de ${format.number(usable)}`, addresses.abiertas, false),
    figure('equipos de A360 libres', format.number(Math.max(0, usable - busy)), addresses.equipos, false),
  ];
};
