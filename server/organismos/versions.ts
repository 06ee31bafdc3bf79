import type { Format, Instant } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { link, type Pager } from '#server/lib/tag.ts';
import { type Columns, ruleColumns, rulesOf } from './form.ts';
import { labels } from './help.ts';
import type { Version } from './queries.ts';

/** One rule that is not what it was. */
export type Difference = { readonly label: string; readonly before: string; readonly after: string };

export type VersionRow = {
  readonly id: number;
  readonly at: Instant;
  readonly by: string;
  /** The rules it has now. */
  readonly present: boolean;
  /** The first one known: there is nothing to compare it with. */
  readonly first: boolean;
  readonly changes: readonly Difference[];
  readonly restore: string;
};

/** What a person reads for a column: never a blank. */
export const shownRule = (name: string, value: unknown): string => {
  if (name === 'solo_sin_asignar' && (value === 0 || value === 1)) return value === 1 ? 'sí' : 'no';
  return value === null || value === undefined || value === '' ? '(nada)' : String(value);
};

/** Each rule by its label, in the order of the form. */
export const shownRules = (rules: Readonly<Record<string, unknown>>): { label: string; value: string }[] =>
  [...labels].filter(([name]) => ruleColumns.includes(name)).map(([name, label]) => ({ label, value: shownRule(name, rules[name]) }));

/** Column by column, in the order of the form. Pure. */
export const differencesOf = (before: Columns, after: Columns): Difference[] =>
  [...labels]
    .filter(([name]) => (before[name] ?? null) !== (after[name] ?? null))
    .map(([name, label]) => ({ label, before: shownRule(name, before[name]), after: shownRule(name, after[name]) }));

export const versionsPerPage = 10;

export type VersionsFound = {
  readonly path: string;
  readonly found: readonly Version[];
  readonly key: PageKey | null;
  /** The version before that one. */
  readonly before: (id: number) => Version | null;
  readonly presentId: number | null;
};

/** A page of versions, the newest first, each with what it changed. */
export const presentVersions = ({ path, found, key, before, presentId }: VersionsFound, format: Format): Versions => {
  const { rows, olderKey, newerKey } = cutPage(found, key, versionsPerPage);
  const at = (page: string | null) => (page === null ? null : `${link(path, { versiones: page })}#versiones`);
  return {
    rows: rows.map((version, index) => {
      const previous = rows[index + 1] ?? before(version.id);
      return {
        id: version.id,
        at: format.instant(version.at),
        by: version.usuario ?? (previous ? 'otro programa, por SQL' : 'la instalación u otro programa, por SQL'),
        present: version.id === presentId,
        first: previous === null,
        changes: previous ? differencesOf(rulesOf(previous.reglas), rulesOf(version.reglas)) : [],
        restore: `${path}/versiones/${version.id}/restaurar`,
      };
    }),
    pager: { older: at(olderKey), newer: at(newerKey) },
  };
};

export type Versions = { readonly rows: readonly VersionRow[]; readonly pager: Pager };
