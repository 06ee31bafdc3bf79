import type { Db } from '#server/db/open.ts';
import { type Format, offsetMs } from '#server/lib/format.ts';
import { remember } from '#server/lib/remember.ts';
import type { Range } from './filter.ts';
import { type RunFacts, runsIn } from './queries.ts';
import { runsWord, type View } from './view.ts';

const weekdays = ['Lu', 'Ma', 'Mi', 'Ju', 'Vi', 'Sa', 'Do'];
const names = ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábados', 'domingos'];
const hours = Array.from({ length: 24 }, (_, hour) => String(hour));
const hourMs = 3_600_000;

/** Runs begun in each hour of each weekday, by the clocks of the zone: [weekday][hour]. Pure. */
export const addHours = (counts: number[][], runs: readonly RunFacts[], offsetOf: (hour: number) => number): void => {
  for (const { inicio } of runs) {
    const at = Date.parse(inicio);
    const shown = Math.floor((at + offsetOf(Math.floor(at / hourMs))) / hourMs);
    // 1 January 1970 was a Thursday.
    const row = counts[(Math.floor(shown / 24) + 3) % 7];
    if (row) row[shown % 24] = (row[shown % 24] ?? 0) + 1;
  }
};

export const emptyWeek = (): number[][] => weekdays.map(() => hours.map(() => 0));

/** *Mapa de horas*. */
export const horas = async (db: Db, range: Range, format: Format, zone: string): Promise<View> => {
  const counts = emptyWeek();
  const offsetOf = remember((hour: number) => offsetMs(hour * hourMs, zone));
  for await (const { runs } of runsIn(db, range, range.days, 'robot')) addHours(counts, runs, offsetOf);
  const cells = counts.flatMap((row, day) => row.map((n, hour) => [hour, day, n] as const));
  const total = cells.reduce((sum, [, , n]) => sum + n, 0);
  const most = cells.reduce((a, b) => (b[2] > a[2] ? b : a), [0, 0, 0] as const);
  return {
    title: 'Mapa de horas',
    about: `Cuándo empiezan las ejecuciones, por día de la semana y hora (${zone}).`,
    words:
      total === 0
        ? ''
        : `La hora de más trabajo es la de las ${most[0]} los ${names[most[1]]}, con ${runsWord(most[2], format)} de ${format.number(total)}`,
    drawing: total === 0 ? null : { kind: 'heat', chart: { columns: hours, rows: weekdays, cells } },
    table: {
      caption: 'Ejecuciones que empiezan en cada hora',
      heads: [['Día', false], ...hours.map((hour) => [`${hour} h`, true] as const)],
      rows: counts.map((row, day) => [{ text: weekdays[day] ?? '' }, ...row.map((n) => ({ text: format.number(n) }))]),
      hidden: true,
      more: '',
    },
  };
};
