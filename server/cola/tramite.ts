import type { Format, Instant } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import type { Tramite } from './queries.ts';
import { type Action, allowedActions, type Status } from './transitions.ts';
import { type Around, noteOf, stateTag } from './words.ts';

/** The head of a trámite's page. */
export type TramiteView = {
  readonly id: number;
  readonly title: string;
  readonly resourceId: string;
  readonly site: string;
  readonly status: Status;
  readonly state: Tag;
  readonly note: string;
  readonly code: string | null;
  readonly actions: readonly Action[];
  readonly attempts: number;
  readonly created: Instant;
  readonly ended: Instant | null;
  readonly link: string | null;
  readonly protocol: string | null;
  readonly priority: number;
  readonly ruleVersion: string | null;
};

/** What decides, beyond the status, what a person may order. */
export type Standing = {
  /** The recurso is still claimed by us. */
  readonly claimed: boolean;
  /** An attempt reached its submission. */
  readonly maybeSent: boolean;
};

export const presentTramite = (row: Tramite, around: Around, standing: Standing): TramiteView => ({
  id: row.id,
  title: row.expediente || `Recurso ${row.resource_id}`,
  resourceId: row.resource_id,
  site: row.site_id,
  status: row.status,
  state: stateTag(row.status),
  note: noteOf(row, around),
  code: row.status === 'failed' || row.status === 'needs_review' ? row.error_code : null,
  actions: allowedActions(row.status).filter((action) => makesSense(action, row, standing)),
  attempts: row.attempts,
  created: around.format.instant(row.created_at),
  ended: around.format.instant(row.processed_at),
  link: webLink(row.url_directa),
  protocol: row.protocol,
  priority: row.priority,
  ruleVersion: row.rule_version,
});

/** As the orders themselves refuse it: recursos/release.ts, cola/reintentar.ts. */
const makesSense = (action: Action, { status }: Tramite, { claimed, maybeSent }: Standing): boolean => {
  if (action === 'devolver') return status === 'needs_review' ? !maybeSent : claimed;
  return claimed || action !== 'reintentar' || status !== 'cancelled';
};

const claimWords: Readonly<Record<string, string>> = {
  intended: 'a medias',
  claimed: 'a nombre de Cerebro',
  lost: 'no llegó a hacerse',
  foreign: 'ahora es de otra persona',
  released: 'devuelto',
};

/** Who holds the recurso, as far as is known here. A release nobody could carry out yet has no closing instant. */
export const claimWord = (claim: { readonly state: string; readonly closed_at: string | null } | null): string =>
  claim?.state === 'released' && claim.closed_at === null ? 'devolución ordenada' : (claimWords[claim?.state ?? ''] ?? '');

/** Only what a browser opens as a page; other programs write this column too. */
const webLink = (url: string | null): string | null => (/^https?:$/.test(URL.parse(url ?? '')?.protocol ?? '') ? url : null);

/** One fact of the payload. */
export type Fact = { readonly label: string; readonly value: string };

export type Data = {
  readonly groups: readonly { readonly title: string; readonly facts: readonly Fact[] }[];
  readonly papers: readonly Fact[];
  /** The payload as it stands when it cannot be read as data. */
  readonly unreadable: string | null;
};

const labels: Readonly<Record<string, string>> = {
  idRecurso: 'idRecurso',
  expediente: 'Expediente',
  expediente_num: 'Número de expediente',
  denuncia_num: 'Número de denuncia',
  organisme: 'Organismo en el origen',
  plate_number: 'Matrícula',
  sujeto_recurso: 'Sujeto del recurso',
  fase_procedimiento: 'Fase del procedimiento',
  cif: 'CIF',
  empresa: 'Empresa',
  cliente: 'Cliente',
  conductor: 'Conductor',
  nif: 'NIF',
  nifempresa: 'NIF de la empresa',
  nombre: 'Nombre',
  apellido1: 'Primer apellido',
  apellido2: 'Segundo apellido',
  nombrefiscal: 'Nombre fiscal',
  nombrejuridico: 'Nombre jurídico',
  tipodecliente: 'Tipo de cliente',
  numclient: 'Número de cliente',
  idExp: 'idExp',
  texp_original: 'TExp original',
  claimed_at: 'Reclamado',
  falta: 'Fecha de alta',
  fecha_denuncia: 'Fecha de la denuncia',
  fecha_presentacion: 'Fecha de presentación',
  procedimiento: 'Procedimiento',
  email: 'Correo',
  movil: 'Móvil',
  telefono1: 'Teléfono',
  telefono2: 'Otro teléfono',
  direccion: 'Dirección',
  calle: 'Calle',
  numero: 'Número',
  escalera: 'Escalera',
  piso: 'Piso',
  puerta: 'Puerta',
  cpostal: 'Código postal',
  poblacion: 'Población',
  provincia: 'Provincia',
  source: 'Origen',
};

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const isBlank = (value: unknown): boolean => value === null || value === undefined || value === '';
const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const factsOf = (group: Readonly<Record<string, unknown>>, format: Format): Fact[] =>
  Object.entries(group)
    .filter(([, value]) => !isBlank(value) && !isGroup(value))
    .map(([key, value]) => ({ label: labels[key] ?? key, value: isInstant(value) ? format.instant(value).text : shown(value) }));

const isInstant = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

/** The payload as facts: its own, then each group of it, then the attachments by name. */
export const presentData = (payload: string | null, format: Format): Data => {
  const data = readObject(payload);
  if (!data) return { groups: [], papers: [], unreadable: payload ?? '' };
  const { adjuntos, ...rest } = data;
  const groups = Object.entries(rest).flatMap(([key, value]) =>
    isGroup(value) ? [{ title: labels[key] ?? key, facts: factsOf(value, format) }] : [],
  );
  return {
    groups: [{ title: 'Recurso', facts: factsOf(rest, format) }, ...groups].filter((group) => group.facts.length > 0),
    papers: Array.isArray(adjuntos) ? adjuntos.map(paper) : [],
    unreadable: null,
  };
};

const paper = (entry: unknown): Fact =>
  isGroup(entry) ? { label: shown(entry.id ?? ''), value: shown(entry.filename ?? '') } : { label: '', value: shown(entry) };

const readObject = (json: string | null): Record<string, unknown> | null => {
  try {
    const read: unknown = JSON.parse(json ?? '');
    return isGroup(read) ? read : null;
  } catch {
    return null;
  }
};
