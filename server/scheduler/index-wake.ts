import type { Deps } from '#server/deps.ts';

/** Trámites change many times a second while robots file; what is not indexed yet is found all the same. */
const gatherMs = 2000;

/** Wakes `indexar` now, and some time after trámites change, however often they do. Answers how to stop. */
export const wakeIndexing = (hub: Deps['hub'], wake: Deps['wake'], afterMs = gatherMs): (() => void) => {
  let timer: NodeJS.Timeout | null = null;
  const ring = () => {
    timer = null;
    wake('indexar');
  };
  const deafen = hub.listen(({ entity }) => {
    if (entity === 'tramite' || entity === 'any') timer ??= setTimeout(ring, afterMs);
  });
  wake('indexar');
  return () => {
    deafen();
    if (timer) clearTimeout(timer);
  };
};
