import type { Status } from './transitions.ts';

/**
 * `FROM` what this answers and `AND site_id = …`: the rows of one status, read from an index. `processing` is kept out of
 * the index by organismo and status, so that a turn of a robot (pending → processing → completed) writes one page less of
 * it; the few at work stand in the index of the takes, among those that wait. SQLite sees that a partial index serves only
 * where its own condition stands word for word.
 */
export const inStatus = (status: Status): string =>
  status === 'processing'
    ? "tramite_queue INDEXED BY tramite_take_next WHERE status IN ('pending', 'processing') AND status = 'processing'"
    : `tramite_queue INDEXED BY tramite_by_site WHERE status <> 'processing' AND status = '${status}'`;
