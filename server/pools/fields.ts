/** Texts of a form, by the name of the column. */
export type Texts = Readonly<Record<string, string>>;

/** What the form of a pool tells, and what is wrong with it, by column. Pure. */
export const readPool = (form: Texts) => {
  const nombre = (form.nombre ?? '').trim();
  const descripcion = (form.descripcion ?? '').trim();
  const activo = form.activo === undefined || ['1', 'on', 'true'].includes(form.activo) ? 1 : 0;
  const problems: Record<string, string> = {};
  if (nombre === '') problems.nombre = 'Escriba un nombre.';
  else if (nombre.length > 60) problems.nombre = 'No puede pasar de 60 caracteres.';
  else if (['general', 'local'].includes(nombre.toLowerCase())) problems.nombre = `«${nombre}» ya es el nombre de un pool de la casa.`;
  if (descripcion.length > 200) problems.descripcion = 'No puede pasar de 200 caracteres.';
  return { columns: { nombre, descripcion, activo }, problems };
};
