import { countOpen, type OpenAviso, openAvisos } from '#server/avisos/queries.ts';
import { type CycleRow, lastCycle } from '#server/ciclos/queries.ts';
import { byIds, countByStatus, type StatusCounts } from '#server/cola/queries.ts';
import type { Status } from '#server/cola/transitions.ts';
import { progressSentence } from '#server/cola/words.ts';
import { progressOf, runningNow } from '#server/ejecuciones/queries.ts';
import { lastEvents } from '#server/historial/queries.ts';
import { tellAll } from '#server/historial/story.ts';
import type { Format } from '#server/lib/format.ts';
import { link, type Message } from '#server/lib/tag.ts';
import type { Web } from '#server/web.ts';
import { filedChart, presentChart } from './chart.ts';
import type { Finding } from './finding.ts';
import { type OrganismoRow, organismoRows } from './organismos.ts';
import { figuresOfSam, findingsOfSam, pauseOf, readSam, type Sam } from './sam.ts';
import { presentUrgent } from './urgent.ts';

/** `href`: where the worst of it is mended; the rest follows as findings. */
export type Verdict = Message & { readonly href?: string; readonly findings: readonly Finding[] };

type ClaimState = ReturnType<Web['scheduler']['state']>[number];

/** The claim cycle as the clock knows it; null before the clock knows of it. */
export const claimState = ({ scheduler }: Pick<Web, 'scheduler'>): ClaimState | null =>
  scheduler.state().find((state) => state.name === 'reclamar') ?? null;

/** What the reader may do from here: part of what is shown, and so of the channel's key. */
export type PanelRights = { readonly force: boolean };

/** Everything the Panel shows. */
export const presentPanel = (web: Web, rights: PanelRights) => {
  const { deps, format } = web;
  const rows = organismoRows(web);
  const counts = countByStatus(deps.db, null);
  const claim = claimState(web);
  const avisos = openAvisos(deps.db);
  const open = countOpen(deps.db);
  const sam = readSam(deps);
  return {
    title: 'Panel',
    rights,
    verdict: judgeHouse({ claim, avisos, open, rows, counts, sam }, format),
    figures: figuresOf(counts, rows, format),
    samFigures: figuresOfSam(sam, format),
    urgent: presentUrgent(web),
    chart: presentChart(filedChart(web), format),
    rows,
    slots: slotsOf(web),
    running: runningOf(web),
    cycle: presentCycle(claim, lastCycle(deps.db), format),
    avisos: avisos.slice(0, shownAvisos).map((aviso) => ({ ...aviso, since: format.instant(aviso.abierto_at) })),
    moreAvisos: open > shownAvisos ? `Ver los ${format.number(open)} avisos abiertos` : '',
    history: tellAll(lastEvents(deps.db, 8), format),
  };
};

/** The gravest; the rest is at /avisos. */
const shownAvisos = 5;

type House = {
  readonly claim: ClaimState | null;
  readonly avisos: readonly OpenAviso[];
  /** How many there are, also those not among `avisos`. */
  readonly open: number;
  readonly rows: readonly OrganismoRow[];
  readonly counts: StatusCounts;
  readonly sam: Sam | null;
};

/** "¿Está todo bien, y si no, qué hago yo?" */
export const judgeHouse = (house: House, format: Format): Verdict => {
  const wrong = findingsOf(house, format);
  const worst = wrong[0];
  const findings = [...wrong, ...pauseOf(house.sam, format)];
  if (!worst) return { tone: 'bien', icon: 'hecho', title: 'Todo en orden', findings };
  return {
    tone: worst.tone,
    icon: worst.tone === 'mal' ? 'fallo' : 'aviso',
    title: worst.sentence,
    href: worst.href,
    findings: findings.slice(1),
  };
};

/** Avisos of what the Panel counts by itself. */
const saidAlready = /^(revision|organismo_no_valido)/;

const findingsOfAvisos = ({ avisos, open, claim }: House, format: Format): Finding[] => {
  const sourceToo = claim?.failingSince ? 'origen_no_responde' : null;
  const told = avisos.filter(({ clave }) => !saidAlready.test(clave) && clave !== sourceToo);
  const rest = open - (avisos.length - told.length) - Math.min(told.length, shownAvisos);
  return [
    ...told.slice(0, shownAvisos).map(
      ({ nivel, titulo, id }): Finding => ({
        tone: nivel === 'MEDIO' ? 'ojo' : 'mal',
        sentence: titulo,
        href: `/avisos/${id}`,
      }),
    ),
    ...(rest > 0
      ? [{ tone: 'ojo', sentence: rest === 1 ? 'Y 1 aviso más' : `Y ${format.number(rest)} avisos más`, href: '/avisos' } as const]
      : []),
  ];
};

const findingsOf = (house: House, format: Format): Finding[] => {
  const { claim, rows, counts, sam } = house;
  const plural = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${format.number(n)} ${many}`);
  const list = (some: readonly OrganismoRow[]) => some.map((row) => row.site).join(', ');
  const invalid = rows.filter((row) => !row.valid && row.active);
  const still = rows.filter((row) => row.valid && row.active && row.state.tone === 'ojo' && row.waiting.n > 0);
  const since = format.instant(claim?.failingSince ?? null);
  const found: (Finding | false)[] = [
    since !== null && {
      tone: 'mal',
      sentence: `No se puede reclamar desde el ${since.text} (${since.relative}): ${claim?.lastError?.message ?? 'el origen no contesta.'} Los robots siguen trabajando.`,
      href: '/ciclos',
    },
    ...findingsOfAvisos(house, format),
    invalid.length > 0 && {
      tone: 'mal',
      sentence: `${plural(invalid.length, 'organismo no válido', 'organismos no válidos')}: ${list(invalid)}`,
      href: '/organismos',
    },
    ...findingsOfSam(sam, format),
    counts.needs_review > 0 && {
      tone: 'ojo',
      sentence: `${plural(counts.needs_review, 'trámite', 'trámites')} por revisar: no se sabe si llegó a presentarse`,
      href: estado('needs_review'),
    },
    counts.awaiting_confirmation > 0 && {
      tone: 'espera',
      sentence: `${plural(counts.awaiting_confirmation, 'trámite espera', 'trámites esperan')} a que alguien lo apruebe`,
      href: estado('awaiting_confirmation'),
    },
    still.length > 0 && {
      tone: 'ojo',
      sentence: `${plural(still.length, 'organismo parado', 'organismos parados')}: ${list(still)}`,
      href: '/organismos',
    },
    counts.failed > 0 && { tone: 'ojo', sentence: plural(counts.failed, 'trámite fallido', 'trámites fallidos'), href: estado('failed') },
    !rows.some((row) => row.active) && {
      tone: 'nada',
      sentence: 'Ningún organismo está encendido: no se reclama nada',
      // A house where nothing was ever queued is a new one.
      href: Object.values(counts).some((count) => count > 0) ? '/organismos' : '/sistema/primeros-pasos',
    },
  ];
  return found.filter((finding) => finding !== false);
};

const estado = (status: Status): string => link('/cola', { estado: status });

/** Numbers a person acts on first; each links to the list that proves it. */
const figuresOf = (counts: StatusCounts, rows: readonly OrganismoRow[], format: Format) => {
  const figure = (word: string, status: Status, asks: boolean, n = counts[status]) => ({
    word,
    text: format.number(n),
    href: estado(status),
    asks: asks && n > 0,
  });
  const filedToday = rows.reduce((sum, row) => sum + row.filedToday.n, 0);
  return [
    figure('por revisar', 'needs_review', true),
    figure('por confirmar', 'awaiting_confirmation', true),
    figure('fallidos', 'failed', true),
    figure('pendientes', 'pending', false),
    figure('en curso', 'processing', false),
    figure('presentados hoy', 'completed', false, filedToday),
  ];
};

/** What each busy robot is doing: the trámite, where, and how far it is. */
const runningOf = ({ deps: { db }, format }: Web) => {
  const running = runningNow(db);
  const ids = running.map((one) => one.tramite);
  const rows = new Map(byIds(db, ids).map((row) => [row.id, row]));
  const progress = progressOf(db, ids);
  return running.map(({ tramite, equipo, since }) => ({
    id: tramite,
    expediente: rows.get(tramite)?.expediente || `Trámite ${tramite}`,
    equipo: equipo ?? '',
    step: progressSentence(progress.get(tramite)),
    since: format.instant(since),
  }));
};

const slotsOf = ({ dispatcher }: Web) => {
  const { used, total } = dispatcher.busy();
  return { used, total, free: Math.max(0, total - used) };
};

const presentCycle = (claim: ClaimState | null, last: CycleRow | null, format: Format) => ({
  running: claim?.running ?? false,
  next: format.instant(claim?.nextAt ?? null),
  failingSince: format.instant(claim?.failingSince ?? null),
  error: claim?.lastError?.message ?? null,
  last: last && {
    at: format.instant(last.started_at),
    outcome: last.outcome,
    claimed: format.number(last.claimed),
    seen: format.number(last.seen),
    duration: last.ended_at ? format.elapsed(last.started_at, last.ended_at) : null,
  },
});
