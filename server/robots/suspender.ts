import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';

/** A robot everywhere (`equipoId` null), an equipo for everybody (`robotId` null), or one on the other. */
export type Suspended =
  | { readonly robotId: string; readonly equipoId: string | null }
  | { readonly robotId: null; readonly equipoId: string };

export type Suspension = Suspended & {
  /** Spanish slug of the class of failure. */
  readonly codigo: string;
  /** Spanish: what happened and what to do. */
  readonly motivo: string;
  /** Spanish, one line: the title of its aviso. */
  readonly titulo: string;
  /** See Aviso. */
  readonly acciones: Aviso['acciones'];
  /** See Aviso. */
  readonly datos?: Aviso['datos'];
  /** null = until somebody resumes it. */
  readonly hasta: string | null;
};

/** The aviso that stays open while it is not resumed, nor works again. */
export const suspensionClave = ({ robotId, equipoId }: { readonly robotId: string | null; readonly equipoId: string | null }): string =>
  `suspendido:${robotId ?? ''}:${equipoId ?? ''}`;

/**
 * Keeps it from being launched, instead of deleting what people configured, and opens its aviso. One that is suspended already
 * (or was, until an hour that has passed) gets the new reason. Call it inside a transaction.
 */
export const suspender = (db: Db, at: string, suspension: Suspension): void => {
  const { robotId, equipoId, codigo, motivo, titulo, acciones, hasta, datos = {} } = suspension;
  db.sql(
    `INSERT INTO suspensiones (robot_id, equipo_id, codigo, motivo, desde, hasta) VALUES (@robotId, @equipoId, @codigo, @motivo, @at, @hasta)
     ON CONFLICT (coalesce(robot_id, ''), coalesce(equipo_id, '')) WHERE reanudada_at IS NULL
     DO UPDATE SET codigo = @codigo, motivo = @motivo, desde = @at, hasta = @hasta`,
  ).run({ robotId, equipoId, codigo, motivo, at, hasta });
  const ambito = robotId === null ? 'EQUIPO' : 'ROBOT';
  raise(db, at, {
    clave: suspensionClave(suspension),
    nivel: 'CRITICO',
    ambito,
    naturaleza: 'PERMANENTE',
    titulo,
    detalle: motivo,
    datos,
    acciones,
  });
  const data = { motivo, hasta, ...(robotId !== null && equipoId !== null ? { equipo: equipoId } : {}) };
  if (robotId === null) record(db, at, { entity: 'equipo', entityId: equipoId, kind: 'suspended', data });
  else record(db, at, { entity: 'robot', entityId: robotId, kind: 'suspended', data });
};

/**
 * It has just worked: whatever was open about that robot there is over, but for what is suspended until a person resumes it (one that
 * worked on an equipo says nothing of the others). Call it inside a transaction.
 */
export const worksAgain = (db: Db, at: string, robotId: string, equipoId: string): void => {
  const pairs = [
    { robotId, equipoId: null },
    { robotId: null, equipoId },
    { robotId, equipoId },
  ];
  const stands = db.sql(
    `SELECT 1 FROM suspensiones WHERE reanudada_at IS NULL AND (hasta IS NULL OR hasta > @at)
        AND robot_id IS @robotId AND equipo_id IS @equipoId`,
  );
  for (const pair of pairs) if (!stands.get({ ...pair, at })) resolve(db, at, suspensionClave(pair));
};
