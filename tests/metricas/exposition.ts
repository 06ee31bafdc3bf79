/** A metric as Prometheus reads it. */
export type Family = { readonly name: string; readonly type: string; readonly help: string; readonly samples: Sample[] };
export type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

const lineOf = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|\+Inf|NaN)$/;
const labelOf = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

type Reading = {
  readonly families: Map<string, Family>;
  readonly seen: Set<string>;
  help: readonly [string, string];
  current: Family | null;
};

/**
 * Reads Prometheus' text format 0.0.4 as strictly as it is written down. @throws for whatever a scraper could stumble over: a line
 * of another shape, a family without help or type, or told twice, a sample outside of its family or told twice, buckets that shrink.
 */
export const readExposition = (text: string): ReadonlyMap<string, Family> => {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const reading: Reading = { families: new Map(), seen: new Set(), help: ['', ''], current: null };
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (\S.*)$/.exec(line) ?? [];
    if (word === 'HELP') reading.help = [name, rest];
    else if (word === 'TYPE') beginFamily(reading, name, rest);
    else addSample(reading, line);
  }
  for (const family of reading.families.values()) if (family.type === 'histogram') checkBuckets(family);
  return reading.families;
};

const beginFamily = (reading: Reading, name: string, type: string): void => {
  if (reading.help[0] !== name) throw new Error(`${name} has no help`);
  if (reading.families.has(name)) throw new Error(`${name} is told twice`);
  if (!(type in suffixes)) throw new Error(`${name} is of no known type: ${type}`);
  reading.current = { name, type, help: reading.help[1], samples: [] };
  reading.families.set(name, reading.current);
};

const addSample = ({ seen, current }: Reading, line: string): void => {
  const sample = readSample(line);
  const key = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
  if (seen.has(key)) throw new Error(`told twice: ${line}`);
  if (current === null || !isOf(current, sample)) throw new Error(`outside of its family: ${line}`);
  seen.add(key);
  current.samples.push(sample);
};

const readSample = (line: string): Sample => {
  const [, name, labels = '', value] = lineOf.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error(`not a sample: ${line}`);
  return { name, labels: readLabels(labels, line), value: Number(value.replace('Inf', 'Infinity')) };
};

const readLabels = (text: string, line: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  labelOf.lastIndex = 0;
  while (labelOf.lastIndex < text.length) {
    const [, name, value] = labelOf.exec(text) ?? [];
    if (name === undefined || value === undefined || name in labels) throw new Error(`labels that cannot be read: ${line}`);
    labels[name] = value.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
  }
  return labels;
};

const isOf = ({ name, type }: Family, sample: Sample): boolean => (suffixes[type] ?? []).some((suffix) => sample.name === name + suffix);

const checkBuckets = ({ name, samples }: Family): void => {
  const series = Map.groupBy(
    samples.filter((sample) => sample.name === `${name}_bucket`),
    ({ labels }) => JSON.stringify({ ...labels, le: '' }),
  );
  for (const buckets of series.values()) {
    const values = buckets.map(({ value }) => value);
    if (values.some((value, index) => value < (values[index - 1] ?? 0))) throw new Error(`buckets of ${name} shrink`);
    if (buckets.at(-1)?.labels.le !== '+Inf') throw new Error(`${name} has no last bucket`);
  }
};

/** The value of a sample with exactly those labels; undefined = there is none. */
export const sampleOf = (families: ReadonlyMap<string, Family>, name: string, labels: Sample['labels'] = {}): number | undefined => {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  const all = [...families.values()].flatMap(({ samples }) => samples);
  return all.find((sample) => sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted)?.value;
};
