import { z } from 'zod';
import { invalid } from './refusal.ts';

/** Every list is asked for with the same envelope and answered with the same page (SAM.md 2). Pure. */
export type Item = Readonly<Record<string, unknown>>;
export type Page = { readonly page: { offset: number; total: number; totalFilter: number }; readonly list: readonly Item[] };

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const condition = z.object({
  operator: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'substring']),
  field: z.string(),
  value: scalar,
});
type Condition = z.infer<typeof condition>;
type Filter = Condition | { operator: 'and' | 'or' | 'not'; operands: Filter[] };
const filter: z.ZodType<Filter> = z.union([
  condition,
  z.object({
    operator: z.enum(['and', 'or', 'not']),
    get operands() {
      return z.array(filter).min(1, 'operands must not be empty');
    },
  }),
]);
const envelope = z.object({
  filter: filter.nullish(),
  sort: z.array(z.object({ field: z.string(), direction: z.enum(['asc', 'desc']) })).nullish(),
  page: z.object({ offset: z.coerce.number().int().min(0).default(0), length: z.coerce.number().int().min(1).default(100) }).nullish(),
});

/**
 * The page of `items` that the body asks for.
 * @throws Refusal 400 for an envelope, an operator or a field nobody knows, and for operands that are none.
 */
export const listPage = (items: readonly Item[], fields: readonly string[], body: unknown, maxPage: number): Page => {
  const asked = envelope.safeParse(body ?? {});
  if (!asked.success) throw invalid(`The request is not valid: ${z.prettifyError(asked.error)}`);
  const { filter: wanted, sort, page } = asked.data;
  const known = knownIn(fields);
  const kept = wanted ? items.filter((item) => holds(item, wanted, known)) : items;
  const offset = page?.offset ?? 0;
  const sorted = [...kept].sort((one, other) => orderOf(one, other, sort ?? [], known));
  return {
    page: { offset, total: items.length, totalFilter: kept.length },
    list: sorted.slice(offset, offset + Math.min(page?.length ?? 100, maxPage)),
  };
};

type Known = (field: string) => string;

const knownIn =
  (fields: readonly string[]): Known =>
  (field) => {
    if (!fields.includes(field)) throw invalid(`Field '${field}' is not supported.`);
    return field;
  };

const holds = (item: Item, wanted: Filter, known: Known): boolean => {
  if ('operands' in wanted) return holdTogether(item, wanted, known);
  const value = item[known(wanted.field)];
  if (wanted.operator === 'substring') return plain(value).toLowerCase().includes(plain(wanted.value).toLowerCase());
  const order = compare(value, wanted.value);
  return { eq: order === 0, ne: order !== 0, lt: order < 0, le: order <= 0, gt: order > 0, ge: order >= 0 }[wanted.operator];
};

const holdTogether = (item: Item, { operator, operands }: Exclude<Filter, Condition>, known: Known): boolean => {
  const answers = operands.map((one) => holds(item, one, known));
  if (operator === 'or') return answers.some(Boolean);
  return operator === 'and' ? answers.every(Boolean) : !answers.some(Boolean);
};

const orderOf = (one: Item, other: Item, sort: readonly { field: string; direction: 'asc' | 'desc' }[], known: Known): number => {
  for (const { field, direction } of sort) {
    const order = compare(one[known(field)], other[field]);
    if (order !== 0) return direction === 'asc' ? order : -order;
  }
  return 0;
};

const plain = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

const whole = /^-?\d{1,15}$/;
const instant = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** Numbers as numbers and instants as instants, however many decimals they carry; anything else as text. */
const compare = (one: unknown, other: unknown): number => {
  const [a, b] = [plain(one), plain(other)];
  if (whole.test(a) && whole.test(b)) return Number(a) - Number(b);
  const [left, right] = [sortable(a), sortable(b)];
  return left < right ? -1 : Number(left > right);
};

const sortable = (text: string): string => {
  const [, seconds, decimals = ''] = instant.exec(text) ?? [];
  return seconds === undefined ? text : `${seconds}.${decimals.padEnd(9, '0')}`;
};
