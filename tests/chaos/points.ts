/**
 * The instants at which a death could lose a recurso or file it twice, in the order in which a recurso meets them; the last
 * one is between two others and takes the most aim. Each
 * is reached from outside: a fault of the simulated world that holds a request, or a lock on an SQLite file.
 */
export const points = {
  intencion_sin_reclamar: 'intención escrita, el origen sin tocar',
  reclamado_sin_encolar: 'reclamado en el origen, la cola sin escribir',
  encolado: 'encolado, nadie lo ha tomado',
  descargando_documentos: 'descargando los documentos',
  formulario_abierto: 'abriendo el formulario',
  subiendo_documentos: 'subiendo los documentos',
  antes_del_registro: 'enviado, la sede aún no lo ha registrado',
  tras_el_registro: 'registrado, la sede aún no ha contestado',
  recibo_retenido: 'registrado y contestado, el justificante no llega',
  tras_completar: 'recién completado',
  recibo_anotado: 'justificante anotado por el hilo, el trámite sin cerrar',
} as const;

export type PointName = keyof typeof points;
export const pointNames = Object.keys(points) as PointName[];
