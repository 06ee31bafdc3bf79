import { isOpen } from '#server/avisos/queries.ts';
import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { canonicalAddress } from '#server/lib/address.ts';
import { isoNow } from '#server/lib/clock.ts';

export const refusedClave = 'callback_rechazado';

/** However many come, the file is written once in so long. */
const restMs = 60_000;
const mostAddresses = 5;

export type Refusals = {
  /** One more came from there without the secret. Only counts: whoever hammers writes nothing. */
  count(address: string): void;
  stop(): void;
};

/**
 * Callbacks without the secret agreed: A360 may have an old one, or somebody tries. One aviso tells how many have come since it was
 * opened and from where, and never what they brought.
 */
export const createRefusals = (deps: Pick<Deps, 'db' | 'clock' | 'log'>): Refusals => {
  const { db, clock, log } = deps;
  const closing = new AbortController();
  let told: Count = nobody();
  let fresh: Count = nobody();
  let working = false;

  const tell = async (): Promise<void> => {
    const now = fresh;
    fresh = nobody();
    told = await db.write(() => {
      // A good one may have closed it meanwhile: what came before is over.
      const all = isOpen(db, refusedClave) ? together(told, now) : now;
      raise(db, isoNow(clock), avisoOf(all));
      return all;
    });
  };

  const work = async (): Promise<void> => {
    working = true;
    while (fresh.many > 0 && !closing.signal.aborted) {
      await tell().catch((error: unknown) => log.warn({ err: error }, 'no se ha podido apuntar que llegan avisos de A360 sin la clave'));
      await clock.sleep(restMs, closing.signal);
    }
    working = false;
  };

  return {
    count: (address) => {
      fresh.many += 1;
      if (fresh.addresses.size < mostAddresses) fresh.addresses.add(canonicalAddress(address));
      // It never rejects.
      if (!working) void work();
    },
    stop: () => closing.abort(),
  };
};

type Count = { many: number; readonly addresses: Set<string> };

const nobody = (): Count => ({ many: 0, addresses: new Set() });

const together = (a: Count, b: Count): Count => ({
  many: a.many + b.many,
  addresses: new Set([...a.addresses, ...b.addresses].slice(0, mostAddresses)),
});

const avisoOf = ({ many, addresses }: Count): Aviso => ({
  ...{ clave: refusedClave, nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'UMBRAL' },
  titulo: 'Llegan avisos de A360 sin la clave acordada',
  detalle: `${many === 1 ? 'Se ha rechazado uno' : `Se han rechazado ${many}`}, desde ${[...addresses].join(', ')}${addresses.size === mostAddresses ? ' y quizá otras' : ''}. Mientras tanto, los finales los descubre el conciliador. Se cierra solo con el primer aviso bueno.`,
  acciones: [
    'Si es A360, compruebe que sus lanzamientos llevan el CALLBACK_TOKEN de ahora.',
    'Si no lo es, limite quién puede llegar con CALLBACK_DIRECCIONES.',
  ],
});

/** One with the secret has come. Call inside a transaction. */
export const noRefusals = (db: Db, at: string): void => {
  resolve(db, at, refusedClave);
};
