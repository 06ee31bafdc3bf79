import { outsideProviders } from '#server/settings-balance.ts';

/** Texts of a form, by the name of the column. */
export type Texts = Readonly<Record<string, string>>;

export type MapeoColumns = {
  readonly proveedor: string;
  readonly nombre_externo: string;
  readonly robot_id: string;
  readonly descripcion: string;
};

const longestName = 200;

/** Who calls robots by names of their own; the local queue knows them by their number. */
export const proveedores = outsideProviders;

/** What the form of a mapeo tells, and what is wrong with it, by column. Pure. */
export const readMapeo = (form: Texts): { readonly columns: MapeoColumns; readonly problems: Record<string, string> } => {
  const text = (name: string) => (form[name] ?? '').trim();
  const columns = {
    proveedor: text('proveedor').toLowerCase(),
    nombre_externo: text('nombre_externo'),
    robot_id: text('robot_id'),
    descripcion: text('descripcion'),
  };
  const problems: Record<string, string> = {};
  if (!(proveedores as readonly string[]).includes(columns.proveedor)) problems.proveedor = `Elija una fuente: ${proveedores.join(' o ')}.`;
  if (columns.nombre_externo === '') problems.nombre_externo = 'Escriba el nombre que le da la fuente.';
  else if (columns.nombre_externo.length > longestName) problems.nombre_externo = `No puede pasar de ${longestName} caracteres.`;
  if (columns.robot_id === '') problems.robot_id = 'Elija el robot.';
  if (columns.descripcion.length > longestName) problems.descripcion = `No puede pasar de ${longestName} caracteres.`;
  return { columns, problems };
};
