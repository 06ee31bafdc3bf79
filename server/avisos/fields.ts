/** Texts of a form, by name. */
export type Texts = Readonly<Record<string, string>>;

const leastHours = 0.1;
const mostHours = 168;
const longest = 500;

/** What the form of a silence says, and what is wrong with it, by field. Pure. */
export const readSilencio = (form: Texts) => {
  const prefijo = (form.prefijo ?? '').trim();
  const motivo = (form.motivo ?? '').trim();
  const typed = (form.horas ?? '').trim();
  const horas = /^\d{1,3}([.,]\d{1,4})?$/.test(typed) ? Number(typed.replace(',', '.')) : Number.NaN;
  const problems: Record<string, string> = {};
  if (!(horas >= leastHours && horas <= mostHours)) problems.horas = `Escriba cuántas horas, de 0,1 a ${mostHours} (una semana).`;
  if (motivo === '') problems.motivo = 'Escriba por qué, para quien lo lea después.';
  else if (motivo.length > longest) problems.motivo = `No puede pasar de ${longest} caracteres.`;
  if (prefijo.length > 100) problems.prefijo = 'No puede pasar de 100 caracteres.';
  return { prefijo, motivo, horas, criticos: form.criticos === '1', problems };
};
