import { canOf, type Who } from '#server/acceso/gate.ts';
import { failureWords } from '#server/cola/failure-words.ts';
import { maybeSent } from '#server/cola/maybe-sent.ts';
import { findTramite, type Tramite } from '#server/cola/queries.ts';
import { claimWord, presentData, presentTramite, type Standing } from '#server/cola/tramite.ts';
import type { Action } from '#server/cola/transitions.ts';
import { type Around, fechaOf, numberOf } from '#server/cola/words.ts';
import { capturesRemovedAt } from '#server/datos/queries.ts';
import { documentsFolder, filesOf, papersOf } from '#server/ejecuciones/files.ts';
import { attemptsOf, progressOf, stepsOf } from '#server/ejecuciones/queries.ts';
import { type AttemptView, evidenceHref, newestCapture, type StepView, timeline } from '#server/ejecuciones/timeline.ts';
import { eventsOf } from '#server/historial/queries.ts';
import { type Told, tellAll } from '#server/historial/story.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { sizeWords } from '#server/lib/format.ts';
import { findReclamacion, type Reclamacion } from '#server/recursos/queries.ts';
import { waitingSites } from '#server/robots/servable.ts';
import type { Web } from '#server/web.ts';
import { orders } from './orders.ts';
import { meaningOf, type Tab, tabs } from './rules.ts';

/** The number of a trámite, or a 404: nothing else can be one. */
export const readId = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new NotFoundError('Ese trámite no existe.');
  return Number(text);
};

/** What every part of the page is made of. */
type Whole = {
  readonly row: Tramite;
  readonly claim: Reclamacion | null;
  readonly standing: Standing;
  readonly around: Around;
  readonly attempts: readonly AttemptView[];
  readonly history: readonly Told[];
};

const readWhole = ({ deps, format }: Web, id: number): Whole => {
  const { db } = deps;
  const row = findTramite(db, id);
  if (!row) throw new NotFoundError('Ese trámite no existe.');
  const claim = findReclamacion(db, row.resource_id);
  const events = [...eventsOf(db, 'tramite', id), ...eventsOf(db, 'recurso', row.resource_id)];
  const progress = progressOf(db, row.status === 'processing' ? [id] : []);
  return {
    row,
    claim,
    standing: { claimed: claim?.state === 'claimed', maybeSent: maybeSent(db, id) },
    around: { format, waiting: waitingSites(deps), progress },
    attempts: timeline(id, attemptsOf(db, id), stepsOf(db, id), format),
    history: tellAll(events, format),
  };
};

/** Everything the page of a trámite shows under that tab to somebody of that role. @throws NotFoundError */
export const presentPage = async (web: Web, idText: string, tab: Tab, { rol }: Pick<Who, 'rol'>) => {
  const whole = readWhole(web, readId(idText));
  const { row, around, standing } = whole;
  const tramite = presentTramite(row, around, standing);
  const can = canOf({ rol });
  const allowed = tramite.actions.filter((action) => can(orders[action].permiso));
  return {
    title: row.expediente || `Trámite ${row.id}`,
    tramite,
    tab,
    tabs: tabs.map(([name, word]) => ({ name, word, href: addressOf(row.id, name), current: name === tab })),
    stream: `/vivo${addressOf(row.id, tab)}`,
    orders: buttonsOf(row.id, allowed),
    linesHref: can('sistema.mandar') ? `/sistema/registros?q=${row.id}` : null,
    exportHref: can('tramites.revisar') ? `/cola/${row.id}/exportar` : null,
    meaning: meaningOf({
      ...standing,
      ...{ status: row.status, code: row.error_code, approved: row.approved_at !== null },
      waiting: around.waiting.get(row.site_id) ?? '',
      resting: row.not_before !== null && row.attempts > 0,
    }),
    ...(await views[tab](web, whole)),
  };
};

const addressOf = (id: number, tab: Tab): string => (tab === 'resumen' ? `/cola/${id}` : `/cola/${id}?ver=${tab}`);

/** In the order of the table of orders: what leads on comes first, what gives up last. */
const buttonsOf = (id: number, allowed: readonly Action[]) =>
  (Object.keys(orders) as Action[])
    .filter((action) => allowed.includes(action))
    .map((action) => ({ action, href: `/cola/${id}/${action}`, ...orders[action] }));

const views: Readonly<Record<Tab, (web: Web, whole: Whole) => object | Promise<object>>> = {
  resumen: (_web, whole) => summaryOf(whole),
  pasos: (_web, { attempts }) => ({ attempts }),
  datos: ({ format }, { row, claim }) => ({ data: presentData(row.payload, format), claim, claimWord: claimWord(claim) }),
  documentos: (web, whole) => documentsOf(web, whole),
  evidencias: (web, whole) => evidenceOf(web, whole),
  historial: (_web, { history }) => ({ history }),
};

const lastTold = 4;

const summaryOf = ({ row, attempts, claim, history, standing }: Whole) => {
  const last = attempts[0];
  const failing = row.status === 'failed' || row.status === 'needs_review';
  return {
    failure: failing ? failureWords(row.error_code, row.status === 'needs_review' && standing.maybeSent) : null,
    register: row.status === 'completed' ? { numero: numberOf(row.result), fecha: fechaOf(row.result) } : null,
    receipt: attempts.find((attempt) => attempt.receipt)?.receipt ?? null,
    capture: newestCapture(attempts),
    worked: last
      ? { robot: last.robot, equipo: last.equipo, started: last.started, duration: last.duration, run: last.run, state: last.state }
      : null,
    claimWord: claimWord(claim),
    history: history.slice(0, lastTold),
  };
};

const numbers = (attempts: readonly AttemptView[]): number[] => attempts.map((attempt) => attempt.number);

const documentsOf = async ({ deps, format }: Web, { row, attempts }: Whole) => {
  const given = await papersOf(deps.evidence, row.id, numbers(attempts));
  const papers = given?.papers.map(({ file, bytes, sha256 }) => ({
    name: file.slice(documentsFolder.length),
    href: evidenceHref(row.id, given.attempt, file),
    size: sizeWords(bytes),
    sha256,
  }));
  return {
    given: given && { attempt: given.attempt, papers: papers ?? [] },
    planned: presentData(row.payload, format).papers,
    receipts: attempts.flatMap((attempt) => attempt.receipt ?? []),
  };
};

const evidenceOf = async ({ deps, format }: Web, { row, attempts }: Whole) => {
  const steps = new Map(attempts.flatMap((attempt) => [...attempt.before, ...attempt.after]).map((step) => [step.capture, step] as const));
  const files = await filesOf(deps.evidence, row.id, numbers(attempts));
  const removed = files.every(({ files: stored }) => stored.length === 0) ? capturesRemovedAt(deps.db, removable(row)) : null;
  return {
    removed: format.instant(removed),
    folders: files.map(({ attempt, files: stored }, index) => ({
      title: attempts[index]?.title ?? `Intento ${attempt}`,
      files: stored.map(({ file, bytes }) => presentFile(evidenceHref(row.id, attempt, file), { file, bytes }, steps)),
    })),
  };
};

/** Only of what is filed are captures ever removed. */
const removable = (row: Tramite): string | null => (row.status === 'completed' ? row.processed_at : null);

const presentFile = (href: string, { file, bytes }: { file: string; bytes: number }, steps: ReadonlyMap<string | null, StepView>) => {
  const picture = /\.(jpe?g|png)$/i.test(file) && !file.startsWith(documentsFolder);
  return { href, name: file, size: sizeWords(bytes), picture, caption: steps.get(href)?.caption ?? file };
};
