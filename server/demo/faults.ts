/** What can go wrong on purpose: name → what it does, in Spanish. A name that begins with `pausa_` holds the request. */
export type FaultList = Readonly<Record<string, string>>;

type Held = { readonly nombre: string; readonly ruta: string; readonly desde: string; readonly expediente?: string };
type Holding = Held & { release(goOn: boolean): void };

export type FaultsView = {
  readonly fallos: readonly { nombre: string; descripcion: string; veces: number }[];
  /** Requests received and waiting for their answer. */
  readonly retenidas: readonly Held[];
};

/** A request as a hold sees it. */
export type HeldRequest = { readonly url: string; readonly gone: AbortSignal };

/**
 * The faults of one simulated server: armed for a number of times, used up one by one. They live in memory, so a
 * restart begins without any.
 */
export const createFaults = <List extends FaultList>(list: List, options: { holdMs: number }) => {
  type Name = keyof List & string;
  const remaining = new Map<string, number>(Object.keys(list).map((name) => [name, 0]));
  const holding = new Set<Holding>();

  const releaseAll = (goOn: boolean, name?: string) => {
    for (const one of holding) if (name === undefined || one.nombre === name) one.release(goOn);
  };

  return {
    names: Object.keys(list) as Name[],
    isKnown: (name: string): name is Name => remaining.has(name),
    /** The next `times` occasions fail like that; 0 switches it off and lets go what it holds. */
    arm(name: Name, times: number): void {
      remaining.set(name, times);
      if (times === 0) releaseAll(true, name);
    },
    isArmed(name: Name): boolean {
      return (remaining.get(name) ?? 0) > 0;
    },
    /** Uses the fault up once, if it is armed. */
    take(name: Name): boolean {
      const left = remaining.get(name) ?? 0;
      if (left > 0) remaining.set(name, left - 1);
      return left > 0;
    },
    /** Keeps the request waiting. Resolves true when it may go on, false when nobody waits for it any more. */
    hold(name: Name, request: HeldRequest, expediente?: string): Promise<boolean> {
      return new Promise((resolve) => {
        const entry = { nombre: name, ruta: request.url, desde: new Date().toISOString(), ...(expediente && { expediente }) };
        const timer = setTimeout(() => one.release(true), options.holdMs);
        const onGone = () => one.release(false);
        const one: Holding = {
          ...entry,
          release(goOn) {
            clearTimeout(timer);
            request.gone.removeEventListener('abort', onGone);
            holding.delete(one);
            resolve(goOn);
          },
        };
        holding.add(one);
        if (request.gone.aborted) onGone();
        else request.gone.addEventListener('abort', onGone);
      });
    },
    view: (): FaultsView => ({
      fallos: Object.entries(list).map(([nombre, descripcion]) => ({ nombre, descripcion, veces: remaining.get(nombre) ?? 0 })),
      retenidas: [...holding].map(({ release: _, ...held }) => held),
    }),
    /** Lets go whatever is held, without going on. */
    close: () => releaseAll(false),
  };
};

export type Faults<List extends FaultList> = ReturnType<typeof createFaults<List>>;
