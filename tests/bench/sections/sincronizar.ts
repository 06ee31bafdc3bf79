import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseConfig } from '#server/config.ts';
import { openDatabase } from '#server/db/open.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { runSync } from '#server/sincronizacion/sincronizar.ts';
import { bot, device, fakeControlRoom, user } from '#tests/support/fake-control-room.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import type { Contender } from '../lib/rounds.ts';
import type { Bench, Section } from '../lib/section.ts';

const machines = 5000;
const robots = 500;
const numbers = Array.from({ length: machines }, (_, n) => n + 1);
const resolutionMs = 1;

const listing = {
  bots: numbers.slice(0, robots).map((n) => bot(n, `P${n}_ROBOT`)),
  devices: numbers.map((n) => device(n)),
  users: numbers.map((n) => user(n + 1000, { name: `bot${n}` })),
};

/** One in ten has lost its connection, one in fifty comes back under another id, one in a hundred is gone. */
const later = {
  bots: listing.bots.map((one, n) => (n % 10 === 0 ? { ...one, description: 'Otra' } : one)),
  devices: listing.devices
    .filter((_, n) => n % 100 !== 3)
    .map((one, n) => ({ ...one, connected: n % 10 !== 0, ...(n % 50 === 7 && { id: `9${one.id}` }) })),
  users: listing.users,
};

type Seen = { readonly seconds: number; readonly stretch: number };

const watch = async (work: () => Promise<unknown>): Promise<Seen> => {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  const began = performance.now();
  histogram.enable();
  await work();
  const seconds = (performance.now() - began) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 2 * resolutionMs));
  histogram.disable();
  return { seconds, stretch: histogram.max / 1e6 - resolutionMs };
};

const run = async (bench: Bench): Promise<void> => {
  const seen: { first: Seen[]; again: Seen[]; changed: Seen[] } = { first: [], again: [], changed: [] };
  let round = 0;
  const once: Contender = {
    name: 'sincronizar',
    run: async () => {
      const folder = bench.folder(`sincronizar-${round++}`);
      const db = openDatabase(folder);
      const room = fakeControlRoom(listing);
      const config = parseConfig({ ORIGEN_URL: 'sqlite:muestra.db', BOT_USER: 'Cerebro', DATA_DIR: folder });
      const log = silentLog();
      const deps = { db, log, config, clock: manualClock(), hub: createHub(log), a360: room };
      const sync = () => runSync(deps);
      try {
        seen.first.push(await watch(sync));
        seen.again.push(await watch(sync));
        room.listing = later;
        seen.changed.push(await watch(sync));
      } finally {
        db.close();
      }
      return 0;
    },
  };
  const { good } = await bench.rounds([once]);
  for (const [name, what] of [
    ['first', '5.000 equipos, todos nuevos'],
    ['again', '5.000 equipos, nada cambia'],
    ['changed', '5.000 equipos, cambia uno de cada ocho'],
  ] as const) {
    const kept = seen[name].filter((_, n) => good.has(n));
    const line = { section: 'sincronizar' } as const;
    bench.report({ ...line, what, values: kept.map((one) => one.seconds), unit: 's', goal: { sign: '<', value: 2 } });
    const stretches = kept.map((one) => one.stretch);
    bench.report({ ...line, what: `${what}: tramo síncrono más largo`, values: stretches, unit: 'ms', goal: { sign: '<', value: 50 } });
  }
};

export const sincronizarSection: Section = { name: 'sincronizar', about: 'robots y equipos de A360, con 5.000 equipos', run };
