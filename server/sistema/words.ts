const cycleWords: Readonly<Record<string, string>> = {
  reclamar: 'Reclamar recursos',
  despachar: 'Dar trámites a los robots',
  indexar: 'Poner al día el buscador',
  sincronizar: 'Traer robots y equipos de A360',
  conciliar: 'Conciliar con A360',
  lanzar: 'Lanzar robots en A360',
  balancear: 'Repartir los equipos',
  avisar: 'Enviar los avisos',
  vigilar: 'Mirar el disco',
  copiar: 'Copiar la base de datos',
  limpiar: 'Quitar lo que ya no se conserva',
  examinar: 'Comprobar la base de datos',
};

/** What a cycle does, in words; one this page does not know is told by its name. */
export const cycleWord = (name: string): string => cycleWords[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
