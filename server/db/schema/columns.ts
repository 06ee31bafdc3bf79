import { sql, text } from '../drizzle.ts';

/** The present instant as the whole house writes it: UTC, ISO 8601 with milliseconds and `Z`. */
export const nowUtc = sql`(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))`;

/** A key nobody gave: 16 hexadecimal digits. */
export const newId = sql`(lower(hex(randomblob(8))))`;

/** An instant column: UTC, ISO 8601 text with `Z`. */
export const instant = (name: string) => text(name);
