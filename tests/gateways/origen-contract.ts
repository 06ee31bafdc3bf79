import { claiming } from './origen-contract-claiming.ts';
import { discovering } from './origen-contract-discovering.ts';
import { silence } from './origen-contract-silence.ts';
import type { Harness } from './origen-stage.ts';

/** What every source of recursos must do, whatever stands behind it: call it with the harness of an adapter. */
export const origenContract = (harness: Harness): void => {
  discovering(harness);
  claiming(harness);
  silence(harness);
};
