import type { Format, Instant } from '#server/lib/format.ts';
import type { StoredEvent } from './queries.ts';
import { tell } from './sentences.ts';

/** An event as a page shows it. */
export type Told = {
  readonly id: number;
  readonly at: Instant;
  readonly sentence: string;
  /** '' for what Cerebro did by itself. */
  readonly by: string;
  readonly entity: string;
  readonly entityId: string;
};

/** Events as sentences, the newest first. */
export const tellAll = (events: readonly StoredEvent[], format: Format): Told[] =>
  [...events]
    .sort((a, b) => b.event_id - a.event_id)
    .map((event) => ({
      id: event.event_id,
      at: format.instant(event.at),
      sentence: tell(event, (iso) => format.instant(iso).text),
      by: event.actor === 'cerebro' ? '' : event.actor,
      entity: event.entity,
      entityId: event.entity_id,
    }));
