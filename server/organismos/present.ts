import { readFlag, readText } from './fields.ts';
import { columns, type Field, modoHelp, type Section, sections } from './help.ts';
import type { RawRow } from './queries.ts';
import { parseOrganismo } from './rules.ts';

type Texts = Readonly<Record<string, string>>;

export type FieldView = Field & { readonly value: string; readonly checked: boolean; readonly reason: string };

export type FormView = {
  readonly isNew: boolean;
  readonly action: string;
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
  help: ['Encendido, el próximo ciclo reclama sus recursos. Apagado, no se reclama nada nuevo; lo que ya está en la cola sigue su camino.'],
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
  return {
    isNew: siteId === null,
    action: siteId === null ? '/organismos' : `/organismos/${encodeURIComponent(siteId)}`,
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
