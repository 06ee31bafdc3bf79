import type { Deps } from '#server/deps.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { ask, providersOf } from './ask.ts';

export type ProbarDeps = Pick<Deps, 'carga' | 'clock' | 'db' | 'log'>;

/** What a source answered when a person asked it. */
export type Trial = { readonly proveedor: LoadProvider['name']; readonly answer: LoadAnswer; readonly ms: number };

/** So long a person waits for a source. */
const patienceMs = 60_000;

/**
 * Asks one source now, and keeps nothing of what it says: the count of the balance is another one.
 * @param gone aborts when nobody waits for the answer any more @throws NotFoundError
 */
export const probarFuente = async (deps: ProbarDeps, proveedor: string, who: Who, gone: AbortSignal): Promise<Trial> => {
  const { db, clock } = deps;
  const provider = providersOf(deps).find(({ name }) => name === proveedor);
  if (!provider) throw new NotFoundError('No hay ninguna fuente configurada que se llame así.');
  const began = clock.monotonic();
  const answer = await inTime(deps, provider, gone);
  const ms = Math.round(clock.monotonic() - began);
  const despues = answer.kind === 'ok' ? { contesta: true, nombres: answer.tickets.size } : { contesta: false, porque: answer.reason };
  await db.write(() => audit(db, isoNow(clock), { ...who, accion: 'probar', entidad: 'fuente', entidadId: provider.name, despues }));
  return { proveedor: provider.name, answer, ms };
};

const inTime = async (deps: ProbarDeps, provider: LoadProvider, gone: AbortSignal): Promise<LoadAnswer> => {
  const [late, answered] = [new AbortController(), new AbortController()];
  const silence = deps.clock.sleep(patienceMs, AbortSignal.any([answered.signal, gone])).then((): LoadAnswer => {
    late.abort();
    return { kind: 'failed', reason: `No ha contestado en ${patienceMs / 1000} segundos.` };
  });
  const asked = ask(deps, provider, AbortSignal.any([late.signal, gone])).then(({ answer }) => answer);
  const answer = await Promise.race([asked, silence]);
  answered.abort();
  return answer;
};
