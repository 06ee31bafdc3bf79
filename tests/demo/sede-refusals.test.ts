import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Sede, startSede } from '#server/demo/sede/sede.ts';
import { openSession, pdfFile, problemsIn, readyToSend } from './sede-client.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sede-'));
let sede: Sede;
before(async () => {
  sede = await startSede({ port: 0, dataDir, paces: { partial: 0 } });
});
after(async () => {
  await sede.close();
  rmSync(dataDir, { recursive: true });
});

/** What is wrong with the form, and the one sentence it is refused with. */
const wrongForms: readonly [what: string, changes: Record<string, string>, sentence: RegExp][] = [
  ['without a role', { tipoActuacion: '', contact21: 'a@example.org' }, /En qualitat de/],
  ['without saying whether the represented is a company', { tipoPersonaRepresented: '' }, /Persona representada/],
  ['without the company', { RepRazonSoc: '' }, /«Raó social» és obligatori/],
  ['with a company in lower case', { RepRazonSoc: 'Exemple sl' }, /«Raó social» no té un format correcte/],
  ['with the control digit inside the CIF', { RepCIF: 'B12345674' }, /NIF de la persona representada/],
  ['without control digit', { RepCIFCtrlDigit: '' }, /Caràcter de control/],
  ['without a way of notification', { modoNotificacion: '' }, /notificacions/],
  ['with notifications on paper for a company', { modoNotificacion: 'P' }, /persones jurídiques/],
  ['with the mail under the other name', { contact22: '', contact21: 'a@example.org' }, /Correu electrònic/],
  ['with half a mail', { contact22: 'a@b' }, /Correu electrònic/],
  ['without plate', { DinVarMATRICULA: '' }, /Matrícula/],
  ['with a plate in lower case', { DinVarMATRICULA: '0000bbb' }, /Matrícula/],
  ['without expediente', { DinVarNUMEXP: ' ' }, /Número d'expedient/],
  ['without denuncia', { DinVarNUMDEN: '' }, /Número de denúncia/],
  ['with an editor that was never saved', { DinVarMOTIUS: '' }, /Motius/],
  ['with an empty paragraph as motives', { DinVarMOTIUS: '<p>&nbsp;</p>' }, /Motius/],
  ['with another name of document than the one received', { D1file: Buffer.from('altre.pdf').toString('hex') }, /no coincideixen/],
  ['without the box of data protection', { lopdok: '' }, /protecció de dades/],
  ['without the hidden fields', { solicitudname: '' }, /Sol·licitud/],
];

for (const [what, changes, sentence] of wrongForms) {
  test(`a form ${what} comes back with the reason and registers nothing`, async () => {
    const client = await openSession(sede.url);
    await client.upload([pdfFile()]);
    const page = await client.sign(changes);
    assert.match(problemsIn(page).join('\n'), sentence);
    assert.equal(problemsIn(page).length, 1);
    assert.match(await (await client.send()).text(), /sessió ha caducat/i);
    assert.deepEqual(sede.register(), []);
  });
}

const person = {
  tipoPersonaRepresented: 'RF',
  RepTipoDoc: 'NIF',
  RepDocuNum: '00000000',
  RepDigito: 'T',
  RepNombre: 'NÚRIA',
  RepApellido1: 'EXEMPLE',
};

test('a represented person needs document, name and first surname', async () => {
  const client = await openSession(sede.url);
  await client.upload([pdfFile()]);
  assert.deepEqual(problemsIn(await client.sign({ ...person, RepDocuNum: '', RepNombre: '', RepApellido1: '' })), [
    'El camp «Número de document» és obligatori.',
    'El camp «Nom» és obligatori.',
    'El camp «Primer cognom» és obligatori.',
  ]);
});

test('a person with NIF, NIE or passport is accepted, each by its own shape', async () => {
  for (const document of [{}, { RepDocuNum: 'X0000000' }, { RepTipoDoc: 'PS', RepDocuNum: 'AAA123456', RepDigito: '' }]) {
    await readyToSend(sede.url, { ...person, ...document });
  }
  const client = await openSession(sede.url);
  await client.upload([pdfFile()]);
  assert.deepEqual(problemsIn(await client.sign({ ...person, RepDocuNum: 'AAA123456' })), [
    'El camp «Número de document» no té un format correcte.',
  ]);
});

test('a form without any paper is refused', async () => {
  const client = await openSession(sede.url);
  assert.match(problemsIn(await client.sign()).join(), /^Falta adjuntar/);
});

test('the uploader takes only jpg, jpeg and pdf of at most 10000 KB that are what they say', async () => {
  const client = await openSession(sede.url);
  const refusal = async (name: string, bytes: Buffer) => /"mensaje":"(.*?)"/.exec(await client.upload([pdfFile(), { name, bytes }]))?.[1];
  assert.match((await refusal('foto.png', Buffer.from('x'))) ?? '', /extensió/);
  assert.match((await refusal('buit.pdf', Buffer.alloc(0))) ?? '', /buit/);
  assert.match((await refusal('fals.pdf', Buffer.from('<html>'))) ?? '', /no és un PDF/);
  assert.match((await refusal('gros.jpg', Buffer.alloc(10_000 * 1024 + 1))) ?? '', /10000 KB/);
  assert.match(problemsIn(await client.sign()).join(), /Falta adjuntar/);
  assert.match(await client.upload([{ name: 'just.JPG', bytes: Buffer.alloc(10_000 * 1024) }]), /"correcto":true/);
});

test('names keep only plain letters and digits, and equal ones get a number in front', async () => {
  const client = await openSession(sede.url);
  await client.upload([pdfFile('Recurs (1) ñ.pdf'), pdfFile('Recurs1.pdf')]);
  const page = await client.upload([pdfFile('Recurs 1.pdf')]);
  assert.match(page, /"nombres":\["Recurs1.pdf","1_Recurs1.pdf","2_Recurs1.pdf"\]/);
});

test('without a session there is no form, no uploader and no submission', async () => {
  const form = await fetch(`${sede.url}/sta/Relec/TramitaForm?x=1`, { redirect: 'manual' });
  assert.match(form.headers.get('location') ?? '', /^\/valid\/oauth2\/auth\?redirect_uri=%2Fsta/);
  const stranger = await openSession(sede.url);
  const other = await openSession(sede.url);
  for (const answer of [
    await fetch(`${sede.url}/sta/Relec/TramitaSign`, { method: 'POST', body: new URLSearchParams(stranger.fields) }),
    await other.get(`/sta/Relec/documentSignSend.jsp?tipoDocumento=D1&dboidReq=${stranger.draftId}`),
    await other.post('/sta/Relec/TramitaEnvia', { dboidReq: stranger.draftId }),
    await other.get('/sta/Relec/TramitaJustif?num=E2025000001'),
  ]) {
    assert.match(await answer.text(), /id="sesionCaducada"/);
  }
});
