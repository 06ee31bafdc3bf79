import type { Complaint } from '../tokens.ts';

/** What SQL Server would answer instead of doing it, with its number. */
export class SqlServerError extends Error implements Complaint {
  readonly number: number;
  readonly class: number;

  constructor(number: number, message: string, severity = 16) {
    super(message);
    this.number = number;
    this.class = severity;
  }
}

/** 102 is SQL Server's own number for a text it does not understand. */
export const notUnderstood = (what: string): SqlServerError =>
  new SqlServerError(102, `Este servidor de demostración no entiende ${what}.`, 15);
