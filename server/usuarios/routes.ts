import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Texts } from '#server/acceso/fields.ts';
import { whoOf } from '#server/acceso/gate.ts';
import { idleBefore } from '#server/acceso/rules.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { fieldsOf } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { Web } from '#server/web.ts';
import { crear } from './crear.ts';
import { editar } from './editar.ts';
import { ponerClave } from './poner-clave.ts';
import { presentNew, presentOne, presentUser } from './present.ts';
import { findListed, listUsers, sessionsOf } from './queries.ts';
import { presentSession } from './sesiones.ts';
import { terminarSesiones } from './terminar-sesiones.ts';

type One = { Params: { id: string } };

/** `/usuarios`: who may come in, and as what. */
export const usuariosRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, format } = web;
  const config = { permiso: 'usuarios.gestionar' } as const;

  app.get('/usuarios', { config }, async (request, reply) => {
    const rows = listUsers(deps.db, openSince(web)).map((user) => presentUser(user, format));
    return show(request, reply, { page: 'usuarios/page', part: 'usuarios/list', model: { title: 'Usuarios', rows } });
  });

  app.get('/usuarios/nuevo', { config }, async (request, reply) =>
    // The first one has to be an administrator.
    showNew(request, reply, request.seat?.kind === 'local' ? { rol: 'administrador' } : {}, {}),
  );

  app.post('/usuarios', { config }, async (request, reply) => {
    const fields = fieldsOf(request);
    return orShow(
      async () => goTo(request, reply, `/usuarios/${await crear(deps, fields, whoOf(request))}`),
      (reasons) => showNew(request, reply, fields, reasons),
    );
  });

  app.get<One>('/usuarios/:id', { config }, async (request, reply) => showOne(web, request, reply, { values: {}, reasons: {} }));

  const order = (path: string, verb: (request: FastifyRequest<One>, id: number) => Promise<void>): void => {
    app.post<One>(`/usuarios/:id${path}`, { config }, async (request, reply) =>
      orShow(
        async () => {
          await verb(request, readId(request.params.id));
          return goTo(request, reply, `/usuarios/${request.params.id}`);
        },
        (reasons) => showOne(web, request, reply, { values: fieldsOf(request), reasons }),
      ),
    );
  };
  order('', (request, id) => editar(deps, id, fieldsOf(request), whoOf(request)));
  order('/clave', (request, id) => ponerClave(deps, { usuarioId: id, clave: fieldsOf(request).clave ?? '', but: null }, whoOf(request)));
  order('/sesiones', (request, id) => terminarSesiones(deps, id, null, whoOf(request)));
};

const openSince = ({ deps }: Web): string =>
  idleBefore(deps.clock.now(), readLiveSettings(deps.db, deps.config).INTERFAZ_WEB_SESION_TIMEOUT_MIN);

const readId = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

const showNew = (request: FastifyRequest, reply: FastifyReply, values: Texts, reasons: Texts): ReturnType<typeof show> => {
  const status = Object.keys(reasons).length > 0 ? 422 : 200;
  return show(request, reply, { page: 'usuarios/new', part: 'usuarios/form', model: presentNew(values, reasons), status });
};

type Refused = { readonly values: Texts; readonly reasons: Texts };

const showOne = (web: Web, request: FastifyRequest<One>, reply: FastifyReply, refused: Refused): ReturnType<typeof show> => {
  const { deps, format } = web;
  const user = findListed(deps.db, readId(request.params.id), openSince(web));
  if (!user) throw new NotFoundError('No hay ningún usuario con ese número.');
  const own = request.seat?.kind === 'sesion' ? request.seat.hash : null;
  const sessions = sessionsOf(deps.db, user.usuario_id, openSince(web)).map((session) => presentSession(session, format, own));
  const status = Object.keys(refused.reasons).length > 0 ? 422 : 200;
  return show(request, reply, { page: 'usuarios/one', part: 'usuarios/edit', model: presentOne(user, sessions, format, refused), status });
};
