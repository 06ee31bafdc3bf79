/**
 * The columns known of each table, in the spelling payloads are made from (XVIA.md 1.1, 1.2): their case varies between
 * sources. Any of them may be missing, and others may stand beside them.
 */
const known: Readonly<Record<string, readonly string[]>> = {
  RecursosExp: [
    ...['IdExp', 'IdPublic', 'FUsuarioCompletado', 'numclient', 'SujetoRecurso', 'FaseProcedimiento', 'Matricula', 'cif', 'Empresa'],
    ...['automatic_id', 'FAlta', 'DtaDenuncia', 'Procedim', 'notas', 'Conducdni', 'ConducNom', 'ConducAdr', 'ConducCodpost'],
    ...['ConducPobl', 'Conducprov'],
  ],
  clientes: [
    ...['numerocliente', 'tipodecliente', 'nif', 'nifempresa', 'Nombre', 'Apellido1', 'Apellido2', 'Nombrefiscal', 'Nombrejuridico'],
    ...['Nombrecomercial', 'email', 'movil', 'telefono1', 'telefono2', 'calle', 'numero', 'escalera', 'piso', 'puerta', 'Cpostal'],
    ...['poblacion', 'provincia'],
  ],
  expedientes: ['idexpediente', 'numexpediente', 'matricula', 'Idpublic', 'ExpedientePublicacion', 'fpresentacion', 'dia', 'notas'],
  pubExp: ['Idpublic', 'Exp', 'publicación', 'matricula'],
  DadesIdentif: ['Expedient', 'idExp', 'ConducDni', 'ConducNom', 'ConducAdr', 'ConducCodpost', 'ConducPobl'],
};

const spellings = new Map(
  Object.entries(known).map(([table, names]) => [table, new Map(names.map((name) => [name.toLowerCase(), name]))] as const),
);

/** The name a column of that table goes by in `SourceRow.fields` (there with its table before it when it is a joined one). */
export const knownAs = (table: string, column: string): string => spellings.get(table)?.get(column.toLowerCase()) ?? column;

/** Whether the design knows a column of RecursosExp by that name, whatever its case. */
export const isDesigned = (column: string): boolean =>
  [...requiredColumns, ...(known.RecursosExp ?? [])].some((name) => name.toLowerCase() === column.toLowerCase());

/** The tables looked for beside RecursosExp (XVIA.md 1.2); those that are not there are left out. */
export const joinedTables = ['clientes', 'expedientes', 'pubExp', 'DadesIdentif', 'attachments_resource_documents'] as const;
export type JoinedTable = (typeof joinedTables)[number];

/** Without these a recurso can neither be judged nor claimed. */
export const requiredColumns = ['idRecurso', 'Expedient', 'Organisme', 'TExp', 'Estado', 'UsuarioAsignado'] as const;
