import { ratios } from '../lib/figures.ts';
import { installPeers } from '../lib/peers.ts';
import { openPeerHouse, openQueueHouse } from '../lib/queue-house.ts';
import type { Contender, Figures } from '../lib/rounds.ts';
import type { Bench, Section } from '../lib/section.ts';
import { apart, peer, turns } from './cola/bare.ts';
import { lots, rawLots } from './cola/lots.ts';
import { raw, verbs } from './cola/production.ts';

const finishedRows = 1_000_000;
const sizes = ['vacía', 'llena'] as const;
type Size = (typeof sizes)[number];

/** Ours and another, with no finished rows and with a million of them, all four in every round. */
type Match = {
  readonly what: string;
  readonly other: string;
  readonly goal: number | null;
  ours(size: Size): Contender;
  theirs(size: Size): Contender;
};

const play = async (bench: Bench, match: Match): Promise<void> => {
  const figures = await bench.rounds(sizes.flatMap((size) => [match.ours(size), match.theirs(size)]));
  for (const size of sizes) reportSize(bench, match, figures, size);
  const flatness = ratios(of(figures, 'Cerebro', 'llena'), of(figures, 'Cerebro', 'vacía'));
  const what = `${match.what}: con un millón de filas terminadas / sin ninguna`;
  bench.report({ section: 'cola', what, values: flatness, unit: '×', goal: { sign: '>=', value: 0.7 } });
};

const of = ({ byName }: Figures, who: string, size: Size): readonly number[] => byName.get(`${who} ${size}`) ?? [];

const reportSize = (bench: Bench, { what, other, goal }: Match, figures: Figures, size: Size): void => {
  const [ours, theirs] = [of(figures, 'Cerebro', size), of(figures, other, size)];
  const wanted = goal === null ? null : ({ sign: '>=', value: goal } as const);
  bench.report({ section: 'cola', what: `${what}, cola ${size}`, values: ours, unit: '/s', goal: null });
  bench.report({
    section: 'cola',
    what: `${what}, cola ${size}: Cerebro / ${other}`,
    values: ratios(ours, theirs),
    unit: '×',
    goal: wanted,
  });
};

const run = async (bench: Bench): Promise<void> => {
  installPeers(bench.tell);
  bench.tell('llenando dos colas con un millón de filas terminadas');
  const houses = { vacía: openQueueHouse(bench.folder('vacia'), 0), llena: openQueueHouse(bench.folder('llena'), finishedRows) };
  const file = (size: Size) => `${bench.folder('plainjobs')}/${size}.db`;
  const peers = { vacía: openPeerHouse(file('vacía'), 0), llena: openPeerHouse(file('llena'), finishedRows) };
  const theirs = (size: Size) => peer(`plainjobs ${size}`, peers[size]);
  try {
    const bare = { other: 'plainjobs', theirs };
    await play(bench, { ...bare, what: 'tomar y completar', goal: 1, ours: (size) => turns(`Cerebro ${size}`, houses[size]) });
    await play(bench, { ...bare, what: 'tomar, y aparte completar', goal: null, ours: (size) => apart(`Cerebro ${size}`, houses[size]) });
    await play(bench, {
      what: 'abrir y cerrar intentos, con su historial',
      other: 'SQL a pelo',
      goal: 0.8,
      ours: (size) => verbs(`Cerebro ${size}`, houses[size]),
      theirs: (size) => raw(`SQL a pelo ${size}`, houses[size]),
    });
    await play(bench, {
      what: 'encolar de 100 en 100',
      other: 'SQL a pelo',
      goal: 0.5,
      ours: (size) => lots(`Cerebro ${size}`, houses[size]),
      theirs: (size) => rawLots(`SQL a pelo ${size}`, houses[size]),
    });
  } finally {
    for (const size of sizes) houses[size].db.close();
    for (const size of sizes) peers[size].close();
  }
};

export const colaSection: Section = { name: 'cola', about: 'tomar, completar, abrir, cerrar y encolar', run };
