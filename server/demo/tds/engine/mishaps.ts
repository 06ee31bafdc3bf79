import type { Update } from './ast.ts';

/** What may go wrong on purpose, asked at the moment it would. */
export type Mishaps = {
  /** Before an UPDATE is carried out. @throws SqlServerError instead of it. */
  beforeUpdate(update: Update, signal: AbortSignal): Promise<void>;
  /** Before the change is committed. @throws whatever ends the connection. */
  beforeCommit(): void;
  /** When it is committed and nobody knows yet. @throws whatever ends the connection. */
  afterCommit(signal: AbortSignal): Promise<void>;
  /** Before a SELECT from that table; `passes` = it does not wait for rows that others hold. @throws SqlServerError, or whatever ends the connection. */
  beforeSelect(table: string, passes: boolean): void;
  /** Before a procedure is called. @throws SqlServerError */
  beforeCall(name: string): void;
  /** Whether this UPDATE keeps its count to itself. */
  hidesCount(): boolean;
  /** Rows that a trigger's own statement tells before the count of the UPDATE itself. */
  triggerCount(): number | null;
  mayUpdate(): boolean;
};
