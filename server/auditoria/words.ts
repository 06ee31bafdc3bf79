/** What people did, as a verb by its effect. tests/house proves that no recorded action is missing. */
export const actionWords: Readonly<Record<string, string>> = {
  aprobar: 'Aprueba el envío',
  rechazar: 'Rechaza el envío',
  reintentar: 'Reintenta desde el principio',
  cancelar: 'Cancela',
  resolver: 'Resuelve la duda',
  devolver: 'Devuelve al origen',
  adoptar: 'Pone en la cola',
  crear: 'Crea',
  editar: 'Cambia',
  restaurar: 'Restaura reglas de antes',
  renombrar: 'Cambia el identificador',
  encender: 'Enciende',
  apagar: 'Apaga',
  pausar: 'Pausa',
  retener: 'Retiene el lanzador',
  soltar: 'Suelta el lanzador',
  reanudar: 'Reanuda',
  asignar: 'Asigna equipos',
  desasignar: 'Quita equipos',
  mover: 'Cambia de pool',
  borrar: 'Borra',
  aceptar: 'Da por buenas las bajas',
  entrar: 'Entra',
  salir: 'Sale',
  fallar_entrada: 'No acierta la contraseña',
  bloquear_entrada: 'Falla demasiadas veces seguidas: la puerta descansa',
  denegar: 'Intenta lo que no se le permite',
  cambiar_clave: 'Cambia la contraseña',
  terminar_sesiones: 'Termina sus sesiones',
  parar: 'Pide que se pare',
  desbloquear: 'Desbloquea',
  probar: 'Prueba',
  volver: 'Vuelve al valor de fuera',
  marcar_visto: 'Marca como visto',
  silenciar: 'Silencia avisos',
  levantar: 'Levanta un silencio',
  descargar: 'Descarga',
  copiar: 'Hace una copia de seguridad',
  limpiar: 'Limpia lo que ya no se conserva',
  examinar: 'Comprueba la base de datos',
};

/** The things people do something with. */
export const entityWords: Readonly<Record<string, string>> = {
  tramite: 'Trámite',
  recurso: 'Recurso',
  organismo: 'Organismo',
  usuario: 'Usuario',
  robot: 'Robot',
  equipo: 'Equipo',
  lanzador: 'Lanzador',
  sistema: 'Cerebro',
  ciclo: 'Ciclo',
  orden: 'Orden',
  lote: 'Lote',
  programacion: 'Programación',
  pool: 'Pool',
  ejecucion: 'Ejecución',
  sincronizacion: 'Sincronización',
  mapeo: 'Mapeo',
  fuente: 'Fuente de tickets',
  ajuste: 'Ajuste',
  aviso: 'Aviso',
  silencio: 'Silencio',
  soporte: 'Paquete de soporte',
  copia: 'Copia de seguridad',
  datos: 'Datos',
};

const readable = (word: string): string => {
  const text = word.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** Its word; one of another version is told by its name rather than lost. */
export const wordOf = (words: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(words, name) ? (words[name] as string) : readable(name);
