import { createHash } from 'node:crypto';
import { againWords, failureWords } from '#server/cola/failure-words.ts';
import { countByStatus, extremes, sitesInQueue } from '#server/cola/queries.ts';
import { stateTag } from '#server/cola/words.ts';
import type { Db } from '#server/db/open.ts';
import { evidenceHref } from '#server/ejecuciones/timeline.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import type { Format } from '#server/lib/format.ts';
import type { Page } from '#server/lib/page.ts';
import { type Empty, link, type Pager, tooNarrow } from '#server/lib/tag.ts';
import type { Web } from '#server/web.ts';
import { findFailures, findUnexpected, looked, lookedUnexpected, type SameErrors } from './queries.ts';
import { type Failure, type Group, groupFailures } from './rules.ts';

/** Short and the same as long as the group reads the same. */
const keyOf = ({ site, step, message }: Group): string =>
  createHash('sha256')
    .update(JSON.stringify([site, step, message]))
    .digest('hex')
    .slice(0, 16);

/** `/errores`: groups of what failed, and the errors nobody expected. */
export const presentErrors = ({ deps: { db }, format }: Web) => {
  const failures = findFailures(db);
  const groups = groupFailures(failures);
  const counts = countByStatus(db, null);
  const total = counts.failed + counts.needs_review;
  return {
    title: 'Errores',
    groups: groups.map((group) => presentGroup(group, format)),
    total: format.number(total),
    /** '' while all of them have been looked at. */
    beyond: total > failures.length ? `Se han agrupado los ${format.number(looked)} más recientes de ${format.number(total)}.` : '',
    empty: groups.length > 0 ? null : emptyOf(db, format),
    unexpected: findUnexpected(db, { text: '', saysToo: false }, null, shownUnexpected).rows.map((one) => presentSame(one, format)),
    unexpectedEmpty: noneUnexpected,
  };
};

/** On the page of all errors; the rest has a page of its own. */
const shownUnexpected = 10;

const noneUnexpected: Empty = { icon: 'hecho', title: 'Ninguno', sentence: 'Cerebro no ha encontrado ningún error que nadie esperara.' };

const presentSame = (one: SameErrors, format: Format) => ({
  ...one,
  at: format.instant(one.at),
  since: one.times > 1 ? format.instant(one.since) : null,
  times: format.number(one.times),
});

/** `/errores/registro`: what nobody expected, the same ones together. */
export const presentRegistro = (found: Page<SameErrors>, text: string, format: Format) => {
  const addressOf = (pagina: string | null) => pagina && link('/errores/registro', { q: text, pagina });
  const pager: Pager = { older: addressOf(found.olderKey), newer: addressOf(found.newerKey) };
  return {
    title: 'Errores inesperados',
    text,
    unexpected: found.rows.map((one) => presentSame(one, format)),
    unexpectedEmpty:
      text === '' ? noneUnexpected : tooNarrow('Ningún error inesperado lleva ese texto ni esa referencia.', '/errores/registro'),
    pager,
    beyond: `Se miran los ${format.number(lookedUnexpected)} más recientes.`,
  };
};

/** `/errores/:grupo`: every trámite of one group. @throws NotFoundError when nothing fails like that any more. */
export const presentGroupPage = ({ deps: { db }, format }: Web, key: string) => {
  const group = groupFailures(findFailures(db)).find((one) => keyOf(one) === key);
  if (!group) throw new NotFoundError('Ya no falla ningún trámite así: se habrán reintentado o resuelto.');
  const shown = group.failures.slice(0, shownRows);
  return {
    title: `Errores de ${group.site}`,
    group: presentGroup(group, format),
    rows: shown.map((one) => ({ ...one, state: stateTag(one.doubtful ? 'needs_review' : 'failed'), at: format.instant(one.at) })),
    more: group.failures.length - shown.length,
  };
};

const shownRows = 200;
/** As many as an address holds. */
const retriedAtOnce = 200;

const presentGroup = (group: Group, format: Format) => {
  const { failures } = group;
  const newest = failures[0] as Failure;
  const retriable = failures.filter((one) => !one.doubtful);
  const doubtful = failures.length - retriable.length;
  const words = failureWords(newest.code, newest.doubtful);
  const known = failures.map((one) => one.at).filter((at) => at !== null);
  return {
    key: keyOf(group),
    href: `/errores/${keyOf(group)}`,
    ...{ site: group.site, step: group.step, message: group.message },
    ...{ words: words.words, code: newest.code, again: againWords[words.again], advice: words.advice, tone: tones[words.again] },
    count: format.number(failures.length),
    doubtful,
    since: format.instant(known.at(-1) ?? null),
    last: format.instant(newest.at),
    sample: { id: newest.id, message: newest.message, capture: captureOf(failures) },
    retry: retriable.length === 0 ? null : retryOf(retriable),
  };
};

const tones = { si: 'vivo', arreglar: 'ojo', no: 'mal' } as const;

const captureOf = (failures: readonly Failure[]): string | null => {
  const seen = failures.find((one) => one.capture !== null);
  return seen?.capture ? evidenceHref(seen.id, seen.attempt, seen.capture) : null;
};

/** Doubtful ones are never retried: each one is looked for at the portal first. */
const retryOf = (retriable: readonly Failure[]) => {
  const chosen = retriable.slice(0, retriedAtOnce);
  const ids = chosen.map((one) => ['id', String(one.id)]);
  const rest = retriable.length > chosen.length ? `los ${retriedAtOnce} más recientes` : String(chosen.length);
  return { href: `/cola/lotes/nuevo?${new URLSearchParams([['accion', 'reintentar'], ...ids])}`, word: `Reintentar grupo (${rest})…` };
};

const emptyOf = (db: Db, format: Format): Empty => {
  const last = sitesInQueue(db)
    .map((site) => extremes(db, site).lastFiled ?? '')
    .sort()
    .at(-1);
  if (last)
    return { icon: 'hecho', title: 'Ningún trámite ha fallado', sentence: `Lo último se presentó el ${format.instant(last).text}.` };
  return {
    ...{ icon: 'documento', title: 'Todavía no ha fallado nada', sentence: 'Aquí se juntan los trámites que fallan por lo mismo.' },
    ...{ href: '/cola', action: 'Ver la cola' },
  };
};
