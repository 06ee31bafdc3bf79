import type { FastifyInstance } from 'fastify';

/** An address the app answers, as it was declared. */
export type Declared = { readonly method: string; readonly url: string };

declare module 'fastify' {
  interface FastifyInstance {
    /** Every address the app knows, so that whoever checks them all cannot forget one. */
    readonly declared: readonly Declared[];
  }
}

/** Writes down every route declared from now on, in `app.declared`. */
export const keepDeclared = (app: FastifyInstance): void => {
  const declared: Declared[] = [];
  app.decorate('declared', declared);
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) declared.push({ method: one, url });
  });
};
