import { type Draft, documentTypes, hexNames, personId } from './sessions.ts';

type Fields = Readonly<Record<string, string>>;

/** A field that must look like `pattern`, and what it is called on screen. */
type Rule = { readonly field: string; readonly label: string; readonly pattern: RegExp };

const filled = /\S/;
/** Something written, and nothing of it in lower case: what the checks on blur leave behind. */
const upperCase = /^(?!.*\p{Ll}).*\S/u;
const mail = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

const rule = (field: string, label: string, pattern: RegExp): Rule => ({ field, label, pattern });

const always = [
  rule('DinVarNUMDEN', 'Número de denúncia', filled),
  rule('DinVarMATRICULA', 'Matrícula del vehicle', upperCase),
  rule('DinVarNUMEXP', "Número d'expedient", filled),
  rule('solicitudname', 'Sol·licitud', filled),
  rule('solicituddesc', 'Sol·licitud', filled),
  rule('DBOIDPERS', 'Persona identificada', new RegExp(`^${personId}$`)),
];

const company = [
  rule('RepCIF', 'NIF de la persona representada', /^[A-Z]\d{7}$/),
  rule('RepCIFCtrlDigit', 'Caràcter de control', /^[0-9A-Z]$/),
  rule('RepRazonSoc', 'Raó social', upperCase),
];

const names = [rule('RepNombre', 'Nom', upperCase), rule('RepApellido1', 'Primer cognom', upperCase)];

const nifHolder = [
  rule('RepDocuNum', 'Número de document', /^(\d{8}|[KLMXYZ]\d{7})$/),
  rule('RepDigito', 'Caràcter de control', /^[A-Z]$/),
  ...names,
];

/** Passports: three letters and digits. */
const passportHolder = [
  rule('RepDocuNum', 'Número de passaport', /^[A-Z]{3}\d{1,12}$/),
  rule('RepDigito', 'Caràcter de control', /^[0-9A-Z]?$/),
  ...names,
];

const roleRules = (fields: Fields): Rule[] => {
  if (fields.tipoActuacion !== 'RT') return [rule('tipoActuacion', 'En qualitat de', /^II$/)];
  if (fields.tipoPersonaRepresented === 'RJ') return company;
  if (fields.tipoPersonaRepresented !== 'RF')
    return [rule('tipoPersonaRepresented', 'Persona representada (jurídica o física)', /^R[JF]$/)];
  return [rule('RepTipoDoc', 'Tipus de document', /^(NIF|PS)$/), ...(fields.RepTipoDoc === 'PS' ? passportHolder : nifHolder)];
};

const contactRule = (fields: Fields): Rule =>
  rule(fields.tipoActuacion === 'RT' ? 'contact22' : 'contact21', 'Correu electrònic per als avisos', mail);

const fieldProblems = (fields: Fields, rules: readonly Rule[]): string[] =>
  rules.flatMap(({ field, label, pattern }) => {
    const value = fields[field] ?? '';
    if (pattern.test(value)) return [];
    return [value.trim() === '' ? `El camp «${label}» és obligatori.` : `El camp «${label}» no té un format correcte.`];
  });

const plainText = (rich: string): string => rich.replace(/<[^>]*>|&nbsp;/g, ' ').trim();

const motiveProblems = (fields: Fields): string[] =>
  plainText(fields.DinVarMOTIUS ?? '') === '' ? ['El camp «Motius» és obligatori.'] : [];

const notificationProblems = (fields: Fields): string[] => {
  if (fields.modoNotificacion === 'E') return fieldProblems(fields, [contactRule(fields)]);
  if (fields.modoNotificacion !== 'P') return ['Cal triar com es volen rebre les notificacions.'];
  return fields.tipoPersonaRepresented === 'RJ' ? ['Les persones jurídiques han de rebre les notificacions per mitjans electrònics.'] : [];
};

/** The hidden field of each type must name exactly what the server received. */
const documentProblems = (fields: Fields, draft: Draft): string[] =>
  documentTypes.flatMap(({ id, label, required }) => {
    if (required && !draft.documents[id]?.length) return [`Falta adjuntar el document «${label}».`];
    return (fields[`${id}file`] ?? '') === hexNames(draft, id)
      ? []
      : [`Els documents adjunts de «${label}» no coincideixen amb els rebuts.`];
  });

/** Why this form cannot be accepted, in the portal's words; nothing when it can. */
export const formProblems = (fields: Fields, draft: Draft): string[] => [
  ...fieldProblems(fields, [...roleRules(fields), ...always]),
  ...motiveProblems(fields),
  ...notificationProblems(fields),
  ...documentProblems(fields, draft),
  ...(fields.lopdok === 'S' ? [] : ['Cal acceptar la informació sobre protecció de dades.']),
];
