/** What can go wrong at the simulated sede. */
export const sedeFaults = {
  banner_cookies: 'El aviso de cookies tapa toda la portada hasta que se acepta.',
  pagina_lenta: 'La página siguiente tarda varios segundos en llegar.',
  mascara: 'Tras adjuntar, la máscara #mask queda encima de la casilla #lopdok hasta que se marca o pasan unos segundos.',
  popup_bloqueado: 'La portada no abre la ventana de tramitación y lo dice.',
  certificado_rechazado: 'VÀLid rechaza el certificado.',
  sesion_caducada: 'La sesión caduca al pulsar «Continuar» en el formulario.',
  cargador_en_marco: 'El contenido del cargador de documentos llega dentro de un marco (iframe).',
  subida_rechazada: 'El cargador de documentos rechaza la subida.',
  justificante_tarde: 'El justificante del siguiente envío tarda varios segundos en llegar.',
  justificante_no_pdf: 'En lugar del justificante del siguiente envío llega una página HTML.',
  justificante_500: 'El justificante del siguiente envío responde con un error 500.',
  redireccion_perdida: 'El envío se registra, pero la respuesta se pierde.',
  envio_500_antes: 'El envío responde con un error 500 y no se registra nada.',
  pausa_formulario: 'Retiene la petición del formulario.',
  pausa_subida: 'Retiene la subida de documentos, ya recibidos.',
  pausa_envio_antes: 'Retiene el envío antes de registrarlo.',
  pausa_envio_despues: 'Retiene la respuesta del envío, ya registrado.',
  pausa_recibo: 'Retiene el justificante del siguiente envío.',
} as const;

export type SedeFaults = typeof sedeFaults;
