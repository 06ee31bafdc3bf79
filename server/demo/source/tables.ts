import type { Row } from './people.ts';
import type { SampleRecurso } from './recurso.ts';

/** One table of the source: how it is made, how a row goes in, which rows of a recurso are its. */
export type Table = {
  readonly name: string;
  readonly columns: readonly string[];
  readonly ddl: string;
  readonly insert: string;
  rows(sample: SampleRecurso): readonly Row[];
};

const quoted = (name: string): string => `"${name}"`;

const table = (name: string, columns: string, index: string, rows: Table['rows']): Table => {
  const names = columns.split(',').map((column) => column.trim().split(' ')[0] as string);
  const declared = columns.split(',').map((column) => column.trim().replace(/^\S+/, quoted));
  return {
    name,
    columns: names,
    ddl: `CREATE TABLE ${name} (${declared.join(', ')}); ${index}`,
    insert: `INSERT INTO ${name} (${names.map(quoted).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    rows,
  };
};

/**
 * `Recursos.RecursosExp` and the tables joined to it (XVIA.md 1.1, 1.2). `idRecurso` has no declared type, so that
 * SQLite keeps whole numbers, decimals and texts as they come.
 */
export const tables: readonly Table[] = [
  table(
    'RecursosExp',
    `idRecurso, IdExp INTEGER, IdPublic INTEGER, Expedient TEXT, Organisme TEXT, TExp INTEGER, Estado INTEGER, UsuarioAsignado TEXT,
     FUsuarioCompletado TEXT, numclient INTEGER, SujetoRecurso TEXT, FaseProcedimiento TEXT, Matricula TEXT, cif TEXT, Empresa TEXT,
     automatic_id INTEGER, FAlta TEXT, DtaDenuncia TEXT, Procedim TEXT, notas TEXT, Conducdni TEXT, ConducNom TEXT, ConducAdr TEXT,
     ConducCodpost TEXT, ConducPobl TEXT, Conducprov TEXT`,
    'CREATE UNIQUE INDEX RecursosExp_id ON RecursosExp (idRecurso)',
    (sample) => [sample.recurso],
  ),
  table(
    'clientes',
    `numerocliente INTEGER, tipodecliente INTEGER, nif TEXT, nifempresa TEXT, Nombre TEXT, Apellido1 TEXT, Apellido2 TEXT,
     Nombrefiscal TEXT, Nombrejuridico TEXT, Nombrecomercial TEXT, email TEXT, movil TEXT, telefono1 TEXT, telefono2 TEXT, calle TEXT,
     numero TEXT, escalera TEXT, piso TEXT, puerta TEXT, Cpostal TEXT, poblacion TEXT, provincia TEXT`,
    'CREATE UNIQUE INDEX clientes_numero ON clientes (numerocliente)',
    (sample) => sample.clientes,
  ),
  table(
    'expedientes',
    `idexpediente INTEGER, numexpediente TEXT, matricula TEXT, Idpublic INTEGER, ExpedientePublicacion TEXT, fpresentacion TEXT,
     dia TEXT, notas TEXT`,
    'CREATE UNIQUE INDEX expedientes_id ON expedientes (idexpediente)',
    (sample) => sample.expedientes,
  ),
  table(
    'pubExp',
    'Idpublic INTEGER, Exp TEXT, publicación TEXT, matricula TEXT',
    'CREATE UNIQUE INDEX pubExp_id ON pubExp (Idpublic)',
    (sample) => sample.pubExp,
  ),
  table(
    'DadesIdentif',
    'idExp INTEGER, Expedient TEXT, ConducDni TEXT, ConducNom TEXT, ConducAdr TEXT, ConducCodpost TEXT, ConducPobl TEXT',
    'CREATE INDEX DadesIdentif_exp ON DadesIdentif (idExp)',
    (sample) => sample.DadesIdentif,
  ),
  table(
    'attachments_resource_documents',
    'id INTEGER, automatic_id INTEGER, Filename TEXT',
    'CREATE INDEX attachments_recurso ON attachments_resource_documents (automatic_id)',
    (sample) => sample.attachments,
  ),
];
