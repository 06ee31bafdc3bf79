/**
 * Whether the text is a day of the calendar as people or receipts write it, with or without an hour:
 * `2026-03-02`, `2026-03-02T09:15`, `02/03/2026`, `02/03/2026 09:15:00`.
 */
export const isFecha = (text: string): boolean => {
  const found = iso.exec(text) ?? spanish.exec(text);
  if (!found?.groups) return false;
  const { year, month, day, hour, minute, second } = found.groups;
  return isDay(Number(year), Number(month), Number(day)) && Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 && Number(second ?? 0) < 60;
};

const time = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d{1,3})?)?`;
const iso = new RegExp(String.raw`^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ]${time}(?:Z|[+-]\d{2}:\d{2})?)?$`);
const spanish = new RegExp(String.raw`^(?<day>\d{1,2})[/-](?<month>\d{1,2})[/-](?<year>\d{4})(?:[ ,]+${time})?$`);

const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 2000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};
