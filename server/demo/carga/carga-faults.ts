/** What can be told to go wrong at the simulated Clouders. */
export const cargaFaults = {
  carga_500: 'La próxima pregunta recibe un error 500',
  carga_401: 'La próxima pregunta se rechaza como si la credencial no valiera (401)',
  carga_lenta: 'La próxima respuesta tarda más de lo que nadie espera',
  carga_cortada: 'La conexión se corta a mitad de la próxima respuesta',
  carga_html: 'La próxima respuesta es la página de entrada en vez de la lista',
  carga_texto: 'La próxima respuesta da las cuentas como texto',
  carga_negativa: 'La próxima respuesta da la primera cuenta en negativo',
  carga_rara: 'La próxima respuesta da la primera cuenta con letras',
} as const;

export type CargaFaults = typeof cargaFaults;
