import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { forms } from '#workers/robots/catalogue.ts';
import { type XalocFields, xalocForm } from '#workers/robots/xaloc_girona/form.ts';
import { portalNames } from '#workers/robots/xaloc_girona/names.ts';
import { companyPayload, personPayload } from './support/payloads.ts';

const parametros = { user_email: 'bustia@seu.example' };
const expediente = '2025/160585-MUL';
const company = companyPayload(expediente);
const person = personPayload(expediente);

const fill = (payload: Record<string, unknown>) => xalocForm.fill(payload, parametros);

const fieldsOf = (payload: Record<string, unknown>): XalocFields => {
  const filled = fill(payload);
  assert.ok(filled.ok, filled.ok ? '' : filled.problems.join(' '));
  return filled.fields as XalocFields;
};

const problemOf = (payload: Record<string, unknown>): string => {
  const filled = fill(payload);
  assert.ok(!filled.ok, 'it was accepted');
  assert.ok(filled.problems.length > 0);
  return filled.code;
};

const warningsOf = (payload: Record<string, unknown>): readonly string[] => {
  const filled = fill(payload);
  return filled.ok ? filled.warnings : [];
};

test('the catalogue knows the robot by the name of its folder', () => {
  assert.equal(forms.xaloc_girona, xalocForm);
});

test('a company is filed with its CIF split before the control character', () => {
  const { represented, email, denuncia, matricula } = fieldsOf(company);
  assert.deepEqual(represented, { kind: 'company', cif: 'B0000000', control: '0', razonSocial: 'EXEMPLE TRANSPORTS SL' });
  assert.equal(email, 'bustia@seu.example');
  assert.equal(denuncia, expediente);
  assert.equal(matricula, '0000BBB');
});

test('a person is filed with name and surnames in capitals', () => {
  assert.deepEqual(fieldsOf(person).represented, {
    kind: 'person',
    tipoDoc: 'NIF',
    numero: '00000000',
    control: 'T',
    nombre: 'NÚRIA',
    apellido1: 'EXEMPLE',
    apellido2: 'PROVA',
  });
});

test('a person with a passport is filed with the whole number and no control character', () => {
  const { represented } = fieldsOf({ ...person, cliente: { ...(person.cliente as object), nif: 'AAA000001' } });
  assert.deepEqual([represented.kind === 'person' && represented.tipoDoc, represented.control], ['PS', '']);
});

test('the type of client decides before anything else: a person with a fiscal name stays a person', () => {
  const cliente = { ...(person.cliente as object), nombrefiscal: 'NÚRIA EXEMPLE' };
  assert.equal(fieldsOf({ ...person, empresa: 'NÚRIA EXEMPLE', cliente }).represented.kind, 'person');
});

test('without a type of client, data of a company make a company', () => {
  assert.equal(fieldsOf({ ...company, cliente: null }).represented.kind, 'company');
  assert.equal(fieldsOf({ ...company, cif: '', cliente: { nifempresa: 'B00000000' } }).represented.kind, 'company');
  assert.equal(fieldsOf({ ...person, cliente: { ...(person.cliente as object), tipodecliente: null } }).represented.kind, 'person');
});

test('the type of client may come as a number, as text or as a decimal', () => {
  for (const tipodecliente of [2, '2', '2.0', ' 2 '])
    assert.equal(fieldsOf({ ...company, cliente: { tipodecliente } }).represented.kind, 'company');
});

test('the plate goes in capitals and without blanks, and as a point when there is none', () => {
  assert.equal(fieldsOf({ ...company, plate_number: ' 0000 b bb ' }).matricula, '0000BBB');
  assert.equal(fieldsOf({ ...company, plate_number: null }).matricula, '.');
  assert.match(warningsOf({ ...company, plate_number: '' }).join(), /matrícula/);
});

test('the aliases of the payload are accepted', () => {
  const { expediente_num: _a, denuncia_num: _b, plate_number: _c, ...rest } = company;
  const fields = fieldsOf({ ...rest, num_expediente: expediente, num_denuncia: '77', matricula: '1111CCC' });
  assert.deepEqual([fields.expediente, fields.denuncia, fields.matricula], [expediente, '77', '1111CCC']);
});

test('separators inside a document are dropped aloud, never silently', () => {
  const payload = { ...company, cif: 'b-0000000-0' };
  assert.equal(fieldsOf(payload).represented.control, '0');
  assert.match(warningsOf(payload).join(), /«b-0000000-0» se presenta como «B00000000»/);
});

test('inner characters of other values are kept', () => {
  const { represented, expediente: kept } = fieldsOf({ ...company, empresa: 'EXEMPLE  & FILLS, S.L.', expediente_num: '2025/ 160585-MUL' });
  assert.equal(represented.kind === 'company' && represented.razonSocial, 'EXEMPLE  & FILLS, S.L.');
  assert.equal(kept, '2025/ 160585-MUL');
});

test('a company without a name of its own takes that of the recurso, aloud', () => {
  const payload = { ...company, empresa: '', sujeto_recurso: 'Altra SL' };
  const { represented } = fieldsOf(payload);
  assert.equal(represented.kind === 'company' && represented.razonSocial, 'ALTRA SL');
  assert.match(warningsOf(payload).join(), /sujeto del recurso/);
});

test('what is missing or wrong is a problem with its own word', () => {
  assert.equal(problemOf({ ...company, expediente_num: ' ', expediente: '' }), 'falta_expediente');
  assert.equal(problemOf({ ...company, cif: '' }), 'falta_documento');
  assert.equal(problemOf({ ...company, cif: 'B00000001' }), 'documento_no_valido');
  assert.equal(problemOf({ ...company, cif: '00000000T' }), 'documento_no_valido');
  assert.equal(problemOf({ ...person, cliente: { ...(person.cliente as object), nif: 'B00000000' } }), 'documento_no_valido');
  assert.equal(problemOf({ ...person, cliente: { ...(person.cliente as object), apellido1: '' } }), 'falta_nombre');
  assert.equal(problemOf({ ...company, fase_procedimiento: 'archivo' }), 'fase_desconocida');
  assert.equal(problemOf({ ...company, fase_procedimiento: null }), 'fase_desconocida');
});

test('a text that would be left with a brace or with filler blocks the submission', () => {
  assert.equal(problemOf({ ...company, sujeto_recurso: '' }), 'texto_incompleto');
  assert.equal(problemOf({ ...company, sujeto_recurso: 'EXEMPLE {SL}' }), 'texto_incompleto');
  assert.equal(problemOf({ ...company, sujeto_recurso: 'EXEMPLE...' }), 'texto_incompleto');
});

test('every problem of a payload is told together', () => {
  const filled = fill({});
  assert.ok(!filled.ok);
  assert.ok(filled.problems.length >= 4, filled.problems.join('\n'));
});

test('no payload, however odd, makes the form throw', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.anything()), (payload) => typeof fill(payload).ok === 'boolean'));
});

test('the robot needs the mailbox of the company', () => {
  assert.deepEqual(xalocForm.checkParameters(parametros), []);
  assert.match(xalocForm.checkParameters({}).join(), /user_email/);
  assert.match(xalocForm.checkParameters({ user_email: 'bustia' }).join(), /correo/);
  assert.deepEqual(xalocForm.fill(company, {}).ok, false);
});

test('the portal takes PDF and JPG up to ten megabytes, at least one', () => {
  const problems = (name: string, bytes = 1000) => xalocForm.checkFiles([{ name, bytes }]).length;
  for (const name of ['a.pdf', 'a.PDF', 'a.jpg', 'a.jpeg']) assert.equal(problems(name), 0, name);
  for (const name of ['a.png', 'a.docx', 'pdf', 'a.pdf.exe']) assert.equal(problems(name), 1, name);
  assert.equal(problems('a.pdf', 10_240_000), 0);
  assert.equal(problems('a.pdf', 10_240_001), 1);
  assert.equal(problems('a.pdf', 0), 1);
  assert.equal(xalocForm.checkFiles([]).length, 1);
});

test('names are stripped as the portal strips them, and stay apart', () => {
  assert.deepEqual(portalNames(['Recurs nº 1.pdf', 'Recurs n 1.PDF', 'recursn1.pdf', 'ñ.pdf', 'a/b\\c:d.jpg']), [
    'Recursn1.pdf',
    '2_Recursn1.pdf',
    '3_recursn1.pdf',
    'documento.pdf',
    'abcd.jpg',
  ]);
});

test('whatever the names, what goes up is unique and already clean', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (names) => {
      const sent = portalNames(names.map((name) => `${name}.pdf`));
      assert.equal(new Set(sent.map((name) => name.toLowerCase())).size, names.length);
      for (const name of sent) assert.match(name, /^[A-Za-z0-9_.-]+\.pdf$/);
    }),
  );
});
