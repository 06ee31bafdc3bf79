import { readLoad } from '#server/carga/read-load.ts';
import type { BalanceTools } from './balancear.ts';
import { plan } from './plan.ts';

/** Who counts the tickets and who decides. */
export const balanceTools: BalanceTools = { readLoad, plan };
