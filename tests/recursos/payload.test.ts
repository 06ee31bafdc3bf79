import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SourceRow } from '#server/gateways/origen/origen.ts';
import { buildPayload } from '#server/recursos/payload.ts';

const context = { claimedAt: '2026-03-02T09:00:00.000Z', source: 'sqlite:x', intranet: 'http://intranet' };
const row = (fields: SourceRow['fields'] = {}): SourceRow => ({
  ...{
    id: '90001',
    idShown: '90001',
    expediente: '2025/160585-MUL',
    expedientePadded: false,
    organisme: 'XALOC',
    texp: 3,
    estado: 0,
    usuario: '',
    usuarioRaw: null,
  },
  fields,
});
const payload = (fields: SourceRow['fields'] = {}) => buildPayload(row(fields), [], context);

test('a row without further columns makes a payload of blanks', () => {
  const made = payload();
  assert.deepEqual(
    [made.idRecurso, made.expediente, made.expediente_num, made.denuncia_num, made.texp_original, made.plate_number, made.numclient],
    ['90001', '2025/160585-MUL', '2025/160585-MUL', '2025/160585-MUL', 3, '', ''],
  );
  assert.deepEqual([made.claimed_at, made.source], [context.claimedAt, context.source]);
  assert.deepEqual(new Set(Object.values(made.cliente)), new Set(['']));
});

test('client, company and phase come by their own names', () => {
  const made = payload({
    ...{
      SujetoRecurso: 'EXEMPLE SL',
      FaseProcedimiento: 'Sanción',
      cif: 'B00000000',
      Empresa: 'EXEMPLE SL',
      numclient: 4321,
      IdExp: 51234,
    },
    ...{ 'clientes.tipodecliente': 1, 'clientes.nif': '00000000T', 'clientes.Nombre': 'Aina', 'clientes.Cpostal': '17001' },
  });
  assert.deepEqual(
    [made.sujeto_recurso, made.fase_procedimiento, made.cif, made.empresa],
    ['EXEMPLE SL', 'Sanción', 'B00000000', 'EXEMPLE SL'],
  );
  assert.deepEqual([made.numclient, made.idExp], ['4321', '51234']);
  const { tipodecliente, nif, nombre, cpostal } = made.cliente;
  assert.deepEqual({ tipodecliente, nif, nombre, cpostal }, { tipodecliente: '1', nif: '00000000T', nombre: 'Aina', cpostal: '17001' });
});

const plates: [fields: SourceRow['fields'], plate: string][] = [
  [{ Matricula: ' 0000 b b b ' }, '0000BBB'],
  [{ Matricula: 'gi-0000-zz' }, 'GI-0000-ZZ'],
  [{ Matricula: null, 'expedientes.matricula': '1111CCC' }, '1111CCC'],
  [{ Matricula: '', 'pubExp.matricula': '2222ddd' }, '2222DDD'],
  [{ 'pubExp.publicación': 'Vehículo con matrícula 3333-FFF, conductor…' }, '3333FFF'],
  [{ notas: 'la matrícula es 4444 GGG.' }, '4444GGG'],
  [{ 'expedientes.notas': '5555hhh' }, '5555HHH'],
  [{ notas: '12345 BBBB, 0000AEI, x6666JJJ' }, ''],
];
for (const [fields, plate] of plates)
  test(`the plate of ${JSON.stringify(fields)} is «${plate}»`, () => assert.equal(payload(fields).plate_number, plate));

test('the driver is the one of the recurso, else the one of DadesIdentif, and never half of each', () => {
  const other = { 'DadesIdentif.ConducDni': '1R', 'DadesIdentif.ConducNom': 'Pau', 'DadesIdentif.ConducAdr': 'Carrer' };
  assert.deepEqual(payload(other).conductor, { nif: '1R', nombre: 'Pau', direccion: 'Carrer', cpostal: '', poblacion: '', provincia: '' });
  assert.deepEqual(payload({ ...other, ConducNom: 'Aina' }).conductor, {
    nif: '',
    nombre: 'Aina',
    direccion: '',
    cpostal: '',
    poblacion: '',
    provincia: '',
  });
});

test('attachments carry id, name and address; one without a name gets one', () => {
  const made = buildPayload(
    row(),
    [
      { id: '8', filename: 'a|b, c.pdf' },
      { id: '9', filename: '' },
    ],
    context,
  );
  assert.deepEqual(made.adjuntos, [
    { id: '8', filename: 'a|b, c.pdf', url: 'http://intranet/servicio/recursos/expedientes/pdf-adjuntos/8' },
    { id: '9', filename: 'adjunto-9', url: 'http://intranet/servicio/recursos/expedientes/pdf-adjuntos/9' },
  ]);
  const [without] = buildPayload(row(), [{ id: '8', filename: 'a.pdf' }], { ...context, intranet: undefined }).adjuntos;
  assert.equal(without?.url, '/servicio/recursos/expedientes/pdf-adjuntos/8');
});

test('whatever the fields, there is a payload that survives being stored', () => {
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.constant(null));
  const names = ['Matricula', 'cif', 'notas', 'clientes.nif', 'ConducNom', 'pubExp.publicación', '__proto__', 'otra'];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (fields) => {
      const made = payload(fields);
      assert.deepEqual(JSON.parse(JSON.stringify(made)), made);
    }),
  );
});
