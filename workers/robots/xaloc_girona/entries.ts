import type { XalocFields } from './form.ts';

/** Form field (name and id are the same) → what must stand in it. */
export type Entries = Readonly<Record<string, string>>;

/** The represented party's own fields. */
export const representedEntries = ({ represented }: XalocFields): Entries =>
  represented.kind === 'company'
    ? { RepCIF: represented.cif, RepCIFCtrlDigit: represented.control, RepRazonSoc: represented.razonSocial }
    : {
        RepDocuNum: represented.numero,
        RepDigito: represented.control,
        RepNombre: represented.nombre,
        RepApellido1: represented.apellido1,
        RepApellido2: represented.apellido2,
      };

/** Once a third party is represented, the e-mail's field is this one and no longer `contact21`. */
export const contactEntries = ({ email }: XalocFields): Entries => ({ contact22: email });

export const caseEntries = ({ denuncia, matricula, expediente }: XalocFields): Entries => ({
  DinVarNUMDEN: denuncia,
  DinVarMATRICULA: matricula,
  DinVarNUMEXP: expediente,
});

/** Everything that is typed. */
export const typedEntries = (fields: XalocFields): Entries => ({
  ...representedEntries(fields),
  ...contactEntries(fields),
  ...caseEntries(fields),
});

/** Everything that is chosen. */
export const chosenEntries = ({ represented }: XalocFields): Entries => ({
  tipoActuacion: 'RT',
  tipoPersonaRepresented: represented.kind === 'company' ? 'RJ' : 'RF',
  modoNotificacion: 'E',
  ...(represented.kind === 'person' ? { RepTipoDoc: represented.tipoDoc } : {}),
});

/** Names of the fields of `found` that do not hold what is expected. */
export const differences = (expected: Entries, found: Entries): readonly string[] =>
  Object.entries(expected)
    .filter(([name, value]) => (found[name] ?? '') !== value)
    .map(([name]) => name);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The paragraphs as the rich text editor takes them. */
export const motiveHtml = (paragraphs: readonly string[]): string =>
  paragraphs.map((text) => `<p>${text.replace(/[&<>"]/g, (character) => entities[character] as string)}</p>`).join('\n');

/** Compared without white space: the editor may break and join lines. */
export const sameText = (a: string, b: string): boolean => a.replace(/\s+/g, '') === b.replace(/\s+/g, '');
