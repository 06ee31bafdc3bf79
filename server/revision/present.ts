import { screenOfA360 } from '#server/cola/for-robot.ts';
import { countByStatus, extremes, findTramite, sitesInQueue, type Tramite } from '#server/cola/queries.ts';
import { countRestored } from '#server/cola/restored.ts';
import { statusWords } from '#server/cola/transitions.ts';
import type { Db } from '#server/db/open.ts';
import { documentsFolder, filesOf } from '#server/ejecuciones/files.ts';
import { type Attempt, attemptsOf, stepsOf } from '#server/ejecuciones/queries.ts';
import { evidenceHref } from '#server/ejecuciones/timeline.ts';
import { eventsOf } from '#server/historial/queries.ts';
import { tell } from '#server/historial/sentences.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import type { PageKey } from '#server/lib/page.ts';
import { type Empty, link, type Pager } from '#server/lib/tag.ts';
import type { Web } from '#server/web.ts';
import { forms } from '#workers/robots/catalogue.ts';
import { findCards, type Group, parametrosOf, statusOf } from './queries.ts';

type Fact = { readonly label: string; readonly value: string };

/** One trámite that waits for a person, with what that person has to see to decide. */
export type CardView = {
  readonly id: number;
  readonly group: Group;
  readonly title: string;
  readonly resourceId: string;
  readonly site: string;
  readonly since: Instant;
  /** The attempt whose screen is shown. */
  readonly intento: number | null;
  readonly capture: { readonly href: string; readonly step: string } | null;
  /** Why there is none. */
  readonly noCapture: string;
  readonly facts: readonly Fact[];
  readonly papers: readonly { readonly name: string; readonly size: string; readonly href: string }[];
  /** What happened, of a doubtful one; of the others, that an approval was for something else. */
  readonly message: string | null;
  /** Where the page goes on after its order: at the next card. */
  readonly back: string;
};

export type GroupView = {
  readonly group: Group;
  readonly title: string;
  readonly about: string;
  readonly count: string;
  readonly cards: readonly CardView[];
  readonly pager: Pager;
};

const titles: Readonly<Record<Group, { readonly title: string; readonly about: string }>> = {
  confirmar: {
    title: 'Por confirmar',
    about: 'Sin enviar: mire la pantalla rellenada (los que presenta A360 no la tienen) y decida si se envían.',
  },
  dudosos: { title: 'Por revisar', about: 'El envío empezó y no se sabe cómo acabó: compruébelo en la sede antes de decidir.' },
};

/** Keys of both groups, as they stand in the URL. */
export type Keys = Readonly<Record<Group, PageKey | null>>;

export const presentRevision = async (web: Web, keys: Keys) => {
  const confirmar = await presentGroup(web, 'confirmar', keys.confirmar);
  const dudosos = await presentGroup(web, 'dudosos', keys.dudosos);
  const counts = countsOf(web);
  const shown = [...confirmar.cards, ...dudosos.cards].map((card) => card.id);
  return {
    title: 'Revisión',
    ...counts,
    groups: [confirmar, dudosos].filter((group) => group.cards.length > 0),
    empty: counts.total === 0 ? nothingWaits(web) : null,
    newer: null,
    restored: restoredOf(web),
    stream: link('/vivo/revision', { filas: shown.join('.'), hay: String(counts.total) }),
  };
};

/** After a restoration: how many wait because of it, and where they are answered together; null when none does. */
const restoredOf = ({ deps, format }: Pick<Web, 'deps' | 'format'>) => {
  const { all, answerable } = countRestored(deps.db);
  if (all === 0) return null;
  return {
    count: format.number(all),
    href: answerable === 0 ? null : link('/cola/lotes/nuevo', { accion: 'restaurados', estado: statusOf.dudosos, todos: 'si' }),
  };
};

/** How many wait now: «2 por confirmar y 1 por revisar». */
export const countsOf = ({ deps, format }: Pick<Web, 'deps' | 'format'>) => {
  const counts = countByStatus(deps.db, null);
  const [toConfirm, doubtful] = [counts[statusOf.confirmar], counts[statusOf.dudosos]];
  return { total: toConfirm + doubtful, counts: { confirmar: format.number(toConfirm), dudosos: format.number(doubtful) } };
};

const presentGroup = async (web: Web, group: Group, key: PageKey | null): Promise<GroupView> => {
  const { db } = web.deps;
  const found = findCards(db, group, key);
  const rows = found.ids.flatMap((id) => findTramite(db, id) ?? []);
  const here = (pagina: string | null) => link('/revision', { [group]: pagina });
  const page = key === null ? null : `${key.older ? 'antes' : 'despues'}-${key.id}`;
  const back = (index: number) => `${here(page)}#${rows[index + 1] ? `tramite-${rows[index + 1]?.id}` : group}`;
  return {
    group,
    ...titles[group],
    count: countsOf(web).counts[group],
    cards: await Promise.all(rows.map((row, index) => presentCard(web, group, row, back(index)))),
    pager: {
      older: found.after && rows.length > 0 ? here(`despues-${rows.at(-1)?.id}`) : null,
      newer: found.before && rows.length > 0 ? here(`antes-${rows[0]?.id}`) : null,
    },
  };
};

const presentCard = async ({ deps, format }: Web, group: Group, row: Tramite, back: string): Promise<CardView> => {
  const attempt = attemptsOf(deps.db, row.id)[0] ?? null;
  const intento = attempt?.intento ?? null;
  const ended = group === 'dudosos' ? row.processed_at : null;
  return {
    ...{ id: row.id, group, title: row.expediente || `Recurso ${row.resource_id}`, resourceId: row.resource_id, site: row.site_id },
    since: format.instant(ended ?? attempt?.fecha_fin ?? row.created_at),
    intento,
    capture: attempt && lastCapture(deps.db, row.id, attempt),
    noCapture: noCaptureSentence(deps.db, row.id, attempt),
    facts: factsOf(deps.db, row, attempt),
    papers: intento === null ? [] : await papersOf(deps, row.id, intento),
    message: group === 'dudosos' ? (row.error_log ?? row.error_code) : changedSentence(deps.db, row.id, format),
    back,
  };
};

const noCaptureSentence = (db: Db, id: number, attempt: Attempt | null): string =>
  (attempt !== null && attempt.fase === null) || screenOfA360(db, id) !== null
    ? 'No hay captura: lo presenta un robot de A360.'
    : 'No hay captura: ningún robot llegó a abrir la sede.';

/** Why one that had been approved is here again. */
const changedSentence = (db: Db, id: number, format: Format): string | null => {
  const last = eventsOf(db, 'tramite', id, 5).find(({ kind }) => kind === 'awaiting_confirmation' || kind === 'approval_asked');
  return last?.data.changed ? tell(last, (iso) => format.instant(iso).text) : null;
};

const lastCapture = (db: Db, id: number, { ejecucion_id, intento }: Attempt): CardView['capture'] => {
  const step = stepsOf(db, id).findLast((one) => one.ejecucion_id === ejecucion_id && one.capture !== null);
  return step ? { href: evidenceHref(id, intento, step.capture ?? ''), step: step.name } : null;
};

const papersOf = async ({ evidence }: Web['deps'], id: number, intento: number): Promise<CardView['papers']> => {
  const [found] = await filesOf(evidence, id, [intento]);
  const papers = found?.files.filter(({ file }) => file.startsWith(documentsFolder)) ?? [];
  return papers.map(({ file, bytes }) => {
    const name = file.slice(documentsFolder.length);
    const href = `${evidenceHref(id, intento, documentsFolder.slice(0, -1))}/${encodeURIComponent(name)}`;
    return { name, size: sizeOf(bytes), href };
  });
};

const kilobytes = new Intl.NumberFormat('es-ES', { maximumFractionDigits: 0 });
const sizeOf = (bytes: number): string => `${kilobytes.format(Math.max(1, bytes / 1024))} kB`;

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '');

/** What a person compares with the screen: who, which car, which phase, and what the writing says it is. */
const factsOf = (db: Db, row: Tramite, attempt: Attempt | null): Fact[] => {
  const payload = readObject(row.payload);
  const facts: Fact[] = [
    { label: 'Expediente', value: text(row.expediente) },
    { label: 'Matrícula', value: text(payload.plate_number) },
    { label: 'Sujeto del recurso', value: text(payload.sujeto_recurso) },
    { label: 'Fase del procedimiento', value: text(payload.fase_procedimiento) },
    { label: 'Asunto', value: attempt ? subjectOf(db, payload, attempt.robot_id) : '' },
  ];
  return facts.filter((fact) => fact.value !== '');
};

/** The first paragraph its robot writes, where it writes any. */
const subjectOf = (db: Db, payload: Readonly<Record<string, unknown>>, robot: string): string => {
  const form = Object.hasOwn(forms, robot) ? forms[robot] : undefined;
  const filled = form?.fill(payload, parametrosOf(db, robot));
  const motivos = filled?.ok ? (filled.fields as { readonly motivos?: unknown } | null)?.motivos : null;
  return Array.isArray(motivos) ? text(motivos[0]).replace(/^ASUNTO:\s*/, '') : '';
};

const readObject = (json: string | null): Readonly<Record<string, unknown>> => {
  try {
    const read: unknown = JSON.parse(json ?? '');
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

const nothingWaits = ({ deps: { db }, format }: Web): Empty => {
  const last = sitesInQueue(db)
    .flatMap((site) => extremes(db, site).lastFiled ?? [])
    .sort()
    .at(-1);
  return { icon: 'hecho', title: 'Nada espera a una persona', sentence: lastSentence(last, format), href: '/cola', action: 'Ver la cola' };
};

const lastSentence = (last: string | undefined, format: Format): string => {
  if (last === undefined) return 'Todavía no se ha presentado ningún trámite.';
  const at = format.instant(last);
  return `El último trámite se presentó el ${at.text} (${at.relative}).`;
};

/** What a card says when somebody, here or elsewhere, has decided. */
export const goneSentence = (status: keyof typeof statusWords): string => `Ya no espera a nadie: está «${statusWords[status]}».`;
