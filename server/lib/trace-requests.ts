import type { FastifyInstance } from 'fastify';
import { withTrace } from './trace.ts';

/** Every line of the log that a request leaves carries its id, which its error page shows. */
export const traceRequests = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, _reply, done) => withTrace({ peticion: request.id }, done));
  // Reading a body goes through events of the connection, where nothing of this is known.
  app.addHook('preValidation', (request, _reply, done) => withTrace({ peticion: request.id }, done));
};
