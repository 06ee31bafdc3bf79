import type { Format } from '#server/lib/format.ts';
import type { Message } from '#server/lib/tag.ts';
import type { Look, Standing } from './look.ts';
import { isDown } from './stale.ts';

type Finding = { readonly sentence: string; readonly href: string };
type Told = Finding & { readonly tone: Message['tone'] };
export type Verdict = Message & { readonly href?: string; readonly findings: readonly Finding[] };

const gravity: readonly Message['tone'][] = ['mal', 'ojo', 'nada'];

/** Names told in one sentence; of more, how many. */
const mostNames = 5;

/** «¿Tienen todos los equipos que necesitan?», the gravest first. `off` = there is no A360 to share out. */
export const judge = (look: Look, standings: readonly Standing[], off: boolean, format: Format): Verdict => {
  const told = [...sourcesOf(look, format), ...waitingOf(standings, format), ...unmappedOf(look, format), ...offOf(off)].sort(
    (a, b) => gravity.indexOf(a.tone) - gravity.indexOf(b.tone),
  );
  const [worst, ...rest] = told;
  if (worst)
    return { tone: worst.tone, icon: worst.tone === 'mal' ? 'fallo' : 'aviso', title: worst.sentence, href: worst.href, findings: rest };
  const busy = standings.some(({ verdict }) => (verdict.tickets ?? 0) > 0);
  const title = busy ? 'Todos los robots tienen los equipos que necesitan' : 'Ningún robot tiene tickets: no hay nada que repartir';
  return { tone: 'bien', icon: 'hecho', title, findings: [] };
};

const offOf = (off: boolean): Told[] =>
  off ? [{ tone: 'nada', sentence: 'A360 no está configurado: el reparto no corre solo', href: '/sistema' }] : [];

const waitingOf = (standings: readonly Standing[], format: Format): Told[] => {
  const waiting = standings.filter(({ espera }) => espera > 0);
  if (waiting.length === 0) return [];
  const some = waiting.slice(0, mostNames).map(({ robot, espera }) => `${robot.robot} (${format.number(espera)})`);
  const more = waiting.length > mostNames ? ` y ${format.number(waiting.length - mostNames)} más` : '';
  const many = waiting.length === 1 ? '1 robot espera equipos' : `${format.number(waiting.length)} robots esperan equipos`;
  return [{ tone: 'ojo', sentence: `${many}: ${some.join(', ')}${more}`, href: '#robots' }];
};

/** A source that was never asked is no failure yet: nobody has shared anything out. */
const sourcesOf = ({ sources }: Look, format: Format): Told[] =>
  sources.filter(isDown).map(({ proveedor, fallos, acierto, motivo, intento }): Told => {
    const href = `/carga#fuente-${proveedor}`;
    if (intento === null) return { tone: 'nada', sentence: `A la fuente ${proveedor} todavía no se le ha preguntado`, href };
    const times = fallos === 1 ? '1 fallo' : `${format.number(fallos)} fallos seguidos`;
    const since = acierto === null ? 'nunca ha contestado' : `contestó por última vez ${format.instant(acierto).relative}`;
    return { tone: 'mal', sentence: `La fuente ${proveedor} no contesta (${times}, ${since}): ${motivo ?? ''}`, href };
  });

const unmappedOf = ({ reading }: Look, format: Format): Told[] => {
  const n = reading.unmapped.length;
  if (n === 0) return [];
  const tickets = reading.unmapped.reduce((sum, one) => sum + one.tickets, 0);
  const what =
    n === 1 ? '1 nombre con tickets no lleva a ningún robot' : `${format.number(n)} nombres con tickets no llevan a ningún robot`;
  return [{ tone: 'ojo', sentence: `${what} (${format.number(tickets)} en total)`, href: '/mapeos' }];
};
