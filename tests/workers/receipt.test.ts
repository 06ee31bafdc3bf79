import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makePdf } from '#tests/support/pdf.ts';
import { looksLikeReceipt, mentions, pdfText, storeReceipt } from '#workers/receipt.ts';
import { readReceipt } from '#workers/robots/xaloc_girona/receipt.ts';

const folder = mkdtempSync(join(tmpdir(), 'cerebro-receipt-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('only a PDF of more than two thousand bytes can be a receipt', () => {
  const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(2_000)]);
  assert.equal(looksLikeReceipt(pdf), true);
  assert.equal(looksLikeReceipt(pdf.subarray(0, 2_000)), false);
  assert.equal(looksLikeReceipt(Buffer.alloc(5_000, '<p>')), false);
});

test('a receipt is stored with its fingerprint and never overwritten', async () => {
  const path = join(folder, 'justificante.pdf');
  const bytes = Buffer.from('uno');
  assert.deepEqual(await storeReceipt(path, bytes), { bytes: 3, sha256: createHash('sha256').update(bytes).digest('hex') });
  await assert.rejects(storeReceipt(path, Buffer.from('dos')), { code: 'EEXIST' });
  assert.equal(readFileSync(path, 'utf8'), 'uno');
});

test('the text of a PDF is read line by line', async () => {
  const text = await pdfText(await makePdf(['Número de registre: E2026000001', "Número d'expedient: 2025/160585-MUL"]));
  assert.match(text, /Número de registre: E2026000001\n/);
  assert.ok(mentions(text, '2025/160585-MUL'));
});

test('a broken PDF is told as such', async () => {
  await assert.rejects(pdfText(Buffer.from('%PDF-1.7 nada')), { code: 'justificante_ilegible', transient: false });
});

test('the expediente is found however its line is broken, and no other one is', () => {
  assert.ok(mentions('expedient 2025/\n160585-MUL.', '2025/160585-MUL'));
  assert.ok(!mentions('expedient 2025/160586-MUL', '2025/160585-MUL'));
  assert.ok(!mentions('expedient 2026/123456', '2026/12345'));
  assert.ok(!mentions('expedient 12026/12345', '2026/12345'));
});

test('the register number and instant are read in Catalan and in Spanish', () => {
  const catalan = 'Número de registre: E2026000001\nData i hora de registre: 21/11/2026 23:52:47\n';
  assert.deepEqual(readReceipt(catalan), { numero: 'E2026000001', fecha: '21/11/2026 23:52:47' });
  const spanish = 'Núm. de registro de entrada: 2026-E-RC-17\nFecha y hora de registro: 21/11/2026\n23:52';
  assert.deepEqual(readReceipt(spanish), { numero: '2026-E-RC-17', fecha: '21/11/2026 23:52' });
});

test('without a number or without a date there is no receipt', () => {
  assert.equal(readReceipt('Data i hora de registre: 21/11/2026 23:52:47'), null);
  assert.equal(readReceipt('Número de registre: E2026000001'), null);
  assert.equal(readReceipt('Número de registre:\nData de registre:'), null);
});
