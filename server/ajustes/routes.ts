import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import { link } from '#server/lib/tag.ts';
import type { Web } from '#server/web.ts';
import { guardarAjustes } from './guardar.ts';
import { presentAjustes } from './present.ts';
import type { Texts } from './rules.ts';
import { volverAjuste } from './volver.ts';

const editing = { config: { permiso: 'sistema.mandar' } } as const;

/** `/ajustes`: every setting, what holds now and where it comes from; those that can change without a restart are edited here. */
export const ajustesRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  app.get('/ajustes', { config: { permiso: 'ver' } }, async (request, reply) => showAll(web, request, reply, { values: {}, reasons: {} }));

  app.post('/ajustes', editing, async (request, reply) => {
    const values = fieldsOf(request);
    return orShow(
      async () => {
        const changed = await guardarAjustes(deps, values, whoOf(request));
        flash(reply, told(changed));
        return goTo(request, reply, placeOf(request, Object.keys(values)[0]));
      },
      (reasons) => showAll(web, request, reply, { values, reasons }),
    );
  });

  app.post<{ Params: { clave: string } }>('/ajustes/:clave/volver', editing, async (request, reply) => {
    const { clave } = request.params;
    if (clave.length > 200) throw new NotFoundError('No hay ningún ajuste que se llame así.');
    await volverAjuste(deps, clave, whoOf(request));
    flash(reply, done(`${clave}: vale otra vez el valor de fuera`));
    return goTo(request, reply, placeOf(request, clave));
  });
};

type Typed = { readonly values: Texts; readonly reasons: Texts };

const told = (changed: readonly string[]) =>
  changed.length === 0
    ? done('No había nada que cambiar', 'Ya valía eso.')
    : done(`Guardado: ${changed.join(', ')}`, 'Vale desde ahora; no hace falta volver a arrancar.');

/** The list as it was looked at, at the setting that was changed. */
const placeOf = (request: FastifyRequest, key: string | undefined): string => {
  const list = link('/ajustes', { q: queryText(request, 'q') });
  return key === undefined ? list : `${list}#${encodeURIComponent(key)}`;
};

const showAll = ({ deps, format }: Web, request: FastifyRequest, reply: FastifyReply, typed: Typed) => {
  const asked = { q: queryText(request, 'q').slice(0, 100), edits: canOf(whoOf(request))('sistema.mandar') };
  const model = deps.db.read(() => presentAjustes(deps, asked, typed, format));
  return show(request, reply, { page: 'ajustes/page', part: 'ajustes/list', model, status: model.refused ? 422 : 200 });
};
