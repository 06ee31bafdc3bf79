import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { type Db, openDatabase } from '#server/db/open.ts';
import { findDifferences } from './check.ts';
import { gather, sightingsAt } from './gather.ts';
import { botUser, type Scene, setScene } from './scene.ts';

const picture = Buffer.from('ffd8ffe000104a464946', 'hex');
const receipt = Buffer.from('%PDF-1.7 justificante inventado');

let dataDir: string;
let scene: Scene;
let db: Db;
let register: { numero: string; expediente: string }[];

const store = (tramite: number, file: string, bytes: Buffer): string => {
  const folder = join(dataDir, 'evidencias', String(tramite), '1');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), bytes);
  return join(folder, file);
};

const result = JSON.stringify({
  numero: 'E2026000001',
  fecha: '2026-03-02',
  recibo: { file: 'justificante.pdf', bytes: receipt.length, sha256: createHash('sha256').update(receipt).digest('hex') },
});

/** Claims the two first fileable recursos and files the first; the second died in the middle of its submission. */
const liveALittle = (): void => {
  const [filed, doubtful] = scene.fileable.splice(0, scene.fileable.length, ...scene.fileable.slice(0, 2)) as [string, string];
  const source = new Database(scene.sourceFile);
  source
    .prepare('UPDATE RecursosExp SET TExp = 1, UsuarioAsignado = ? WHERE idRecurso IN (?, ?)')
    .run(`${botUser}   `, Number(filed), Number(doubtful));
  source.close();
  const claim = db.sql("INSERT INTO reclamaciones (resource_id, site_id, state) VALUES (?, 'xaloc_girona', 'claimed')");
  const queue = db.sql(
    `INSERT INTO tramite_queue (id, site_id, resource_id, expediente, status, attempts, error_code, result, screenshot_path)
     VALUES (?, 'xaloc_girona', ?, ?, ?, 1, ?, ?, ?)`,
  );
  const attempt = db.sql(
    `INSERT INTO ejecuciones (ejecucion_id, robot_id, tramite_id, intento, estado, fase, result, fecha_fin)
     VALUES (?, 'xaloc_girona', ?, 1, ?, ?, ?, ?)`,
  );
  const step = db.sql(
    "INSERT INTO steps (ejecucion_id, tramite_id, number, name, outcome, started_at, ended_at, capture) VALUES (?, ?, 1, 'enviar', 'done', '', '', 'enviar.jpg')",
  );
  for (const id of [filed, doubtful]) claim.run(id);
  store(1, 'justificante.pdf', receipt);
  queue.run(1, filed, 'A', 'completed', null, result, store(1, 'enviar.jpg', picture));
  queue.run(2, doubtful, 'B', 'needs_review', 'envio_dudoso', null, store(2, 'enviar.jpg', picture));
  attempt.run('a', 1, 'COMPLETED', 'submitted', result, 'x');
  attempt.run('b', 2, 'RUN_ABORTED', 'submitting', null, 'x');
  step.run('a', 1);
  step.run('b', 2);
  register = [{ numero: 'E2026000001', expediente: 'A' }];
};

const rules = () => [
  ...new Set(findDifferences(gather(scene, register, [{ kill: 1, tramiteId: 2, intento: 1, fase: 'submitting' }])).map((one) => one.rule)),
];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cerebro-caos-'));
  scene = setScene(dataDir, { sede: 1, xvia: 2, origen: null });
  db = openDatabase(dataDir);
  liveALittle();
});
afterEach(() => {
  db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('what the campaign reads afterwards', () => {
  it('agrees over databases in which nothing was lost', () => {
    assert.deepEqual(rules(), []);
  });

  it('misses a trámite somebody deleted from the queue', () => {
    db.sql('DELETE FROM tramite_queue WHERE id = 2').run();
    assert.ok(rules().includes('reclamado_sin_tramite'));
  });

  it('sees that the source was given back behind our back', () => {
    const source = new Database(scene.sourceFile);
    source.prepare("UPDATE RecursosExp SET UsuarioAsignado = 'Nom Inventat' WHERE TExp = 1").run();
    source.close();
    assert.ok(rules().includes('tramite_sin_reclamar'));
  });

  it('sees a lost capture and a receipt that is not the one that was noted', () => {
    rmSync(join(dataDir, 'evidencias', '2', '1', 'enviar.jpg'));
    store(1, 'justificante.pdf', Buffer.from('%PDF-1.7 otro'));
    assert.deepEqual(rules().toSorted(), ['archivo_ausente', 'completado_sin_justificante', 'revision_sin_capturas']);
  });

  it('sees an intent nobody closed and a trámite left in the middle', () => {
    db.sql("UPDATE reclamaciones SET state = 'intended' WHERE resource_id = ?").run(scene.fileable[0]);
    db.sql("UPDATE tramite_queue SET status = 'processing' WHERE id = 2").run();
    assert.deepEqual(rules().toSorted(), ['duda_sin_revision', 'intencion_abierta', 'presentable_sin_presentar', 'sigue_en_marcha']);
  });

  it('tells which attempts a death interrupted', () => {
    db.sql("UPDATE tramite_queue SET status = 'processing' WHERE id = 2").run();
    db.sql('UPDATE ejecuciones SET fecha_fin = NULL WHERE tramite_id = 2').run();
    assert.deepEqual(sightingsAt(scene, 7), [{ kill: 7, tramiteId: 2, intento: 1, fase: 'submitting' }]);
  });

  it('tells none before the database exists', () => {
    const other = mkdtempSync(join(tmpdir(), 'cerebro-caos-vacio-'));
    assert.deepEqual(sightingsAt(setScene(other, { sede: 1, xvia: 2, origen: null }), 1), []);
    rmSync(other, { recursive: true, force: true });
  });
});
