import { eventsOf } from '#server/historial/queries.ts';
import { tellAll } from '#server/historial/story.ts';
import type { PageKey } from '#server/lib/page.ts';
import { organismoRows } from '#server/panel/organismos.ts';
import { robotChoices } from '#server/robots/queries.ts';
import type { Web } from '#server/web.ts';
import { readFlag, readText } from './fields.ts';
import { columns, type Field, modoHelp, type Section, sections } from './help.ts';
import type { PruebaView } from './prueba.ts';
import { findVersions, presentVersion, type RawRow, versionBefore } from './queries.ts';
import { parseOrganismo, readSiteId } from './rules.ts';
import { presentVersions, shownRules, versionsPerPage } from './versions.ts';

export type Texts = Readonly<Record<string, string>>;

export type FieldView = Field & { readonly value: string; readonly checked: boolean; readonly reason: string };

export type FormView = {
  readonly isNew: boolean;
  readonly action: string;
  /** Where the form as it is typed is tried. */
  readonly trial: string;
  readonly siteId: FieldView;
  readonly active: FieldView;
  readonly sections: readonly (Omit<Section, 'fields'> & { readonly fields: readonly FieldView[] })[];
  readonly modos: typeof modoHelp;
  readonly robots: readonly { readonly robot_id: string; readonly robot: string }[];
};

const siteIdField: Field = {
  name: 'site_id',
  label: 'Identificador',
  kind: 'code',
  required: true,
  example: 'xaloc_girona',
  help: ['De 1 a 64 letras minúsculas sin acento, cifras o «_». No se puede cambiar después.'],
};

const activeField: Field = {
  name: 'active',
  label: 'Encendido',
  kind: 'flag',
  help: [
    'Encendido, el próximo ciclo reclama sus recursos. Apagado, no se reclama nada nuevo; lo que ya está en la cola sigue su camino.',
    'Unas reglas nuevas se guardan siempre apagadas: al guardar se abre su ensayo, y desde allí se enciende.',
  ],
};

/** What a new organismo begins with. */
export const blankValues: Texts = { modo: 'aprobar', prioridad: '100', active: '0', solo_sin_asignar: '0' };

/** A stored row as texts, whatever its writer left there. */
export const valuesOf = (row: RawRow): Texts =>
  Object.fromEntries(columns.map((column) => [column, isFlag(column) ? flagText(row[column]) : (readText(row[column]) ?? '')]));

const isFlag = (column: string): boolean => column === 'active' || column === 'solo_sin_asignar';
/** What is neither yes nor no stays as it is, so that saving the form untouched does not quietly decide. */
const flagText = (raw: unknown): string => {
  const flag = readFlag(raw);
  return flag === undefined ? (readText(raw) ?? '') : flag ? '1' : '0';
};

/** The form with those values and, beside each field, why it is refused. */
export const presentForm = (siteId: string | null, values: Texts, reasons: Texts, robots: FormView['robots']): FormView => {
  const view = (field: Field): FieldView => ({
    ...field,
    value: values[field.name] ?? '',
    checked: readFlag(values[field.name]) === true,
    reason: reasons[field.name] ?? '',
  });
  const path = siteId === null ? '/organismos/nuevo' : `/organismos/${encodeURIComponent(siteId)}`;
  return {
    isNew: siteId === null,
    action: siteId === null ? '/organismos' : path,
    trial: `${path}/prueba`,
    siteId: view(siteIdField),
    active: view(activeField),
    sections: sections.map((section) => ({ title: section.title, fields: section.fields.map(view) })),
    modos: modoHelp,
    robots,
  };
};

/** Why a stored row is disabled, by field; and what works but deserves a look. */
export const complaintsOf = (row: RawRow): { readonly problems: Texts; readonly warnings: readonly string[] } => {
  const parsed = parseOrganismo(row);
  if (parsed.ok) return { problems: {}, warnings: parsed.organismo.warnings };
  return { problems: Object.fromEntries(parsed.problems.map((problem) => [problem.field, problem.sentence])), warnings: [] };
};

export const pathOf = (row: RawRow): string => `/organismos/${encodeURIComponent(row.site_id)}`;

/** What a form is shown with besides what is stored. */
export type Typed = { readonly values: Texts; readonly reasons?: Texts; readonly prueba?: PruebaView };

/** Everything the page of an organismo shows; `key` = the page of its versions. */
export const presentOne = (web: Web, row: RawRow, { values, reasons, prueba }: Partial<Typed>, key: PageKey | null) => {
  const { db } = web.deps;
  const { problems, warnings } = complaintsOf(row);
  const isOdd = readSiteId(row.site_id) === undefined;
  return {
    title: row.site_id,
    row: organismoRows(web).find((one) => one.id === row.id),
    form: presentForm(row.site_id, values ?? valuesOf(row), reasons ?? (prueba ? {} : problems), robotChoices(db)),
    rules: shownRules(row),
    reasons: reasons ?? {},
    problems: Object.values(problems),
    warnings,
    prueba: prueba ?? null,
    /** Only for a name that is not valid: nothing hangs from it yet, and it keeps everything else from being used. */
    rename: isOdd ? { action: `/organismos?fila=${row.id}`, value: values?.site_id ?? '', reason: reasons?.site_id ?? '' } : null,
    versions: versionsOf(web, row, key),
    history: tellAll(eventsOf(db, 'organismo', row.site_id), web.format),
  };
};

const versionsOf = ({ deps: { db }, format }: Web, row: RawRow, key: PageKey | null) => {
  const before = (id: number) => versionBefore(db, row.site_id, id);
  const found = findVersions(db, row.site_id, key, versionsPerPage);
  return presentVersions({ path: pathOf(row), found, key, before, presentId: presentVersion(db, row.site_id)?.id ?? null }, format);
};
