/** What can go wrong at the simulated intranet's papers. */
export const papersFaults = {
  html_en_vez_de_pdf: 'En lugar del siguiente documento llega la página de acceso, como con la sesión caducada.',
  error_500: 'El siguiente documento responde con un error 500.',
  documento_vacio: 'El siguiente documento llega vacío.',
  documento_tarde: 'El siguiente documento tarda varios segundos en llegar.',
  conexion_cortada: 'La conexión se corta a mitad del siguiente documento.',
  no_encontrado: 'El siguiente documento no existe (404).',
  pausa_documento: 'Retiene la petición del siguiente documento.',
} as const;

export type PapersFaults = typeof papersFaults;
