import type { Permiso } from '#server/acceso/permisos.ts';

/** What an entry of the menu counts: what is there to be done behind it. */
export type CountName = 'cola' | 'revision' | 'errores' | 'avisos';

type Place = {
  readonly href: string;
  readonly word: string;
  readonly icon: string;
  /** Shown only to who may do this; without it, to whoever may see pages at all. */
  readonly permiso?: Permiso;
  readonly count?: CountName;
};
type Group = { readonly title: string; readonly places: readonly Place[] };

/** Where the navigation leads, in its order. A new page of the menu is a line here. */
export const menu: readonly Group[] = [
  { title: '', places: [{ href: '/', word: 'Panel', icon: 'panel' }] },
  {
    title: 'Trámites',
    places: [
      { href: '/cola', word: 'Cola', icon: 'cola', count: 'cola' },
      { href: '/revision', word: 'Revisión', icon: 'mano', count: 'revision' },
      { href: '/historial', word: 'Historial', icon: 'hecho' },
      { href: '/errores', word: 'Errores', icon: 'fallo', count: 'errores' },
    ],
  },
  {
    title: 'Recursos',
    places: [
      { href: '/ciclos', word: 'Ciclos', icon: 'ciclos' },
      { href: '/organismos', word: 'Organismos', icon: 'organismos' },
    ],
  },
  {
    title: 'SAM',
    places: [
      { href: '/ejecuciones', word: 'Ejecuciones', icon: 'marcha' },
      { href: '/lanzador', word: 'Lanzador', icon: 'adelante' },
      { href: '/balance', word: 'Balance', icon: 'balance' },
      { href: '/programaciones', word: 'Programaciones', icon: 'reloj' },
      { href: '/robots', word: 'Robots', icon: 'robot' },
      { href: '/equipos', word: 'Equipos', icon: 'pantalla' },
      { href: '/pools', word: 'Pools', icon: 'organismos' },
      { href: '/carga', word: 'Fuentes de carga', icon: 'carga' },
      { href: '/mapeos', word: 'Mapeos', icon: 'mapeos' },
      { href: '/analitica', word: 'Analítica', icon: 'analitica' },
    ],
  },
  {
    title: 'Cerebro',
    places: [
      { href: '/avisos', word: 'Avisos', icon: 'aviso', count: 'avisos' },
      { href: '/sistema', word: 'Sistema', icon: 'sistema' },
      { href: '/ajustes', word: 'Ajustes', icon: 'ajustes' },
      { href: '/datos', word: 'Datos', icon: 'datos' },
      { href: '/usuarios', word: 'Usuarios', icon: 'usuarios', permiso: 'usuarios.gestionar' },
      { href: '/auditoria', word: 'Auditoría', icon: 'documento', permiso: 'auditoria.ver' },
    ],
  },
];

const isHere = (href: string, path: string): boolean => (href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`));

/** The menu as one person sees it from that page; groups left empty are left out, and a stranger gets none. */
export const menuAt = (path: string, can: (permiso: Permiso) => boolean) =>
  menu
    .map(({ title, places }) => ({
      title,
      places: places.filter(({ permiso }) => can(permiso ?? 'ver')).map((place) => ({ ...place, current: isHere(place.href, path) })),
    }))
    .filter(({ places }) => places.length > 0);
