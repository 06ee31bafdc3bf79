import type { FastifyInstance } from 'fastify';
import { CerebroError } from './errors.ts';

/** Where to listen, and the names of the settings that say so. */
export type Place = { readonly host: string; readonly port: number; readonly named: { readonly host: string; readonly port: string } };

/**
 * Answers the address it listens at.
 * @throws CerebroError `puerto_en_uso`, `puerto_reservado`, `direccion_ajena` with what to change
 */
export const listenAt = async (app: FastifyInstance, place: Place): Promise<string> => {
  try {
    return await app.listen({ host: place.host, port: place.port });
  } catch (error) {
    throw failureOf(place, error);
  }
};

const failureOf = ({ host, port, named }: Place, error: unknown): unknown => {
  const told = (code: string, sentence: string) => new CerebroError(code, sentence, { cause: error });
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return told('puerto_en_uso', `El puerto ${port} de ${host} ya está en uso: cierre el otro programa o elija otro con ${named.port}.`);
  if (code === 'EACCES')
    return told('puerto_reservado', `Esta cuenta no puede escuchar en el puerto ${port} de ${host}: elija otro con ${named.port}.`);
  if (!['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL', 'EAFNOSUPPORT'].includes(code)) return error;
  return told(
    'direccion_ajena',
    `${named.host}=${host} no es una dirección de esta máquina: ponga una suya, 127.0.0.1 (solo ella) o 0.0.0.0 (todas).`,
  );
};
