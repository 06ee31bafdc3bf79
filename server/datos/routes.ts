import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { whoOf } from '#server/acceso/gate.ts';
import { copiesFolder } from '#server/db/restore.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { goTo, show } from '#server/lib/html.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { Web } from '#server/web.ts';
import { createBackground } from './background.ts';
import { beginCopy, copiesThere, makeCopy } from './copiar.ts';
import { writeDownload } from './descargar.ts';
import { examine } from './examinar.ts';
import { beginExport, exportEntries } from './exportar.ts';
import { clean } from './limpiar.ts';
import { planCleaning } from './plan-cleaning.ts';
import { presentCopy, presentDatos } from './present.ts';
import { findCopies, findCopy, lastCleanings, lastTold } from './queries.ts';
import { copyDueAt, workDueAt } from './rules.ts';
import { lookAtDisk, onSameDisk } from './vigilar.ts';
import { zipOf } from './zip.ts';

type One = { Params: { id: string } };

const ordering = { config: { permiso: 'sistema.mandar' } } as const;

/** `/datos`: copies, what is kept and for how long, whether the database is whole, the disk; and all there is of one recurso in a file. */
export const datosRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, format } = web;
  const background = createBackground(deps);
  app.addHook('preClose', () => background.stop());

  app.get('/datos', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'datos/page', model: presentDatos(await partsOf(web), format) }),
  );

  app.post('/datos/copias', ordering, async (request, reply) => {
    const begun = await beginCopy(deps, 'a_mano', whoOf(request));
    background.start('una copia de seguridad', (signal) => makeCopy(deps, begun, signal));
    flash(reply, done('Copia en marcha', 'Se lee entera antes de darla por buena: vuelva a cargar la página para verla.'));
    return goTo(request, reply, '/datos');
  });

  app.post('/datos/limpiar', ordering, async (request, reply) => {
    const who = whoOf(request);
    background.start('una limpieza', (signal) => clean(deps, signal, who));
    flash(reply, done('Limpieza en marcha', 'Va poco a poco para no estorbar: vuelva a cargar la página para ver lo que queda.'));
    return goTo(request, reply, '/datos');
  });

  app.post('/datos/examinar', ordering, async (request, reply) => {
    const who = whoOf(request);
    background.start('un examen de la base', (signal) => examine(deps, signal, who));
    flash(reply, done('Examen en marcha', 'Vuelva a cargar la página para ver el resultado.'));
    return goTo(request, reply, '/datos');
  });

  app.get<One>('/datos/copias/:id/descargar', ordering, async (request, reply) => {
    const copy = /^\d{1,15}$/.test(request.params.id) ? findCopy(deps.db, Number(request.params.id)) : null;
    const path = copy?.archivo ? join(copiesFolder(deps.config), copy.archivo) : '';
    if (copy?.archivo == null || copy.verificada !== 1 || !existsSync(path)) throw new NotFoundError('Esa copia ya no está.');
    await writeDownload(deps, copy, whoOf(request));
    return reply
      .type('application/vnd.sqlite3')
      .header('Content-Disposition', `attachment; filename="${copy.archivo}"`)
      .header('Cache-Control', 'no-store')
      .send(createReadStream(path));
  });

  app.post<One>('/cola/:id/exportar', { config: { permiso: 'tramites.revisar' } }, async (request, reply) => {
    const whole = await beginExport(deps, request.params.id, whoOf(request));
    return reply
      .type('application/zip')
      .header('Content-Disposition', `attachment; filename="tramite-${whole.id}.zip"`)
      .header('Cache-Control', 'no-store')
      .send(Readable.from(zipOf(exportEntries(deps, whole, format))));
  });
};

const partsOf = async ({ deps, format }: Web) => {
  const { db, config } = deps;
  const settings = readLiveSettings(db, config);
  const now = isoNow(deps.clock);
  const folder = copiesFolder(config);
  const there = (archivo: string | null) => archivo !== null && existsSync(join(folder, archivo));
  return {
    copies: findCopies(db).map((copy) => presentCopy(copy, there(copy.archivo), format)),
    folder,
    sameDisk: onSameDisk(folder, config.DATA_DIR),
    now,
    due: {
      copy: copyDueAt(copiesThere(deps), settings.COPIA_INTERVALO_HORAS, now),
      cleaning: workDueAt(lastTold(db, 'retencion')?.at ?? null, settings.RETENCION_INTERVALO_HORAS, now),
    },
    planned: await planCleaning(deps),
    last: lastCleanings(db),
    examined: lastTold(db, 'integridad'),
    spaces: await lookAtDisk(deps),
    limits: { min: settings.DISCO_LIBRE_MIN_MB, warn: settings.DISCO_LIBRE_AVISO_MB },
  };
};
