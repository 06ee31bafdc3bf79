import { type BodyName, bodies } from './bodies.ts';
import { clientNumber, companyName, documentOf, inventClient, isCompany, pick, type Row, subjectOf } from './people.ts';

/**
 * What must become of a recurso with the demo's organismos:
 * `fileable` filed by the robot; `claimed` claimed and queued, its data or its missing robot decide the rest;
 * `discarded` seen by an organismo and turned down; `foreign` never even seen.
 */
export type Fate = 'fileable' | 'claimed' | 'discarded' | 'foreign';

/** One invented recurso with its rows in every table. */
export type SampleRecurso = {
  /** Position in the sample; everything about it follows from this number. */
  readonly n: number;
  /** Name of the trap it sets (XVIA.md 6); null for an ordinary one. */
  readonly trap: string | null;
  readonly fate: Fate;
  readonly recurso: Row;
  readonly clientes: readonly Row[];
  readonly expedientes: readonly Row[];
  readonly pubExp: readonly Row[];
  readonly DadesIdentif: readonly Row[];
  readonly attachments: readonly Row[];
};

export const firstId = 90_001;
/** Ordinary ids stay below this; traps that need an odd id use greater ones. */
export const lastOrdinaryId = 89_999_999;

/** Every phase of the procedure, as people type them (XVIA.md 1.1, 2.6). */
export const phases = [
  'denuncia',
  'Identificación',
  'propuesta de resolucion',
  'SANCION',
  'apremio',
  'Embargo',
  'requerimiento de embargo',
  'extraordinario de revisión',
  'subsanacion',
  'reclamaciones',
  'Propuesta de Resolución',
  'Sanción',
  'requerimiento embargo',
  'reclamación',
] as const;

/** The ordinary recurso number `n` of a body: complete, valid and invented, with 0 to 3 attachments. */
export const inventRecurso = (body: BodyName, n: number): SampleRecurso => ({
  n,
  trap: null,
  fate: body === 'xaloc' ? 'fileable' : body === 'base' ? 'claimed' : 'foreign',
  recurso: recursoRow(body, n),
  clientes: [inventClient(n)],
  expedientes: [expedienteRow(body, n)],
  pubExp: n % 5 === 0 ? [publicationRow(body, n)] : [],
  DadesIdentif: n % 6 === 0 ? [driverRow(body, n)] : [],
  attachments: attachmentRows(n, pick([0, 1, 2, 3], n)),
});

const recursoRow = (body: BodyName, n: number): Row => ({
  // A bigint is bound as an INTEGER; a JavaScript number would be stored as a decimal in a column without a type.
  idRecurso: BigInt(firstId + n),
  IdExp: 50_000 + n,
  IdPublic: n % 5 === 0 ? 700 + n : null,
  Expedient: bodies[body].expediente(n),
  Organisme: padded(pick(bodies[body].spellings, n), n),
  TExp: pick([2, 3], n >> 1),
  Estado: 0,
  UsuarioAsignado: pick([null, '', '          '], n),
  FUsuarioCompletado: null,
  numclient: clientNumber(n),
  SujetoRecurso: subjectOf(n),
  FaseProcedimiento: pick(phases, n),
  Matricula: plate(n),
  cif: isCompany(n) ? documentOf(n) : null,
  Empresa: isCompany(n) ? companyName(n) : null,
  automatic_id: automaticId(n),
  FAlta: day(n),
  DtaDenuncia: day(n - 40),
  Procedim: 'SANCIONADOR',
  notas: n % 8 === 0 ? 'Muestra inventada para la demostración' : null,
  ...driverOnRecurso(n),
});

export const automaticId = (n: number): number => 600_000 + n;

/** Old and new plates, in the untidy ways people write them; the letters of the new ones are not issued yet. */
const plate = (n: number): string => {
  const digits = String(n % 10_000).padStart(4, '0');
  return pick([`${digits}ZZZ`, `${digits} ZZY`, `${digits}zzx`, `GI-${digits}-ZZ`, ` ${digits} Z Z W `], n);
};

/** nchar columns come padded with blanks; a third of the sample does too. */
const padded = (text: string, n: number): string => (n % 3 === 0 ? text.padEnd(100, ' ') : text);

const day = (n: number): string => new Date(Date.UTC(2025, 0, 15 + (((n % 300) + 300) % 300))).toISOString().slice(0, 10);

const driverOnRecurso = (n: number): Row => {
  const given = n % 4 === 1;
  return {
    Conducdni: given ? documentOf(2 * n + 1) : null,
    ConducNom: given ? subjectOf(2 * n + 1) : null,
    ConducAdr: given ? `Carrer Imaginari, ${n % 90}` : null,
    ConducCodpost: given ? '17001' : null,
    ConducPobl: given ? 'Girona' : null,
    Conducprov: given ? 'Girona' : null,
  };
};

const expedienteRow = (body: BodyName, n: number): Row => ({
  idexpediente: 50_000 + n,
  numexpediente: bodies[body].expediente(n),
  matricula: plate(n),
  Idpublic: n % 5 === 0 ? 700 + n : null,
  ExpedientePublicacion: null,
  fpresentacion: n % 3 === 0 ? null : day(n + 20),
  dia: day(n - 60),
  notas: null,
});

const publicationRow = (body: BodyName, n: number): Row => ({
  Idpublic: 700 + n,
  Exp: bodies[body].expediente(n),
  publicación: `Notificación inventada del expediente ${bodies[body].expediente(n)}, vehículo ${plate(n)}`,
  matricula: plate(n),
});

const driverRow = (body: BodyName, n: number): Row => ({
  idExp: 50_000 + n,
  Expedient: bodies[body].expediente(n),
  ConducDni: documentOf(2 * n + 1),
  ConducNom: subjectOf(2 * n + 1),
  ConducAdr: `Avinguda Fictícia, ${n % 90}`,
  ConducCodpost: '17600',
  ConducPobl: 'Figueres',
});

/** What the intranet serves under an attachment's number: even ones are PDF, odd ones JPEG. */
const attachmentNames = ['denúncia notificada.pdf', 'foto radar.jpg', 'Autorització (signada).PDF'];

export const attachmentId = (n: number, k: number): number => 1_000_000 + n * 8 + k;

const attachmentRows = (n: number, count: number): Row[] =>
  attachmentNames.slice(0, count).map((name, k) => attachmentRow(n, k, name.replace('.', ` ${n}.`)));

export const attachmentRow = (n: number, k: number, filename: string | null): Row => ({
  id: attachmentId(n, k),
  automatic_id: automaticId(n),
  Filename: filename,
});
