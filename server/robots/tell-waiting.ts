import { raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { Waiting, WaitingCode } from './rules.ts';

/** Waiting without a robot is a choice and no browser has its own aviso; the rest somebody forgot to configure. */
const mendable: ReadonlySet<WaitingCode> = new Set([
  'sin_intranet',
  'modo_no_valido',
  'robot_mal_configurado',
  'inicio_no_declarado',
  'a360_no_puede',
]);

const claveOf = (siteId: string): string => `despacho:${siteId}`;

/**
 * Keeps one aviso open per organismo whose pending trámites wait for something a person can mend, and closes it when it
 * is mended. Writes only when something has changed.
 */
export const tellWaiting = async (deps: Pick<Deps, 'db' | 'clock'>, waiting: readonly Waiting[]): Promise<void> => {
  const { db } = deps;
  const wanted = new Map(waiting.filter((one) => mendable.has(one.code)).map((one) => [claveOf(one.siteId), one]));
  const open = openAvisos(db);
  const news = [...wanted].filter(([clave, one]) => open.get(clave) !== one.reason).map(([, one]) => one);
  const mended = [...open.keys()].filter((clave) => !wanted.has(clave));
  if (news.length === 0 && mended.length === 0) return;
  const at = isoNow(deps.clock);
  await db.write(() => {
    for (const one of news) raiseFor(db, at, one);
    for (const clave of mended) resolve(db, at, clave);
  });
};

const raiseFor = (db: Db, at: string, { siteId, reason }: Waiting): void =>
  raise(db, at, {
    clave: claveOf(siteId),
    nivel: 'ALTO',
    ambito: 'ROBOT',
    naturaleza: 'PERMANENTE',
    titulo: `Los trámites de ${siteId} esperan`,
    detalle: reason,
    acciones: [`Abra el organismo ${siteId}: dice qué le falta.`, 'Corríjalo: sus trámites siguen solos.'],
  });

/** Detail of each open aviso of this kind; `;` is the character after `:`. */
const openAvisos = (db: Db): ReadonlyMap<string, string> =>
  new Map(
    db
      .sql(`SELECT clave, detalle FROM avisos WHERE estado = 'abierto' AND clave >= 'despacho:' AND clave < 'despacho;'`)
      .all()
      .map((row) => [row.clave as string, row.detalle as string]),
  );
