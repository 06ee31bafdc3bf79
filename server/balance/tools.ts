import type { BalanceTools } from './balancear.ts';

/** Who counts the tickets and who decides. Nobody does yet: nothing moves. */
export const balanceTools: BalanceTools = {
  readLoad: async () => ({ load: new Map(), unmapped: [], providers: [], outsideFailed: false }),
  plan: () => ({ actions: [], verdicts: [], memory: [] }),
};
