/** What a code of failure means to a person, and whether the same again would end better. */
export type FailureWords = {
  /** What happened, without a capital. */
  readonly words: string;
  /** `si`: it was the moment; `arreglar`: only after mending something; `no`: the same would happen. */
  readonly again: 'si' | 'arreglar' | 'no';
  /** What to do about it, a sentence. */
  readonly advice: string;
};

type Kind = readonly [again: FailureWords['again'], advice: string];

const passing: Kind = ['si', 'Suele ser cosa del momento: reintente.'];
const machine: Kind = ['arreglar', 'Avise a informática; reintente cuando esté arreglado.'];
const data: Kind = ['arreglar', 'Corrija los datos o los documentos del recurso en la intranet; si no se puede, devuélvalo al origen.'];
const rules: Kind = ['arreglar', 'Complete los datos del robot de ese organismo y reintente.'];
const portal: Kind = ['arreglar', 'Mire la última captura: si la sede ha cambiado, avise a informática antes de reintentar.'];
const sent: Kind = ['no', 'Búsquelo en la sede antes de nada y diga aquí qué encontró.'];

const known: Readonly<Record<string, readonly [words: string, kind: Kind]>> = {
  portal_lento: ['la sede tarda demasiado', passing],
  portal_con_error: ['la sede contesta con un error suyo', passing],
  portal_no_responde: ['la sede no responde', passing],
  ventana_bloqueada: ['la sede no abrió su ventana', passing],
  navegador_caido: ['el navegador se cayó', passing],
  hilo_terminado: ['el robot murió a medias', passing],
  intento_caducado: ['el intento tardó demasiado', passing],
  sesion_caducada: ['la sesión ha caducado', passing],
  intranet_lenta: ['la intranet tarda demasiado', passing],
  intranet_no_disponible: ['la intranet no responde', passing],
  intranet_con_errores: ['la intranet contesta con un error', passing],
  documento_vacio: ['la intranet envió un documento vacío', passing],
  navegador_no_arranca: ['el navegador no arranca', machine],
  maquina_sin_recursos: ['a la máquina le falta disco o memoria', machine],
  certificado_rechazado: ['la conexión segura con la sede falla', machine],
  sin_intranet: ['la intranet no está configurada', machine],
  robot_desconocido: ['no hay robot con ese nombre', machine],
  error_inesperado: ['un error que nadie esperaba', machine],
  payload_ilegible: ['los datos del trámite no se pueden leer', machine],
  error_del_robot: ['el robot encontró algo que no esperaba', portal],
  formulario_alterado: ['el formulario de la sede no es el esperado', portal],
  resumen_distinto: ['el resumen de la sede no coincide con lo rellenado', portal],
  expediente_no_existe: ['la sede no conoce el expediente', data],
  expediente_vacio: ['falta el expediente', data],
  falta_expediente: ['falta el expediente', data],
  falta_documento: ['falta el documento de identidad', data],
  falta_nombre: ['falta el nombre', data],
  fase_desconocida: ['la fase del procedimiento no se conoce', data],
  texto_incompleto: ['el texto del recurso está incompleto', data],
  adjuntos_no_validos: ['la lista de adjuntos no se puede leer', data],
  documentos_no_validos: ['la sede no admite los documentos', data],
  documento_no_valido: ['un documento no es válido', data],
  documento_no_encontrado: ['la intranet no tiene un documento', data],
  documento_rechazado: ['la intranet no entrega un documento', data],
  documento_demasiado_grande: ['un documento es demasiado grande', data],
  identificador_no_valido: ['un documento tiene un identificador que no vale', data],
  parametros_incompletos: ['faltan datos del robot', rules],
  restaurado: ['la base se restauró de una copia', sent],
  restaurado_cancelado: ['la base se restauró de una copia, donde estaba cancelado', sent],
  reclamacion_perdida: [
    'el recurso ya no era nuestro',
    ['no', 'No se envió nada. Averigüe quién lo lleva y devuélvalo: se cancela aquí y el origen no se toca.'],
  ],
  a360_sin_registro: ['el robot de A360 terminó sin dar el número de registro', sent],
  a360_fallo: ['el robot de A360 no terminó bien', sent],
  a360_sin_constancia: ['no se sabe cómo terminó el robot de A360', sent],
  a360_desbloqueada: ['una persona dio por interrumpida su ejecución en A360', sent],
  lanzamiento_sin_respuesta: ['no se sabe si A360 llegó a empezarlo', sent],
  envio_dudoso: ['el envío empezó y no se sabe cómo acabó', sent],
  envio_sin_constancia: ['el robot dice que envió y no dejó constancia', sent],
  guardia_repetida: ['ya se había empezado un envío', sent],
  diario_no_escrito: ['se presentó y no se pudo apuntar', sent],
  justificante_no_verificado: ['el justificante falta o está dañado', sent],
  justificante_no_valido: ['lo que llegó no es un justificante', sent],
  justificante_sin_registro: ['el justificante no trae número de registro', sent],
  justificante_de_otro: ['el justificante es de otro expediente', sent],
  justificante_ilegible: ['el justificante no se puede leer', sent],
};

/** Known codes by the table; any other by its own words and with prudence. `doubtful`: it may have been sent. Pure. */
export const failureWords = (code: string | null, doubtful: boolean): FailureWords => {
  const found = code !== null && Object.hasOwn(known, code) ? known[code] : undefined;
  const words = found?.[0] ?? (code ? code.replaceAll('_', ' ') : 'sin código');
  const [again, advice] = found?.[1] ?? (['arreglar', 'Lea el motivo y la última captura antes de reintentar.'] as const);
  // Whatever went wrong after the submission began, it is looked for at the portal first.
  return doubtful && code !== 'reclamacion_perdida' ? { words, again: 'no', advice: sent[1] } : { words, again, advice };
};

/** The answer to «¿merece la pena reintentar?». */
export const againWords: Readonly<Record<FailureWords['again'], string>> = {
  si: 'Sí, suele bastar con reintentar',
  arreglar: 'Solo después de arreglar la causa',
  no: 'No: hay que mirarlo',
};
