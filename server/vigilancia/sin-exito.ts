import { mantenerAvisos } from '#server/avisos/mantener.ts';
import type { Aviso } from '#server/avisos/raise.ts';
import { inStatus } from '#server/cola/in-status.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { isoIn } from '#server/lib/clock.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { type Attempts, withoutSuccess } from './rules.ts';

/**
 * One aviso per organismo whose trámites have failed for AVISOS_SIN_EXITO_HORAS while others are filed, or a single one where nobody's are: the
 * only organismo there is would fail in silence.
 */
export const tellWithoutSuccess = async (deps: Pick<Deps, 'db' | 'clock' | 'config'>): Promise<void> => {
  const { db, clock, config } = deps;
  const hours = readLiveSettings(db, config).AVISOS_SIN_EXITO_HORAS;
  const { stuck, nobody } = withoutSuccess(attemptsBySite(db), isoIn(clock, -hours * 3_600_000));
  await mantenerAvisos(deps, 'sin_exito:', nobody ? [avisoOfAll(hours)] : stuck.map(({ siteId }) => avisoOf(siteId, hours)));
};

/** No organismo is called so. */
const avisoOfAll = (hours: number): Aviso => ({
  ...{ clave: 'sin_exito:*', nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'UMBRAL' },
  titulo: 'Ningún organismo presenta nada',
  detalle: `Hay más de ${hours} horas de intentos y ningún éxito, en ningún organismo.`,
  acciones: [
    'Mire en Errores por qué fallan los trámites.',
    'Compruebe con «npm run doctor» la intranet, el navegador y el certificado, y que la sede se abre.',
  ],
});

const avisoOf = (siteId: string, hours: number): Aviso => ({
  ...{ clave: `sin_exito:${siteId}`, nivel: 'ALTO', ambito: 'ROBOT', naturaleza: 'UMBRAL' },
  titulo: `El organismo ${siteId} no presenta nada`,
  detalle: `Lleva más de ${hours} horas con intentos y sin ningún éxito, mientras otros organismos sí presentan.`,
  datos: { Organismo: siteId },
  acciones: ['Mire en Errores por qué fallan sus trámites.', 'Compruebe que su sede se abre y no ha cambiado.'],
});

/** Each from its own index, whose condition stands word for word: for a min() the planner would walk the table. */
const failed = `FROM tramite_queue INDEXED BY tramite_given_up
  WHERE status IN ('failed', 'cancelled') AND site_id = s.siteId AND status = 'failed'`;
const doubt = `FROM ${inStatus('needs_review')} AND site_id = s.siteId`;
/** CROSS: from the few that are to be repeated to their attempts; the planner would walk all attempts. */
const retries = `FROM tramite_queue AS t INDEXED BY tramite_by_site CROSS JOIN ejecuciones AS e ON e.tramite_id = t.id
  WHERE t.site_id = s.siteId AND t.status <> 'processing' AND t.status = 'pending' AND t.transient_failures > 0 AND e.fecha_inicio > s.since`;

/** Walks, per organismo that is on, the ends of its own indexes: it is asked twice a minute, however much was filed. */
export const attemptsSql = `
  SELECT siteId, lastFiled, min(coalesce(failed, '~'), coalesce(doubt, '~'), coalesce(retried, '~')) AS firstFailed,
          max(coalesce(lastFailed, ''), coalesce(lastDoubt, ''), coalesce(lastRetried, '')) AS lastFailed
     FROM (SELECT s.*,
             (SELECT min(processed_at) ${failed} AND processed_at > s.since) AS failed,
             (SELECT max(processed_at) ${failed} AND processed_at > s.since) AS lastFailed,
             (SELECT min(processed_at) ${doubt} AND processed_at > s.since) AS doubt,
             (SELECT max(processed_at) ${doubt} AND processed_at > s.since) AS lastDoubt,
             (SELECT min(e.fecha_inicio) ${retries}) AS retried, (SELECT max(e.fecha_inicio) ${retries}) AS lastRetried
             FROM (SELECT siteId, lastFiled, coalesce(lastFiled, '') AS since
                     FROM (SELECT site_id AS siteId,
                                  (SELECT max(processed_at) FROM tramite_queue WHERE site_id = o.site_id AND status = 'completed') AS lastFiled
                             FROM organismo_config AS o WHERE o.active = 1)) AS s)`;

const attemptsBySite = (db: Db): Attempts[] =>
  db
    .sql(attemptsSql)
    .all()
    .map((row) => ({
      siteId: row.siteId as string,
      lastFiled: row.lastFiled as string | null,
      firstFailed: row.firstFailed === '~' ? null : (row.firstFailed as string),
      lastFailed: row.lastFailed === '' ? null : (row.lastFailed as string),
    }));
