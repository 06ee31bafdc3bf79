import type { Holder } from './holdings.ts';

/** 1 ticket, 2 tickets. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const equipos = (count: number): string => plural(count, 'equipo');

/** 40 s, 4 min. */
export const span = (ms: number): string => (ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`);

/** A reason that was a sentence, as it stands within another. */
export const lower = (text: string): string => {
  const bare = text.replace(/\.$/, '');
  // A first word in capitals is a name or an abbreviation.
  return /^\p{Lu}\p{Ll}/u.test(bare) || /^\p{Lu} /u.test(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : bare;
};

/** «Tiene 45 tickets a 10 por equipo: necesita 5», with its Min or its Max where they decide. */
export const sizing = ({ load, size }: Holder): string => {
  const { ratio, min, max, wanted, need } = size;
  const limit = need < wanted ? `; su máximo es ${max}` : byMin(load.tickets, ratio, min);
  return `Tiene ${plural(load.tickets, 'ticket')} a ${ratio} por equipo${limit}: necesita ${need}`;
};

const byMin = (tickets: number, ratio: number, min: number): string =>
  tickets > 0 && min > Math.ceil(tickets / ratio) ? `; su mínimo es ${min}` : '';

/** «a, b y c»; of many, the first and how many more. */
export const names = (list: readonly string[]): string => {
  if (list.length > 6) return `${list.slice(0, 5).join(', ')} y ${list.length - 5} más`;
  return list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} y ${list.at(-1)}`;
};
