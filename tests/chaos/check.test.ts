import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkNames, findDifferences } from './check.ts';
import type { AttemptFact, Facts, TramiteFact } from './facts.ts';

const bot = 'Cerebro Demo';

const tramite = (id: number, change: Partial<TramiteFact> = {}): TramiteFact => ({
  id,
  siteId: 'xaloc_girona',
  resourceId: String(90_000 + id),
  expediente: `2025/10000${id}-MUL`,
  status: 'completed',
  attempts: 1,
  errorCode: null,
  numero: `E202600000${id}`,
  served: true,
  ...change,
});

const attempt = (tramiteId: number, change: Partial<AttemptFact> = {}): AttemptFact => ({
  tramiteId,
  intento: 1,
  estado: 'RUN_COMPLETED',
  fase: 'submitted',
  ...change,
});

/** One completed, one doubtful after a death whose submission is in the register, one of an organismo without robot. */
const kept: Facts = {
  botUser: bot,
  source: [
    { id: '90001', texp: 1, estado: 0, usuario: bot },
    { id: '90002', texp: 1, estado: 0, usuario: bot },
    { id: '90003', texp: 1, estado: 0, usuario: bot },
    { id: '90004', texp: 1, estado: 0, usuario: 'Nom Inventat Cognom' },
    { id: null, texp: 2, estado: 0, usuario: '' },
  ],
  fileable: ['90001', '90002'],
  intents: ['90001', '90002', '90003'].map((resourceId) => ({ resourceId, state: 'claimed' })),
  tramites: [
    tramite(1),
    tramite(2, { status: 'needs_review', numero: null, errorCode: 'envio_dudoso' }),
    tramite(3, { siteId: 'base_online', status: 'pending', attempts: 0, numero: null, served: false }),
  ],
  attempts: [attempt(1), attempt(2, { estado: 'UNKNOWN', fase: 'submitting' })],
  files: [
    { tramiteId: 1, intento: 1, file: 'justificante.pdf', kind: 'justificante', intact: true },
    { tramiteId: 2, intento: 1, file: '07.jpg', kind: 'captura', intact: true },
    { tramiteId: 2, intento: 1, file: '/datos/evidencias/2/1/07.jpg', kind: 'pantalla', intact: true },
  ],
  register: [
    { numero: 'E2026000001', expediente: '2025/100001-MUL' },
    { numero: 'E2026000002', expediente: '2025/100002-MUL' },
  ],
  sightings: [{ kill: 1, tramiteId: 2, intento: 1, fase: 'submitting' }],
};

const replaced = (id: number, change: Partial<TramiteFact>): TramiteFact[] =>
  kept.tramites.map((one) => (one.id === id ? { ...one, ...change } : one));

/** For each promise, facts in which it is broken. */
const broken: Record<string, Partial<Facts>> = {
  reclamado_sin_tramite: { source: [...kept.source, { id: '90009', texp: 1, estado: 0, usuario: bot }] },
  tramite_sin_reclamar: { source: kept.source.filter((row) => row.id !== '90003') },
  registrado_dos_veces: { register: [...kept.register, { numero: 'E2026000003', expediente: '2025/100002-MUL' }] },
  completado_sin_registro: { register: kept.register.slice(1) },
  registro_sin_explicar: { register: [...kept.register, { numero: 'E2026000009', expediente: '2025/100003-MUL' }] },
  sigue_en_marcha: { tramites: [...kept.tramites, tramite(5, { status: 'pending', numero: null })] },
  intencion_abierta: { intents: [...kept.intents, { resourceId: '90008', state: 'intended' }] },
  duda_sin_revision: { tramites: replaced(2, { status: 'failed' }) },
  revision_sin_duda: { attempts: [attempt(1), attempt(2, { fase: 'ready' })] },
  revision_sin_muerte: { sightings: [] },
  revision_sin_capturas: { files: kept.files.filter((file) => file.kind !== 'captura') },
  archivo_ausente: { files: [...kept.files, { tramiteId: 1, intento: 1, file: '02.jpg', kind: 'captura', intact: false }] },
  completado_sin_justificante: { files: kept.files.slice(1) },
  enviado_en_dos_intentos: { attempts: [...kept.attempts, attempt(1, { intento: 2 })] },
  repetido_tras_la_duda: { tramites: replaced(2, { attempts: 2 }) },
  presentable_sin_presentar: { fileable: [...kept.fileable, '90011'] },
};

describe('the judge of the kill campaign', () => {
  it('finds nothing where every promise was kept', () => {
    assert.deepEqual(findDifferences(kept), []);
  });

  it('has a broken example for each of its promises', () => {
    assert.deepEqual(Object.keys(broken).toSorted(), checkNames.toSorted());
  });

  for (const [rule, change] of Object.entries(broken))
    it(`tells when a promise is broken: ${rule}`, () => {
      assert.ok(findDifferences({ ...kept, ...change }).some((difference) => difference.rule === rule));
    });

  it('misses a claimed recurso also when only our own records speak of it', () => {
    const facts = { ...kept, intents: [...kept.intents, { resourceId: '90010', state: 'claimed' }] };
    assert.deepEqual(findDifferences(facts), [{ rule: 'reclamado_sin_tramite', told: 'recurso 90010' }]);
  });

  it('does not accept a register number that belongs to another expediente', () => {
    const facts = { ...kept, tramites: replaced(1, { numero: 'E2026000002' }) };
    assert.ok(findDifferences(facts).some((difference) => difference.rule === 'completado_sin_registro'));
  });

  it('sees a trámite left in processing and an attempt left open', () => {
    const facts = {
      ...kept,
      tramites: replaced(1, { status: 'processing' }),
      attempts: [...kept.attempts, attempt(3, { estado: 'RUNNING' })],
    };
    assert.equal(findDifferences(facts).filter((difference) => difference.rule === 'sigue_en_marcha').length, 2);
  });
});
