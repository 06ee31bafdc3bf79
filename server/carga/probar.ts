import type { Deps } from '#server/deps.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError, NotFoundError } from '#server/lib/errors.ts';
import { createLocalQueue } from './local.ts';

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
  const provider = [...deps.carga, createLocalQueue(deps)].find(({ name }) => name === proveedor);
  if (!provider) throw new NotFoundError('No hay ninguna fuente configurada que se llame así.');
  const began = clock.monotonic();
  const answer = await inTime(deps, provider, gone);
  const ms = Math.round(clock.monotonic() - began);
  const despues = answer.kind === 'ok' ? { contesta: true, nombres: answer.tickets.size } : { contesta: false, porque: answer.reason };
  await db.write(() => audit(db, isoNow(clock), { ...who, accion: 'probar', entidad: 'fuente', entidadId: provider.name, despues }));
  return { proveedor: provider.name, answer, ms };
};

const inTime = async ({ clock, log }: ProbarDeps, provider: LoadProvider, gone: AbortSignal): Promise<LoadAnswer> => {
  const [late, answered] = [new AbortController(), new AbortController()];
  const silence = clock.sleep(patienceMs, AbortSignal.any([answered.signal, gone])).then((): LoadAnswer => {
    late.abort();
    return { kind: 'failed', reason: `No ha contestado en ${patienceMs / 1000} segundos.` };
  });
  const asked = Promise.resolve()
    .then(() => provider.load(AbortSignal.any([late.signal, gone])))
    .catch((thrown: unknown): LoadAnswer => {
      log.error({ err: asError(thrown), proveedor: provider.name }, 'una fuente de tickets ha fallado sin decir por qué');
      return { kind: 'failed', reason: 'La fuente ha fallado de un modo inesperado: véase el registro.' };
    });
  const answer = await Promise.race([asked, silence]);
  answered.abort();
  return answer;
};
