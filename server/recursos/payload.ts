import type { Attachment, SourceRow } from '#server/gateways/origen/origen.ts';

/** Where the facts come from. */
export type PayloadContext = {
  readonly claimedAt: string;
  /** The source, as pages show it. */
  readonly source: string;
  /** Base address of the intranet; without it attachments carry its paths only. */
  readonly intranet: string | undefined;
};

/** Neutral facts of a recurso, with the names of XVIA.md 2.3 where there is one. Texts are '' when unknown. */
export type Payload = ReturnType<typeof buildPayload>;

/**
 * The payload of a trámite. Whatever the data, there is one: whether a site can be filed with it is judged by the
 * robot's form.ts, once per site and not here.
 */
export const buildPayload = (row: SourceRow, attachments: readonly Attachment[], context: PayloadContext) => {
  const text = reader(row);
  return {
    idRecurso: row.id ?? '',
    expediente: row.expediente,
    expediente_num: row.expediente,
    denuncia_num: row.expediente,
    organisme: row.organisme,
    plate_number: plateOf(row),
    sujeto_recurso: text('SujetoRecurso'),
    fase_procedimiento: text('FaseProcedimiento'),
    cif: text('cif'),
    empresa: text('Empresa'),
    cliente: group(text, 'clientes.', clientFacts),
    conductor: driverOf(text),
    numclient: text('numclient'),
    idExp: text('IdExp'),
    falta: text('FAlta'),
    fecha_denuncia: text('DtaDenuncia', 'expedientes.dia'),
    fecha_presentacion: text('expedientes.fpresentacion'),
    procedimiento: text('Procedim'),
    notas: text('notas'),
    adjuntos: attachments.map((attachment) => paperOf(attachment, context)),
    texp_original: row.texp,
    claimed_at: context.claimedAt,
    source: context.source,
  };
};

type Reader = (...names: readonly string[]) => string;

/** The first of the columns that is not blank, as text. */
const reader =
  ({ fields }: SourceRow): Reader =>
  (...names) => {
    for (const name of names) {
      const value = fields[name];
      if (value !== null && value !== undefined && value !== '') return String(value);
    }
    return '';
  };

/** Name in the payload → column of `clientes`. */
const clientFacts = {
  tipodecliente: 'tipodecliente',
  nif: 'nif',
  nifempresa: 'nifempresa',
  nombre: 'Nombre',
  apellido1: 'Apellido1',
  apellido2: 'Apellido2',
  nombrefiscal: 'Nombrefiscal',
  nombrejuridico: 'Nombrejuridico',
  nombrecomercial: 'Nombrecomercial',
  email: 'email',
  movil: 'movil',
  telefono1: 'telefono1',
  telefono2: 'telefono2',
  calle: 'calle',
  numero: 'numero',
  escalera: 'escalera',
  piso: 'piso',
  puerta: 'puerta',
  cpostal: 'Cpostal',
  poblacion: 'poblacion',
  provincia: 'provincia',
} as const;

const group = <K extends string>(text: Reader, prefix: string, facts: Readonly<Record<K, string>>): Record<K, string> =>
  Object.fromEntries(Object.entries<string>(facts).map(([name, column]) => [name, text(prefix + column)])) as Record<K, string>;

/** The driver to identify: as the recurso has it, else from DadesIdentif; never half of each. */
const driverOf = (text: Reader) => {
  const own = text('Conducdni', 'ConducNom') !== '';
  const of = (column: string, other: string) => text(own ? column : `DadesIdentif.${other}`);
  return {
    nif: of('Conducdni', 'ConducDni'),
    nombre: of('ConducNom', 'ConducNom'),
    direccion: of('ConducAdr', 'ConducAdr'),
    cpostal: of('ConducCodpost', 'ConducCodpost'),
    poblacion: of('ConducPobl', 'ConducPobl'),
    provincia: own ? text('Conducprov') : '',
  };
};

/** XVIA.md 2.5: the recurso, its expediente, its publication, and at last the free texts where people hide it. */
const plateOf = (row: SourceRow): string => {
  const text = reader(row);
  const given = text('Matricula', 'expedientes.matricula', 'pubExp.matricula');
  return (
    bare(given) || bare(plateIn(text('pubExp.publicación'))) || bare(plateIn(text('notas'))) || bare(plateIn(text('expedientes.notas')))
  );
};

const bare = (plate: string): string => plate.replace(/\s/g, '').toUpperCase();

/** A present-day Spanish plate (0000BBB: no vowels, Ñ nor Q), standing by itself. */
const plateIn = (text: string): string =>
  /(?<![A-Z\d])\d{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}(?![A-Z\d])/i.exec(text)?.[0].replace('-', '') ?? '';

const paperOf = ({ id, filename }: Attachment, { intranet = '' }: PayloadContext) => ({
  id,
  filename: filename || `adjunto-${id}`,
  url: `${intranet}/servicio/recursos/expedientes/pdf-adjuntos/${encodeURIComponent(id)}`,
});
