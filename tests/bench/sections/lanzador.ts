import { type Db, openDatabase } from '#server/db/open.ts';
import { momentAt } from '#server/lanzador/moment.ts';
import { decide } from '#server/lanzador/pairs.ts';
import { readSnapshot } from '#server/lanzador/snapshot.ts';
import type { Bench, Section } from '../lib/section.ts';

/** A Monday morning: some calendars are due, some windows open. */
const now = new Date('2026-03-02T09:00:00.000Z');
const zone = 'Europe/Madrid';

const numbers = (n: number): string => `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${n - 1})`;

/** 500 robots, 5,000 equipos, 2,000 programaciones on 6,000 equipos of theirs, 5,000 equipos lent, and a past of 200,000 runs. */
const fill = (db: Db): void => {
  db.sqlite.exec(`
    INSERT INTO robots (robot_id, robot, kind, es_online) ${numbers(500)} SELECT 'r' || i, 'P' || i, 'a360', 1 FROM n;
    INSERT INTO equipos (equipo_id, equipo, user_id, licencia) ${numbers(5000)} SELECT 'e' || i, 'VM-' || i, 'u' || i, 'RUNTIME' FROM n;
    INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, dias_semana, hora_inicio, hora_fin, es_ciclico, intervalo_entre_ejecuciones)
      ${numbers(2000)} SELECT 'p' || i, 'r' || (i % 500), iif(i % 2, 'Diaria', 'Semanal'), 'Lu,Ma,Mi,Ju,Vi', printf('%02d:%02d', i % 23, i % 60),
                              iif(i % 4, NULL, '23:59'), i % 4 = 0, iif(i % 4, NULL, 10) FROM n;
    INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id)
      ${numbers(6000)} SELECT 'r' || (i % 500), 'e' || (i % 5000), 1, 'p' || (i % 2000) FROM n;
    INSERT INTO asignaciones (robot_id, equipo_id) ${numbers(5000)} SELECT 'r' || (i % 400), 'e' || i FROM n;
    INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado, fecha_inicio, fecha_fin)
      ${numbers(200_000)} SELECT 'x' || i, 'r' || (i % 500), 'e' || (i % 5000), 'u' || (i % 5000), 'COMPLETED',
                                 strftime('%Y-%m-%dT%H:%M:%fZ', '${now.toISOString()}', '-' || (1 + i / 5000) || ' hours'),
                                 strftime('%Y-%m-%dT%H:%M:%fZ', '${now.toISOString()}', '-' || (1 + i / 5000) || ' hours', '+9 minutes') FROM n;
    ANALYZE;`);
};

const run = async (bench: Bench): Promise<void> => {
  const db = openDatabase(bench.folder('lanzador'));
  try {
    fill(db);
    const reads: number[] = [];
    const decision = (): number => {
      const began = performance.now();
      const snapshot = db.read(() => readSnapshot(db, now));
      const read = performance.now();
      // The calendars are read and asked here too.
      decide(snapshot, { now, momentOf: momentAt(zone, now) });
      reads.push(read - began);
      return performance.now() - read;
    };
    for (let warm = 0; warm < 3; warm++) decision();
    reads.length = 0;
    const { byName, good } = await bench.rounds([{ name: 'decidir', run: async () => decision() }]);
    const line = { section: 'lanzador', unit: 'ms' } as const;
    const what = '500 robots × 5.000 equipos × 2.000 programaciones: qué empieza ahora';
    bench.report({ ...line, what, values: byName.get('decidir') ?? [], goal: { sign: '<', value: 100 } });
    bench.report({ ...line, what: 'y leerlo todo de la base', values: reads.filter((_, round) => good.has(round)), goal: null });
  } finally {
    db.close();
  }
};

export const lanzadorSection: Section = { name: 'lanzador', about: 'qué robots de A360 empiezan ahora, y por qué no los demás', run };
