import { xalocForm } from '#workers/robots/xaloc_girona/form.ts';

/** Invented recursos, as the queue holds them. */
export const companyPayload = (expediente: string): Record<string, unknown> => ({
  expediente_num: expediente,
  denuncia_num: expediente,
  plate_number: '0000BBB',
  sujeto_recurso: 'EXEMPLE TRANSPORTS SL',
  fase_procedimiento: 'Denuncia',
  cif: 'B00000000',
  empresa: 'Exemple Transports SL',
  cliente: { tipodecliente: 2 },
});

export const personPayload = (expediente: string): Record<string, unknown> => ({
  ...companyPayload(expediente),
  cif: '',
  empresa: '',
  fase_procedimiento: 'Sanción',
  cliente: { tipodecliente: 1, nif: '00000000T', nombre: 'Núria', apellido1: 'Exemple', apellido2: 'Prova' },
});

/** The form's own fields for a payload. @throws when the form finds a problem. */
export const fieldsOf = (payload: Record<string, unknown>): unknown => {
  const filled = xalocForm.fill(payload, { user_email: 'bustia@seu.example' });
  if (!filled.ok) throw new Error(filled.problems.join(' '));
  return filled.fields;
};
