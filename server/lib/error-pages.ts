import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CerebroError, ForbiddenError, InvalidInputError, NotFoundError, UnauthorizedError, WrongStateError } from './errors.ts';
import { show } from './html.ts';

/** An error as its page tells it. */
export type ErrorView = { readonly status: number; readonly title: string; readonly sentence: string; readonly reference: string };

const titles: Readonly<Record<number, string>> = {
  400: 'La petición no se entiende',
  401: 'Hace falta entrar',
  403: 'No se permite',
  404: 'No está',
  409: 'Ahora no se puede',
  413: 'Es demasiado grande',
  415: 'Ese formato no se admite',
  422: 'Hay algo que corregir',
  500: 'Algo ha fallado',
  502: 'El otro lado no contesta',
  503: 'Ahora mismo no puede ser',
};

const sentences: Readonly<Record<number, string>> = {
  400: 'Lo recibido no es una petición que el panel conozca.',
  404: 'Esa página no existe, o lo que mostraba ya no está.',
  413: 'Lo enviado pasa del tamaño que admite el panel: no se ha hecho nada.',
  415: 'El panel solo admite formularios: no se ha hecho nada.',
  500: 'Ha ocurrido un error que nadie esperaba. Ha quedado en el registro con la referencia de abajo; lo que estuviera a medias no se ha guardado.',
};

/** The HTTP status each known failure answers with; whatever nobody decided about is a 500. */
export const statusOf = (error: unknown): number => {
  if (error instanceof WrongStateError) return 409;
  if (error instanceof NotFoundError) return 404;
  if (error instanceof InvalidInputError) return 422;
  if (error instanceof UnauthorizedError) return 401;
  if (error instanceof ForbiddenError) return 403;
  if (error instanceof CerebroError) return error.transient ? 503 : 500;
  const status = (error as FastifyError).statusCode ?? 500;
  return status in titles ? status : 500;
};

export type ErrorPagesOptions = {
  /** Whether a door to the outside failed (502): which doors there are is not for lib to know. */
  readonly outside: (error: Error) => boolean;
  /** Called for those nobody expected. */
  readonly unexpected: (error: Error, request: FastifyRequest) => Promise<void>;
};

/** Every failure becomes a page in Spanish. */
export const registerErrorPages = (app: FastifyInstance, { outside, unexpected }: ErrorPagesOptions): void => {
  app.setNotFoundHandler((request, reply) => send(request, reply, 404, null));
  app.setErrorHandler<Error>(async (error, request, reply) => {
    // Whoever asked has gone in the middle, or the house has: nobody reads a page.
    if (reply.raw.destroyed && isCutShort(error)) return reply.hijack();
    const status = outside(error) ? 502 : statusOf(error);
    if (status === 500)
      await unexpected(error, request).catch((cause) => request.log.error({ err: cause }, 'ni el error se ha podido guardar'));
    return send(request, reply, status, error instanceof CerebroError ? error.message : null);
  });
};

/** The connection ended before all of what was sent had come. */
const isCutShort = (error: Error): boolean => (error as NodeJS.ErrnoException).code === 'ECONNRESET';

const send = (request: FastifyRequest, reply: FastifyReply, status: number, sentence: string | null): Promise<string | Buffer> => {
  const error: ErrorView = {
    status,
    title: titles[status] ?? 'Algo ha fallado',
    sentence: sentence ?? sentences[status] ?? '',
    reference: request.id,
  };
  return show(request, reply, { page: 'shared/error', part: 'shared/error-part', model: { error, title: error.title }, status }).catch(
    (cause) => {
      request.log.error({ err: cause }, 'ni la página del error se ha podido escribir');
      return plainly(reply, error);
    },
  );
};

/** What draws the frame of a page may be what has failed. */
const plainly = (reply: FastifyReply, { status, title, sentence, reference }: ErrorView): string => {
  reply.code(status).type('text/plain; charset=utf-8').header('Cache-Control', 'no-store');
  return `${title}. ${sentence}\nReferencia: ${reference}\n`;
};
