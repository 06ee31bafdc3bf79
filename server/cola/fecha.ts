/**
 * The day (`YYYY-MM-DD`) of a text as people or receipts write it, with or without an hour: `2026-03-02`,
 * `2026-03-02T09:15`, `02/03/2026`, `02/03/2026 09:15:00`; null when it is no day of the calendar.
 */
export const dayOf = (text: string): string | null => {
  const found = iso.exec(text) ?? spanish.exec(text);
  if (!found?.groups) return null;
  const { year, month, day, hour, minute, second } = found.groups as Record<string, string | undefined>;
  const known =
    isDay(Number(year), Number(month), Number(day)) && Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 && Number(second ?? 0) < 60;
  return known ? `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}` : null;
};

const time = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d{1,3})?)?`;
const iso = new RegExp(String.raw`^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ]${time}(?:Z|[+-]\d{2}:\d{2})?)?$`);
const spanish = new RegExp(String.raw`^(?<day>\d{1,2})[/-](?<month>\d{1,2})[/-](?<year>\d{4})(?:[ ,]+${time})?$`);

const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 2000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};
