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

/** Those that only a source behind a network has. Reached first: they are what such a campaign is about. */
export const networkPoints = {
  update_retenido: 'el UPDATE ha llegado a SQL Server y aún no se ha hecho',
  update_sin_respuesta: 'el UPDATE está confirmado, la respuesta no ha salido',
  corte_antes_de_confirmar: 'conexión cortada antes de confirmar el UPDATE',
  corte_tras_confirmar: 'conexión cortada con el UPDATE ya confirmado',
} as const;

/** How the campaign's source is reached. */
export type OrigenKind = 'sqlite' | 'tds';

export type PointName = keyof typeof points | keyof typeof networkPoints;

const everywhere = Object.keys(points) as (keyof typeof points)[];

/** The points a campaign over that kind of source may visit. */
export const pointNamesOf = (origen: OrigenKind): PointName[] =>
  origen === 'tds' ? [...(Object.keys(networkPoints) as PointName[]), ...everywhere] : everywhere;

/** What each means, for the report. */
export const told: Readonly<Record<PointName, string>> = { ...points, ...networkPoints };
