import { type CycleOrganismo, lastOfOrganismo } from '#server/ciclos/queries.ts';
import { filedByHour } from '#server/cola/filed.ts';
import { countByStatus, extremes, filedSince, type StatusCounts } from '#server/cola/queries.ts';
import type { Status } from '#server/cola/transitions.ts';
import type { Deps } from '#server/deps.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import { link, type Tag } from '#server/lib/tag.ts';
import { readOrganismos } from '#server/organismos/config.ts';
import { readSiteId } from '#server/organismos/rules.ts';
import { isItsTurn } from '#server/robots/rules.ts';
import { waitingSites } from '#server/robots/servable.ts';
import { slotsOf } from './slots.ts';
import { type Spark, sparkOf } from './spark.ts';

/** A number and the list that proves it. */
export type Counted = { readonly n: number; readonly text: string; readonly href: string };

/** How one organismo is doing. */
export type OrganismoRow = {
  readonly id: number;
  readonly site: string;
  readonly href: string;
  /** Its name is valid: the page and its orders are reached by it. */
  readonly hasAddress: boolean;
  readonly active: boolean;
  readonly valid: boolean;
  readonly state: Tag;
  /** Why it does not work, or works only in part; '' when there is nothing to say. */
  readonly reason: string;
  readonly waiting: Counted;
  readonly working: Counted;
  /** «2 de 4 puestos», with its limits; '' where robots of this machine do not file for it. */
  readonly slots: string;
  /** Waiting for a person: to confirm or to review. */
  readonly person: Counted;
  readonly failed: Counted;
  readonly filedToday: Counted;
  readonly oldest: Instant | null;
  readonly lastFiled: Instant | null;
  readonly lastCycle: string;
  /** What it filed in the last 24 hours. */
  readonly spark: Spark;
};

type Known = {
  readonly id: number;
  readonly siteId: string;
  readonly active: boolean;
  readonly problem: string | null;
  readonly warning: string;
};

/** A row per organismo of the configuration, in the order in which they take recursos; the wrong ones last. */
export const organismoRows = ({ deps, format }: { deps: Deps; format: Format }): OrganismoRow[] => {
  const { valid, invalid } = readOrganismos(deps.db);
  const known: Known[] = [
    ...valid.map((one) => ({ id: one.id, siteId: one.siteId, active: one.active, problem: null, warning: one.warnings[0] ?? '' })),
    ...invalid.map((one) => ({
      id: one.id,
      siteId: one.siteId,
      active: one.active,
      problem: one.problems[0]?.sentence ?? '',
      warning: '',
    })),
  ];
  const waiting = waitingSites(deps);
  const slots = slotsOf(deps);
  return known.map((one) => describe(one, { waits: waiting.get(one.siteId) ?? null, slots: slots.get(one.siteId) ?? '' }, deps, format));
};

const describe = (
  one: Known,
  { waits, slots }: { waits: string | null; slots: string },
  { db, clock }: Deps,
  format: Format,
): OrganismoRow => {
  const counts = countByStatus(db, one.siteId);
  const { lastFiled, oldestPending } = extremes(db, one.siteId);
  const counted = (n: number, estado: Status): Counted => ({
    n,
    text: format.number(n),
    href: link('/cola', { estado, site: one.siteId }),
  });
  return {
    id: one.id,
    site: one.siteId,
    href: hrefOf(one),
    hasAddress: readSiteId(one.siteId) !== undefined,
    active: one.active,
    valid: one.problem === null,
    state: stateOf(one, waits),
    reason: one.problem ?? (waits === 'sin robot' ? null : waits) ?? one.warning,
    waiting: counted(counts.pending, 'pending'),
    working: counted(counts.processing, 'processing'),
    slots,
    person: personCount(counts, counted),
    failed: counted(counts.failed, 'failed'),
    filedToday: counted(filedSince(db, one.siteId, format.startOfToday()), 'completed'),
    oldest: format.instant(oldestPending),
    lastFiled: format.instant(lastFiled),
    lastCycle: cycleSentence(lastOfOrganismo(db, one.siteId), format),
    spark: sparkOf(filedByHour(db, one.siteId, clock.now())),
  };
};

/** A name that another program wrote may be no address at all (`..`, `nuevo`, one with a slash): its row is. */
const hrefOf = ({ id, siteId }: Known): string =>
  readSiteId(siteId) === undefined ? `/organismos?fila=${id}` : `/organismos/${encodeURIComponent(siteId)}`;

/** Links to the list that has more of the two. */
const personCount = (counts: StatusCounts, counted: (n: number, status: Status) => Counted): Counted => {
  const n = counts.awaiting_confirmation + counts.needs_review;
  return counted(n, counts.needs_review > 0 ? 'needs_review' : 'awaiting_confirmation');
};

const stateOf = (one: Known, waits: string | null): Tag => {
  if (one.problem !== null) return { word: 'No válido', icon: 'aviso', tone: 'mal' };
  if (!one.active) return { word: 'Apagado', icon: 'apagado', tone: 'nada' };
  if (waits !== null && !isItsTurn(waits))
    return { word: waits.startsWith('sin robot') ? 'Sin robot' : 'Parado', icon: 'robot', tone: 'ojo' };
  return { word: 'Encendido', icon: 'hecho', tone: 'bien' };
};

const cycleSentence = (last: (CycleOrganismo & { started_at: string }) | null, format: Format): string => {
  if (!last) return 'Ningún ciclo lo ha mirado todavía';
  if (last.error) return last.error;
  return `${format.number(last.claimed)} reclamados de ${format.number(last.matched)} válidos`;
};
