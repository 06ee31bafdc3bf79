import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { restoreDatabase } from '#server/db/restore.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openQueueHouse } from '#tests/support/queue-house.ts';
import { at, close, copyOf, start } from './restore-house.ts';

test('letters that waited at the copy are not sent, those of what is still open are written anew, and no number comes twice', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  const aviso = `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, estado, avisado_at, avisado_veces)
    VALUES (?, 'ALTO', 'SISTEMA', 'PERMANENTE', 'x', ?, ?, 1)`;
  for (const [clave, estado] of Object.entries({ viva: 'abierto', muerta: 'resuelto', dicha: 'abierto' }))
    before.db.sql(aviso).run(clave, estado, at);
  const letter = `INSERT INTO envios (aviso_id, canal, motivo, asunto, texto, estado) VALUES (?, 'correo', 'nuevo', 'a', 't', ?)`;
  for (const [id, estado] of [
    [1, 'pendiente'],
    [2, 'pendiente'],
    [3, 'enviado'],
  ] as const)
    before.db.sql(letter).run(id, estado);
  const copy = await copyOf(before);
  await close(before);
  restoreDatabase(folder, copy, at);
  const { db } = await start(t, folder);
  assert.deepEqual(
    db
      .sql('SELECT estado FROM envios ORDER BY envio_id')
      .all()
      .map(({ estado }) => estado),
    ['fallido', 'fallido', 'enviado'],
  );
  const toTell = `SELECT clave FROM avisos WHERE avisado_at IS NULL AND estado = 'abierto' AND clave <> 'restaurada'`;
  assert.deepEqual(db.sql(toTell).all(), [{ clave: 'viva' }]);
  const next = db.sql(letter).run(1, 'pendiente').lastInsertRowid;
  assert.ok(Number(next) > 1_000_000, `${next}`);
});

test('a copy made by hand with its log beside it brings what stood in the log', async (t) => {
  const folder = temporaryFolder(t);
  const other = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  before.db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  await before.queue(['2']);
  for (const tail of ['', '-wal']) copyFileSync(join(folder, `cerebro.db${tail}`), join(other, `mia.db${tail}`));
  await close(before);
  restoreDatabase(folder, join(other, 'mia.db'), at);
  assert.deepEqual((await start(t, folder)).statuses(), { 1: 'needs_review', 2: 'needs_review' });
});
