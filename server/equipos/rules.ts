/** Licences of an A360 user with which a robot may run unattended (SAM.md 3.5); the rest only let people build robots. */
export const validLicences = ['ATTENDEDRUNTIME', 'RUNTIME'] as const;

/** Features joined by «, », as `licencia` keeps them. Pure. */
export const joinLicences = (features: readonly string[]): string => features.join(', ');

/** Whether one of the features of `licencia` lets a robot run. Pure. */
export const hasValidLicence = (licencia: string | null): boolean =>
  (licencia ?? '').split(',').some((feature) => (validLicences as readonly string[]).includes(feature.trim().toUpperCase()));

/** A thread of this machine (`local-1` … `local-n`), not a machine of A360. Pure. */
export const isLocal = (equipoId: string): boolean => /^local-\d/.test(equipoId);
