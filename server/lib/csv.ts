/** What tells a spreadsheet that the file is UTF-8. */
export const csvMark = '\uFEFF';

/**
 * One line of a CSV as Spanish spreadsheets open it: `;` between values, quotes where needed, CRLF at its end. A value a
 * spreadsheet would run as a formula gets an apostrophe first (OWASP, CSV injection).
 */
export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(';')}\r\n`;

const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
