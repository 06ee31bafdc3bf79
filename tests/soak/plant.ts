import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kept } from '#server/datos/retencion.ts';
import type { Db } from '#server/db/open.ts';

const old = '2020-01-01T00:00:00.000Z';
const before = '2021-01-01T00:00:00.000Z';

/** A row of each kind that retention removes (`old` = @at), by its word in `limpiezas`. */
const goes: Readonly<Record<string, string>> = {
  ejecuciones: `INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fecha_inicio, fecha_fin) VALUES ('vieja-' || @n, '1', 'COMPLETED', @at, @at)`,
  eventos: `INSERT INTO events (at, entity, entity_id, kind) VALUES (@at, 'organismo', @n, 'x')`,
  ciclos: `INSERT INTO cycles (name, started_at, ended_at, outcome) VALUES ('reclamar', @at, @at, 'ok')`,
  descartes: `INSERT INTO discards (resource_id, site_id, rule_version, reason, at) VALUES ('vieja-' || @n, 'x', 'v', 'r', @at)`,
  sincronizaciones: `INSERT INTO sincronizaciones (que, started_at, ended_at, outcome) VALUES ('robots', @at, @at, 'ok')`,
  balance: `INSERT INTO historico_balanceo (fecha_balanceo, robot_id, equipos_antes, equipos_despues, accion_tomada) VALUES (@at, '1', 0, @n, 'x')`,
  avisos: `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, estado, abierto_at, ultimo_at, resuelto_at)
           VALUES ('vieja-' || @n, 'MEDIO', 'SISTEMA', 'UMBRAL', 't', 'resuelto', @at, @at, @at)`,
  envios: `INSERT INTO envios (canal, motivo, asunto, texto, estado, creado_at) VALUES ('correo', 'prueba', @n, 't', 'enviado', @at)`,
  errores: `INSERT INTO error_log (fecha_hora, origen, error_mensaje) VALUES (@at, 'x', @n)`,
  auditoria: `INSERT INTO auditoria (fecha, usuario, accion, entidad) VALUES (@at, 'ana', 'crear', 'pool')`,
};

/** As old as those, and never removed: what protects from filing twice, what is not over, and the newest round of each cycle. */
const stays: readonly string[] = [
  `INSERT INTO tramite_queue (site_id, resource_id, expediente, status, created_at, processed_at) VALUES ('x', 'vieja-' || @n, 'e', 'completed', @at, @at)`,
  `INSERT INTO reclamaciones (resource_id, site_id, state, intended_at, closed_at) VALUES ('vieja-' || @n, 'x', 'claimed', @at, @at)`,
  `INSERT INTO events (at, entity, entity_id, kind) VALUES (@at, 'tramite', 'vieja-' || @n, 'x')`,
  `INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fecha_inicio, fecha_fin, tramite_id) SELECT 'suya-' || @n, '1', 'COMPLETED', @at, @at, max(id) FROM tramite_queue`,
];

const stayCounts: Readonly<Record<string, string>> = {
  trámites: `tramite_queue WHERE resource_id LIKE 'vieja-%'`,
  reclamaciones: `reclamaciones WHERE resource_id LIKE 'vieja-%'`,
  'sucesos de trámites': `events WHERE entity = 'tramite' AND entity_id LIKE 'vieja-%'`,
  'ejecuciones de trámites': `ejecuciones WHERE ejecucion_id LIKE 'suya-%'`,
};

/** Folders of captures of trámites filed so long ago. */
const folders = 50;

export type Planted = { readonly kind: string; readonly planted: number; readonly left: number; readonly goes: boolean };

/** Rows of each kind as old as nothing is kept, their folders, and others as old that must stay. */
export const plantOld = async (db: Db, dataDir: string, { rows, now }: { rows: number; now: string }): Promise<void> => {
  await db.write(() => {
    for (const { que } of kept) {
      const insert = db.sql(goes[que] ?? `-- ${que} has no row to plant (tests/soak/plant.ts)`);
      for (let n = 0; n < rows; n += 1) insert.run({ n: String(n), at: old });
      // The newest of some stays, however old it is.
      insert.run({ n: 'ahora', at: now });
    }
    for (const sql of stays) {
      const insert = db.sql(sql);
      for (let n = 0; n < folders; n += 1) insert.run({ n: String(n), at: old });
    }
  });
  for (const id of oldTramites(db)) {
    const folder = join(dataDir, 'evidencias', String(id), '1');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '1-abrir.jpg'), 'captura');
  }
};

const oldTramites = (db: Db): readonly number[] =>
  db
    .sql(`SELECT id FROM tramite_queue WHERE resource_id LIKE 'vieja-%'`)
    .all()
    .map((row) => row.id as number);

/** What is left of it, kind by kind. */
export const countOld = (db: Db, dataDir: string, rows: number): readonly Planted[] => {
  const count = (sql: string) => db.sql(`SELECT count(*) AS n FROM ${sql}`).get()?.n as number;
  const gone = kept.map(({ que, table, born }) => {
    const stay = { eventos: ` AND entity = 'organismo'`, ejecuciones: ' AND tramite_id IS NULL' }[que] ?? '';
    return { kind: que, planted: rows, left: count(`${table} WHERE ${born} < '${before}'${stay}`), goes: true };
  });
  const left = oldTramites(db).filter((id) => existsSync(join(dataDir, 'evidencias', String(id)))).length;
  const stayed = Object.entries(stayCounts).map(([kind, sql]) => ({ kind, planted: folders, left: count(sql), goes: false }));
  return [...gone, { kind: 'carpetas de capturas', planted: folders, left, goes: true }, ...stayed];
};
