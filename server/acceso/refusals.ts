import type { FastifyRequest } from 'fastify';
import type { Deps } from '#server/deps.ts';
import { audit } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { Who } from './identify.ts';

/** Keeps in `auditoria` the orders that were refused to somebody. */
export type Refusals = { note(request: FastifyRequest, who: Who, motivo: string): Promise<void> };

/** A script that insists must not fill the book: this many a minute for each person. */
const mostAMinute = 10;
const minuteMs = 60_000;

export const createRefusals = ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Refusals => {
  const written = new Map<string, { minute: number; times: number }>();

  const hasRoom = (usuario: string): boolean => {
    const minute = Math.floor(clock.now().getTime() / minuteMs);
    const known = written.get(usuario);
    const times = known?.minute === minute ? known.times + 1 : 1;
    written.set(usuario, { minute, times });
    return times <= mostAMinute;
  };

  return {
    note: async (request, who, motivo) => {
      if (!hasRoom(who.usuario)) return;
      const what = `${request.method} ${request.url.split('?')[0]}`.slice(0, 200);
      await db.write(() =>
        audit(db, isoNow(clock), { usuario: who.usuario, host: who.host, accion: 'denegar', entidad: 'orden', entidadId: what, motivo }),
      );
    },
  };
};
