/** Where what an aviso is about is seen and mended. */
export type Place = { readonly href: string; readonly word: string };

type Kind = {
  /** What its clave begins with; one that ends in «:» is followed by whom it is about. */
  readonly start: string;
  /** Spanish: all the avisos of this kind. */
  readonly word: string;
  /** @param id what follows `start`, as it stands */
  readonly place: (id: string) => Place;
};

const at = (word: string, href: string) => (): Place => ({ word, href });
const organismo = (site: string): Place => ({ word: `Ver el organismo ${site}`, href: `/organismos/${encodeURIComponent(site)}` });
const robot = (id: string): Place => ({ word: 'Ver el robot', href: `/robots/${encodeURIComponent(id)}` });
const equipo = (id: string): Place => ({ word: 'Ver el equipo', href: `/equipos/${encodeURIComponent(id)}` });
const cycle = (name: string): Place => ({ word: 'Ver el ciclo', href: `/sistema#ciclo-${encodeURIComponent(name)}` });

/** `suspendido:<robot>:<equipo>`, either of them empty. */
const suspended = (pair: string): Place => {
  const [robotId = '', equipoId = ''] = pair.split(':');
  return robotId === '' ? equipo(equipoId) : robot(robotId);
};

/** Every kind of aviso the house tells; one that is not here is shown without a place. */
const kinds: readonly Kind[] = [
  { start: 'origen_no_responde', word: 'El origen no responde', place: at('Ver los ciclos', '/ciclos') },
  { start: 'origen_credenciales', word: 'El origen rechaza las credenciales', place: at('Ver la puerta en Sistema', '/sistema') },
  { start: 'intranet_no_responde', word: 'La intranet no responde', place: at('Ver la puerta en Sistema', '/sistema') },
  { start: 'origen_no_admite_reclamar:', word: 'El origen no deja reclamar', place: organismo },
  { start: 'organismo_no_valido:', word: 'Organismos no válidos', place: organismo },
  { start: 'sin_exito:', word: 'Organismos que no presentan nada', place: organismo },
  { start: 'despacho:', word: 'Trámites que no empiezan', place: organismo },
  {
    start: 'devolucion:',
    word: 'Devoluciones al origen',
    place: (id) => ({ word: 'Ver el trámite', href: `/cola?${new URLSearchParams({ q: id })}` }),
  },
  { start: 'revision', word: 'Trámites por revisar', place: at('Ver lo que hay que revisar', '/revision') },
  {
    start: 'revision:',
    word: 'Trámites dudosos, uno a uno',
    place: (id) => ({ word: 'Ver el trámite', href: `/cola/${encodeURIComponent(id)}` }),
  },
  {
    start: 'registro_tardio:',
    word: 'Trámites que A360 presentó y aquí no constan así',
    place: (id) => ({ word: 'Ver el trámite', href: `/cola/${encodeURIComponent(id)}` }),
  },
  { start: 'a360_credenciales', word: 'A360 rechaza las credenciales', place: at('Ver la puerta en Sistema', '/sistema') },
  { start: 'a360_no_responde', word: 'A360 no contesta', place: at('Ver la puerta en Sistema', '/sistema') },
  { start: 'a360_lanzar', word: 'A360 falla al lanzar', place: at('Ver el lanzador', '/lanzador') },
  { start: 'a360_sync_bajas', word: 'Bajas de golpe en A360', place: at('Ver los equipos', '/equipos') },
  { start: 'a360_sync:', word: 'Listas de A360 que no llegan', place: at('Ver los equipos', '/equipos') },
  { start: 'callback_rechazado', word: 'Finales rechazados de A360', place: at('Ver las ejecuciones', '/ejecuciones') },
  { start: 'suspendido:', word: 'Robots y equipos suspendidos', place: suspended },
  { start: 'equipo_412:', word: 'Equipos que rechazan lanzamientos', place: equipo },
  {
    start: 'sin_equipos:',
    word: 'Robots con tickets y sin equipos',
    place: (id) => ({ word: 'Ver su reparto', href: `/balance/${encodeURIComponent(id)}` }),
  },
  {
    start: 'programacion_perdida:',
    word: 'Programaciones que no se lanzaron',
    place: (id) => ({ word: 'Ver la programación', href: `/programaciones/${encodeURIComponent(id)}` }),
  },
  { start: 'carga:', word: 'Fuentes de tickets que no responden', place: at('Ver las fuentes de carga', '/carga') },
  {
    start: 'carga_credenciales:',
    word: 'Fuentes de tickets que rechazan las credenciales',
    place: at('Ver las fuentes de carga', '/carga'),
  },
  { start: 'apigw_credenciales', word: 'La pasarela APIGW rechaza las credenciales', place: at('Ver la puerta en Sistema', '/sistema') },
  { start: 'apigw_no_responde', word: 'La pasarela APIGW no responde', place: at('Ver la puerta en Sistema', '/sistema') },
  { start: 'ciclo_caido:', word: 'Ciclos que fallan', place: cycle },
  { start: 'ciclo_atrasado:', word: 'Ciclos que no empiezan o no terminan', place: cycle },
  { start: 'reinicios', word: 'Se reinicia una y otra vez', place: at('Ver los arranques', '/sistema#arranques') },
  { start: 'bloqueo', word: 'Se quedó bloqueado', place: at('Ver los arranques', '/sistema#arranques') },
  { start: 'navegador_no_disponible', word: 'No hay navegador', place: at('Ver la puerta en Sistema', '/sistema') },
  { start: 'disco', word: 'Poco sitio en el disco', place: at('Ver el disco en Datos', '/datos#disco') },
  { start: 'registros', word: 'Los registros no se pueden escribir', place: at('Ver los registros en Sistema', '/sistema#registros') },
  { start: 'limpieza_en_espera', word: 'Limpieza que espera', place: at('Ver la limpieza en Datos', '/datos') },
  { start: 'copia_fallida', word: 'Copias que fallan', place: at('Ver las copias', '/datos#copias') },
  { start: 'copia_atrasada', word: 'Copias que no terminan', place: at('Ver las copias', '/datos#copias') },
  { start: 'base_danada', word: 'Base de datos dañada', place: at('Ver la base en Datos', '/datos#base') },
  { start: 'restaurada', word: 'Base restaurada de una copia', place: at('Ver lo que hay que revisar', '/revision') },
  { start: 'envio:', word: 'Avisos que no salen', place: at('Ver los envíos', '/avisos/envios') },
];

const kindOf = (clave: string): Kind | undefined =>
  kinds.find(({ start }) => (start.endsWith(':') ? clave.startsWith(start) : clave === start));

/** Null where this page does not know what it is about. Pure. */
export const placeOf = (clave: string): Place | null => {
  const kind = kindOf(clave);
  return kind ? kind.place(clave.slice(kind.start.length)) : null;
};

/** What a person may ask silence about: each kind and its word. */
export const kindChoices: readonly (readonly [start: string, word: string])[] = kinds.map(({ start, word }) => [start, word]);

/** What a silence is about, in words; '' where nothing is known. Pure. */
export const wordOf = (prefijo: string): string => {
  const kind = kinds.find(({ start }) => (start.endsWith(':') ? prefijo.startsWith(start) || `${prefijo}:` === start : prefijo === start));
  if (kind === undefined) return '';
  const id = prefijo.slice(kind.start.length);
  return id === '' ? kind.word : `${kind.word}: ${id}`;
};
