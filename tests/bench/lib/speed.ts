/** Operations per second of that work. */
export const perSecond = async (operations: number, work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return operations / ((performance.now() - began) / 1000);
};

/** The present instant as the house stores it. */
export const now = (): string => new Date().toISOString();
