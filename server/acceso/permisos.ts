/** What somebody may be, from the least to the most. */
export const roles = ['lectura', 'operador', 'revisor', 'administrador'] as const;
export type Rol = (typeof roles)[number];

/** Every action of the panel that is allowed to some and not to others, and the least role it takes. */
const least = {
  /** Every page and list. */
  ver: 'lectura',
  /** Its own password and sessions. */
  'cuenta.propia': 'lectura',
  'ciclos.forzar': 'operador',
  'desajustes.encolar': 'operador',
  /** reintentar, cancelar, devolver; one or many. */
  'tramites.ordenar': 'operador',
  /** The launcher: hold and let go, stop or unlock a run, resume what is suspended, synchronise. */
  'lanzador.mandar': 'operador',
  /** Avisos: marked as seen, and silenced for some hours. */
  'avisos.atender': 'operador',
  /** Pausing the whole house, and letting it work again: whoever sees it do harm must be able to. */
  'mantenimiento.mandar': 'operador',
  /** Robots, equipos, pools, asignaciones and programaciones. */
  'robots.editar': 'administrador',
  /** aprobar, rechazar, resolver: what decides whether something is filed. */
  'tramites.revisar': 'revisor',
  'auditoria.ver': 'revisor',
  'organismos.editar': 'administrador',
  'sistema.mandar': 'administrador',
  'usuarios.gestionar': 'administrador',
} as const satisfies Record<string, Rol>;

export type Permiso = keyof typeof least;

export const permisos = Object.keys(least) as Permiso[];

/** Whether that role may do that. Pure. */
export const puede = (rol: Rol, permiso: Permiso): boolean => roles.indexOf(rol) >= roles.indexOf(least[permiso]);

/** The least role that may do it. */
export const leastRol = (permiso: Permiso): Rol => least[permiso];
