export * from './avisos.ts';
export * from './cola.ts';
export * from './ejecuciones.ts';
export * from './historial.ts';
export * from './organismos.ts';
export * from './recursos.ts';
export * from './robots.ts';
export * from './sistema.ts';
