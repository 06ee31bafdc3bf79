import { type IdentityDocument, readDocument } from '../identity.ts';
import { group, type Payload, type Problems, text } from './payload.ts';

/** Who is represented: a company (RJ in the portal) or a person (RF). Upper case, as the portal writes them. */
export type Represented =
  | { readonly kind: 'company'; readonly cif: string; readonly control: string; readonly razonSocial: string }
  | {
      readonly kind: 'person';
      readonly tipoDoc: 'NIF' | 'PS';
      readonly numero: string;
      /** '' for a passport. */
      readonly control: string;
      readonly nombre: string;
      readonly apellido1: string;
      readonly apellido2: string;
    };

/** Who the payload says is represented; what is missing or wrong goes to `problems`. */
export const readRepresented = (payload: Payload, problems: Problems, warnings: string[]): Represented =>
  isCompany(payload) ? readCompany(payload, problems, warnings) : readPerson(payload, problems, warnings);

/** `tipodecliente` decides (1 person, 2 company); only without it, whether there are data of a company. */
export const isCompany = (payload: Payload): boolean => {
  const client = group(payload.cliente);
  const type = text(client.tipodecliente, payload.tipodecliente);
  if (/^[12](\.0+)?$/.test(type)) return type.startsWith('2');
  return text(payload.cif, client.nifempresa, payload.empresa, client.nombrefiscal) !== '';
};

const readCompany = (payload: Payload, problems: Problems, warnings: string[]): Represented => {
  const client = group(payload.cliente);
  const document = readIdentity(text(payload.cif, client.nifempresa, client.nif), 'CIF', problems, warnings);
  const own = text(payload.empresa, client.nombrefiscal, client.nombrejuridico);
  const razonSocial = text(own, payload.sujeto_recurso).toUpperCase();
  if (!razonSocial) problems.add('falta_nombre', 'La empresa representada no tiene razón social.');
  else if (!own) warnings.push('La razón social se toma del sujeto del recurso: el cliente no la tiene.');
  return { kind: 'company', cif: document.number, control: document.control, razonSocial };
};

const readPerson = (payload: Payload, problems: Problems, warnings: string[]): Represented => {
  const client = group(payload.cliente);
  const document = readIdentity(text(client.nif), 'NIF', problems, warnings);
  const nombre = text(client.nombre).toUpperCase();
  const apellido1 = text(client.apellido1).toUpperCase();
  const apellido2 = text(client.apellido2).toUpperCase();
  if (!nombre) problems.add('falta_nombre', 'La persona representada no tiene nombre.');
  if (!apellido1) problems.add('falta_nombre', 'La persona representada no tiene primer apellido.');
  const tipoDoc = document.kind === 'PS' ? 'PS' : 'NIF';
  return { kind: 'person', tipoDoc, numero: document.number, control: document.control, nombre, apellido1, apellido2 };
};

const nobody: IdentityDocument = { kind: 'NIF', number: '', control: '' };

/** Separators inside a document are dropped aloud: the warning keeps what stood there. */
const readIdentity = (raw: string, wanted: 'NIF' | 'CIF', problems: Problems, warnings: string[]): IdentityDocument => {
  if (!raw) {
    problems.add('falta_documento', `Falta el ${wanted} de quien se representa.`);
    return nobody;
  }
  const bare = raw.toUpperCase().replace(/[\s.-]/g, '');
  if (bare !== raw.toUpperCase()) warnings.push(`El documento «${raw}» se presenta como «${bare}».`);
  const document = readDocument(bare);
  const fits = document && (wanted === 'CIF' ? document.kind === 'CIF' : document.kind !== 'CIF');
  if (fits) return document;
  problems.add('documento_no_valido', `«${raw}» no es un ${wanted} válido.`);
  return nobody;
};
