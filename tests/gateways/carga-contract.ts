import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, before, describe, test } from 'node:test';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';

/** How a source of tickets to be asked is stood up. */
export type LoadHarness = {
  /** Before the first question, and after the last. */
  readonly stand?: () => Promise<void>;
  readonly fell?: () => Promise<void>;
  /** A provider of the source as it is. */
  open(): LoadProvider;
  /** What the source counts from now on, by robot. */
  withTickets(tickets: Readonly<Record<string, number>>): Promise<void>;
  /** A provider that asks where nobody answers for it: refused, or turned away. */
  openRefused(): LoadProvider;
  /** A provider of a source that takes the connection and never says anything. */
  openSilent(): LoadProvider;
  /** What no sentence may hold. */
  readonly secrets: readonly string[];
};

/** What everybody who counts tickets outside must do, however they do it. */
export const loadProviderContract = (name: string, harness: LoadHarness): void => {
  describe(`a source of tickets: ${name}`, () => {
    before(() => harness.stand?.());
    after(() => harness.fell?.());

    test('tells how many tickets wait, by the names it is given', async () => {
      await harness.withTickets({ RBT_A: 3, 'RBT Ñandú': 1 });
      const expected = new Map(Object.entries({ RBT_A: 3, 'RBT Ñandú': 1 }));
      assert.deepEqual(await asking(harness.open()), { kind: 'ok', tickets: expected });
    });

    test('tells that no tickets wait, which is no failure', async () => {
      await harness.withTickets({});
      assert.deepEqual(await asking(harness.open()), { kind: 'ok', tickets: new Map() });
    });

    test('takes the blanks off a name, and adds names that are then the same', async () => {
      await harness.withTickets({ ' RBT_A ': 2, RBT_A: 3 });
      assert.deepEqual(await asking(harness.open()), { kind: 'ok', tickets: new Map([['RBT_A', 5]]) });
    });

    test('answers two questions at once, and again afterwards with what there is then', async () => {
      await harness.withTickets({ RBT_A: 1 });
      const provider = harness.open();
      try {
        const answers = await Promise.all([load(provider), load(provider)]);
        for (const answer of answers) assert.deepEqual(answer, { kind: 'ok', tickets: new Map([['RBT_A', 1]]) });
        await harness.withTickets({ RBT_A: 2 });
        assert.deepEqual(await load(provider), { kind: 'ok', tickets: new Map([['RBT_A', 2]]) });
      } finally {
        await provider.close();
      }
    });

    failing(harness);
  });
};

const failing = (harness: LoadHarness): void => {
  test('a source that cannot be asked is an answer with its reason, without secrets', async () => {
    const answer = await asking(harness.openRefused());
    assert.equal(answer.kind, 'failed');
    assertSentence(answer, harness.secrets);
  });

  test('names its place without secrets', async () => {
    const provider = harness.open();
    assert.notEqual(provider.place, '');
    for (const secret of harness.secrets) assert.ok(!provider.place.includes(secret));
    await provider.close();
  });

  test('whoever is stopped while asking is answered at once, and leaves nobody listening', async () => {
    const provider = harness.openSilent();
    const stop = new AbortController();
    try {
      const answer = load(provider, stop.signal);
      setImmediate(() => stop.abort());
      assert.equal((await answer).kind, 'failed');
      assert.deepEqual(getEventListeners(stop.signal, 'abort'), []);
    } finally {
      await provider.close();
    }
  });

  test('whoever is stopped beforehand asks nothing', async () =>
    assert.equal((await asking(harness.open(), AbortSignal.abort())).kind, 'failed'));

  test('closing ends a question, may be done twice, and nothing is asked afterwards', async () => {
    const provider = harness.openSilent();
    const answer = load(provider);
    await provider.close();
    await provider.close();
    assert.equal((await answer).kind, 'failed');
    assert.equal((await load(provider)).kind, 'failed');
  });
};

const load = (provider: LoadProvider, signal: AbortSignal = new AbortController().signal): Promise<LoadAnswer> => provider.load(signal);

const asking = async (provider: LoadProvider, signal?: AbortSignal): Promise<LoadAnswer> => {
  try {
    return await load(provider, signal);
  } finally {
    await provider.close();
  }
};

/** A failure that a person can read, and that gives nothing away. */
export const assertSentence = (answer: LoadAnswer, secrets: readonly string[]): void => {
  if (answer.kind === 'ok') throw new Error('it did not fail');
  assert.match(answer.reason, /^[\p{Lu}«].*\.$/su);
  for (const secret of secrets) assert.ok(!answer.reason.includes(secret), answer.reason);
};
