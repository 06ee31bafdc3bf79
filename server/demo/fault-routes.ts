import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FaultList, Faults } from './faults.ts';

const order = z.object({ nombre: z.string(), veces: z.coerce.number().int().min(0).max(1_000_000).default(1) });

/** `GET /fallos` lists them; `POST /fallos {nombre, veces}`, JSON or form, arms one. */
export const addFaultRoutes = <List extends FaultList>(app: FastifyInstance, faults: Faults<List>): void => {
  app.get('/fallos', () => faults.view());
  app.post('/fallos', (request, reply) => {
    const asked = order.safeParse(request.body);
    if (!asked.success)
      return reply.code(422).send({ error: 'Se esperaba {nombre, veces} con veces entero de 0 en adelante.', nombres: faults.names });
    const { nombre, veces } = asked.data;
    if (!faults.isKnown(nombre)) return reply.code(422).send({ error: `No hay ningún fallo llamado «${nombre}».`, nombres: faults.names });
    faults.arm(nombre, veces);
    return reply.send({ nombre, veces });
  });
};
