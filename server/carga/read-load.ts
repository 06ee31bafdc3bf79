import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { outsideProviders } from '#server/settings-balance.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { type Asked, askInTime, providersOf } from './ask.ts';
import type { Mapping } from './mapping.ts';
import type { LoadReading } from './model.ts';
import { readMapping } from './names.ts';
import { type LastGood, readingOf } from './reading.ts';
import { forgetAvisos, keepAttempt, lastGood, tellAviso } from './sources.ts';

/** A balance waits as long as its period for whoever counts tickets, and where that is short, for so long. */
const leastPatienceMs = 60_000;

export type LoadDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'log' | 'carga'>;

/**
 * The tickets of every robot, asked of everybody who counts them at the same time: one that is slow or fails stops none of the
 * others. How each answered is kept in `fuentes_carga`, and told by an aviso where one keeps failing. Of what was cut short by
 * `signal` nothing is kept. Never throws because of a provider.
 */
export const readLoad = async (deps: LoadDeps, signal: AbortSignal): Promise<LoadReading> => {
  const patienceMs = Math.max(leastPatienceMs, readLiveSettings(deps.db, deps.config).BALANCEADOR_CICLO_INTERVALO_SEG * 1000);
  const asked = await Promise.all(providersOf(deps).map((provider) => askInTime(deps, provider, { signal, patienceMs })));
  for (const { provider, answer, ms } of asked)
    if (answer.kind === 'failed')
      deps.log.warn({ proveedor: provider.name, motivo: answer.reason, ms }, 'una fuente de tickets no ha contestado');
  if (signal.aborted) return deps.db.read(() => interpret(deps, asked).reading);
  const reading = await deps.db.write(() => keep(deps, asked));
  warnOfUnmapped(deps, reading);
  return reading;
};

/** What was last said of names that are nobody's, by database. */
const told = new WeakMap<Db, string>();

/** Once, and again when there are other names: the page shows them all the time. */
const warnOfUnmapped = ({ db, log }: LoadDeps, { unmapped }: LoadReading): void => {
  const names = unmapped.map(({ proveedor, nombre }) => `${proveedor}: ${nombre}`).sort();
  const text = JSON.stringify(names);
  if (text === (told.get(db) ?? '[]')) return;
  told.set(db, text);
  if (names.length > 0)
    log.warn({ nombres: names.slice(0, 50), cuantos: names.length }, 'hay tickets de nombres que no son de ningún robot');
};

type Interpreted = { readonly reading: LoadReading; readonly mapping: Mapping; readonly last: ReadonlyMap<string, LastGood> };

const interpret = (deps: LoadDeps, asked: readonly Asked[]): Interpreted => {
  const last = lastGood(
    deps.db,
    deps.clock.now(),
    asked.map(({ provider }) => provider),
  );
  const mapping = readMapping(deps);
  const answers = asked.map(({ provider, answer }) => ({ proveedor: provider.name, answer, last: last.get(provider.name) ?? null }));
  const maxAgeMs = readLiveSettings(deps.db, deps.config).BALANCEADOR_CARGA_EDAD_MAX_SEG * 1000;
  return { reading: readingOf(answers, mapping, maxAgeMs), mapping, last };
};

const keep = (deps: LoadDeps, asked: readonly Asked[]): LoadReading => {
  const { db, clock, config } = deps;
  const [at, limit] = [isoNow(clock), readLiveSettings(db, config).BALANCEADOR_PROVEEDOR_FALLOS_ALERTA];
  const { reading, mapping, last } = interpret(deps, asked);
  for (const one of asked) {
    const { answer, provider } = one;
    const fallos = keepAttempt(db, at, one, answer.kind === 'ok' ? remembered(one, last.get(provider.name), mapping) : new Map());
    tellAviso(db, at, { proveedor: provider.name, answer, fallos, limit });
  }
  const names = asked.map(({ provider }) => provider.name);
  forgetAvisos(
    db,
    at,
    outsideProviders.filter((name) => !names.includes(name)),
  );
  return reading;
};

/** The answer, and with 0 the robots it named before: should it fail next time, they too are its own. */
const remembered = ({ provider, answer }: Asked, last: LastGood | undefined, mapping: Mapping): ReadonlyMap<string, number> => {
  const before = [...(last?.tickets.keys() ?? [])].filter((name) => 'robotId' in mapping.meant(provider.name, name));
  return new Map([...before.map((name) => [name, 0] as const), ...(answer.kind === 'ok' ? answer.tickets : [])]);
};
