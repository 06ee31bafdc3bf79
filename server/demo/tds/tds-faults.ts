/** What can be told to go wrong at the simulated SQL Server. */
export const tdsFaults = {
  rechaza_acceso: 'El próximo acceso se rechaza (error 18456)',
  corta_al_entrar: 'La próxima conexión se corta nada más abrirse',
  corta_consulta: 'La conexión se corta en la próxima consulta',
  corta_antes: 'La conexión se corta antes de confirmar el próximo UPDATE: no queda hecho',
  corta_despues: 'La conexión se corta después de confirmar el próximo UPDATE: queda hecho y nadie lo sabe',
  tarda: 'La próxima petición tarda 3 segundos',
  interbloqueo: 'El próximo UPDATE es la víctima de un interbloqueo (error 1205)',
  bloqueo: 'El próximo UPDATE espera un bloqueo demasiado tiempo (error 1222)',
  fila_retenida: 'La próxima consulta a RecursosExp tropieza con una fila que otro tiene bloqueada (error 1222), si no la salta (READPAST)',
  sin_permiso: 'El próximo UPDATE no está permitido (error 229)',
  sin_permiso_clientes: 'La próxima consulta a clientes no está permitida (error 229)',
  falta_columna: 'La próxima consulta nombra una columna que ya no existe (error 207)',
  falta_procedimiento: 'El próximo procedimiento no existe (error 2812)',
  sin_permiso_procedimiento: 'El próximo procedimiento no se puede ejecutar (error 229)',
  sin_recuento: 'El próximo UPDATE no dice cuántas filas ha cambiado (NOCOUNT)',
  con_disparador: 'La tabla tiene un disparador en el próximo UPDATE: no admite OUTPUT sin INTO y añade su propio recuento',
  aviso_tras_actualizar: 'Un disparador protesta tras el próximo UPDATE (error 50000) y no lo deshace: queda hecho',
  pausa_antes: 'Retiene el próximo UPDATE antes de hacerlo',
  pausa_despues: 'Retiene la respuesta del próximo UPDATE, ya confirmado',
} as const;

export type TdsFaultList = typeof tdsFaults;
