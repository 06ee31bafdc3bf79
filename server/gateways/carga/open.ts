import type { LoadProvider } from './carga.ts';

/** Those who count tickets outside, as configured. */
export const openLoadProviders = (): readonly LoadProvider[] => [];
