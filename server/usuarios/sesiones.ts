import type { Format, Instant } from '#server/lib/format.ts';
import type { ListedSession } from './queries.ts';

/** An open session as pages show it. `own`: the one that looks. */
export type SessionView = {
  readonly id: string;
  readonly from: string;
  readonly began: Instant;
  readonly used: Instant;
  readonly own: boolean;
};

/** @param own the hash of the session that looks */
export const presentSession = (session: ListedSession, format: Format, own: string | null): SessionView => ({
  id: session.id,
  from: session.host ?? '—',
  began: format.instant(session.created_at),
  used: format.instant(session.seen_at),
  own: own?.startsWith(session.id) ?? false,
});
