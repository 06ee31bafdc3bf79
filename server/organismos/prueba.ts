import type { Format } from '#server/lib/format.ts';
import { compileFullMatch } from '#server/lib/full-match.ts';
import { type EnsayoView, presentEnsayo, type Rehearsal, type Shown } from './ensayo.ts';
import { type Columns, defaults, given, type OrganismoForm, problemsOf, readColumns } from './form.ts';
import { labels } from './help.ts';
import type { RawRow } from './queries.ts';
import { buildLink, type Organismo, parseOrganismo, readSiteId } from './rules.ts';
import { shapeOf } from './shapes.ts';

/** The form as it is typed, saved or not, ready to be tried. */
export type Trial = {
  /** null while the rules that judge a recurso cannot be read. */
  readonly organismo: Organismo | null;
  /** What is wrong with it so far, whether or not it keeps it from being tried. */
  readonly problems: readonly string[];
  /** Labels of what a new one still lacks: nobody is told off for a field not yet reached. */
  readonly missing: readonly string[];
  readonly columns: Columns;
};

/** What a recurso is judged by: without one of these there is nothing to try. */
const judging = ['query_organisme', 'excluir_organisme', 'filtro_texp', 'regex_expediente', 'solo_sin_asignar'];
/** A new one takes a recurso after everybody else of its priority, as its id will. */
const last = Number.MAX_SAFE_INTEGER;

/** Reads the form over the row it edits (null: a new one). A wrong value that judges nothing is told and left out. */
export const readTrial = (row: RawRow | null, form: OrganismoForm): Trial => {
  const columns = readColumns(form);
  const siteId = row?.site_id ?? readSiteId(given(form.site_id)?.trim()) ?? 'este';
  const typed = { ...(row ?? { ...defaults, id: last }), ...columns, site_id: siteId, active: 1 };
  const { site_id: _, ...problems } = problemsOf(typed, columns);
  const fields = Object.keys(problems);
  const mended = { ...typed, ...Object.fromEntries(fields.map((field) => [field, defaults[field] ?? null])) };
  const parsed = fields.some((field) => judging.includes(field)) ? null : parseOrganismo(mended);
  const missing = row ? [] : fields.filter((field) => String(columns[field] ?? '').trim() === '');
  return {
    organismo: parsed?.ok ? parsed.organismo : null,
    problems: fields.filter((field) => !missing.includes(field)).map((field) => problems[field] as string),
    missing: missing.flatMap((field) => labels.get(field) ?? []),
    columns,
  };
};

export type PruebaView = {
  readonly problems: readonly string[];
  /** What is still to be written before it can be tried; '' when nothing is. */
  readonly missing: string;
  readonly warnings: readonly string[];
  /** Why the source could not be asked; '' when it was, or there was no need. */
  readonly down: string;
  /** The expression, value by value. */
  readonly examples: readonly { readonly value: string; readonly accepted: boolean }[];
  readonly link: { readonly url: string; readonly of: string } | null;
  readonly ensayo: EnsayoView | null;
};

/** The example of the design, for when the source shows none. */
const example = { expediente: '2025/160585-MUL', idRecurso: '90001' };
const mostExamples = 7;

/** The trial as the page shows it; `rehearsal` null when the source was not asked or did not answer (`down` says why). */
export const presentPrueba = (trial: Trial, rehearsal: Rehearsal | null, down: string, format: Format): PruebaView => ({
  problems: trial.problems,
  missing: new Intl.ListFormat('es', { type: 'conjunction' }).format(trial.missing.map((label) => `«${label}»`)),
  warnings: trial.organismo?.warnings ?? [],
  down,
  examples: examplesOf(trial, rehearsal),
  link: linkOf(trial, rehearsal),
  ensayo: rehearsal ? presentEnsayo(rehearsal, format) : null,
});

const samplesOf = (rehearsal: Rehearsal | null, judged: (reason: string) => boolean): readonly Shown[] =>
  rehearsal
    ? [...rehearsal.matches.samples, ...rehearsal.rejected.filter(({ reason }) => judged(reason)).flatMap((one) => one.samples)]
    : [];

const examplesOf = ({ columns }: Trial, rehearsal: Rehearsal | null): PruebaView['examples'] => {
  const regex = String(columns.regex_expediente ?? '');
  const accepts = regex.trim() === '' ? null : compileFullMatch(regex);
  if (!accepts) return [];
  const samples = samplesOf(rehearsal, (reason) => reason === 'regex_no_coincide').map(({ expediente }) => expediente);
  const values = [...(rehearsal?.suspects ?? []).map((suspect) => suspect.example), ...samples];
  const judged = [example.expediente, ...values].map((value) => ({ value, accepted: accepts(value) }));
  return oneOfEachKind(judged).slice(0, mostExamples);
};

/** Five of the same shape and the same fate teach no more than one. */
const oneOfEachKind = (examples: PruebaView['examples']): PruebaView['examples'] => {
  const kinds = examples.map(({ value, accepted }) => `${accepted} ${shapeOf(value)}`);
  return examples.filter((_, index) => kinds.indexOf(kinds[index] as string) === index);
};

const linkOf = ({ organismo }: Trial, rehearsal: Rehearsal | null): PruebaView['link'] => {
  const first = samplesOf(rehearsal, () => true)[0];
  const values = first ? { expediente: first.expediente, idRecurso: first.id } : example;
  const { url } = buildLink(organismo?.urlTemplate ?? null, values);
  return url === null ? null : { url, of: values.expediente || values.idRecurso };
};
