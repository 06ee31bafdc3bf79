import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import { prepareDemo } from '#server/demo/prepare.ts';
import { createSampleSource } from '#server/demo/source/create.ts';
import { planSample } from '#server/demo/source/plan.ts';
import type { SampleRecurso } from '#server/demo/source/recurso.ts';
import { type Candidate, canonicalId, type Origen } from '#server/gateways/origen/origen.ts';
import { openSqliteOrigen } from '#server/gateways/origen/sqlite.ts';
import { judge, type Organismo, parseOrganismo } from '#server/organismos/rules.ts';
import { buildPayload } from '#server/recursos/payload.ts';
import { forms } from '#workers/robots/catalogue.ts';

const folder = mkdtempSync(join(tmpdir(), 'cerebro-destinos-'));
const file = join(folder, 'origen.db');
let origen: Origen;

before(() => {
  createSampleSource(file);
  origen = openSqliteOrigen(file);
});
after(async () => {
  await origen.close();
  rmSync(folder, { recursive: true, force: true });
});

const sample = planSample();
/** As the source shows it: the id where it has one, else its text. */
const keyOf = (one: SampleRecurso) => canonicalId(one.recurso.idRecurso) ?? String(one.recurso.idRecurso ?? 'NULL');
const byFate = (fate: SampleRecurso['fate']) => sample.filter((one) => one.fate === fate);
const named = (one: SampleRecurso) => one.trap ?? keyOf(one);

/** The demo's organismos, as its database has them. */
const organismos = async (): Promise<Organismo[]> => {
  const db = openMemoryDatabase();
  await db.write(() => prepareDemo(db, 'http://127.0.0.1:3100'));
  const parsed = db.sql('SELECT * FROM organismo_config').all().map(parseOrganismo);
  return parsed.map((one) => (one.ok ? one.organismo : assert.fail(JSON.stringify(one.problems))));
};

/** What any organismo sees of the sample, and whether one of them takes it. */
const seen = async (): Promise<Map<string, boolean>> => {
  const found = new Map<string, boolean>();
  for (const organismo of await organismos())
    for await (const page of origen.discover(organismo.rule)) for (const row of page) found.set(shownKey(row), judge(organismo, row).ours);
  return found;
};

const shownKey = (row: Candidate) => row.id ?? row.idShown;

describe('the fate of each recurso of the sample', () => {
  it('is to be taken by an organismo for those that can be filed and those that only look so', async () => {
    const found = await seen();
    for (const one of [...byFate('fileable'), ...byFate('claimed')]) assert.equal(found.get(keyOf(one)), true, named(one));
  });

  it('is to be seen and turned down for those that break a rule', async () => {
    const found = await seen();
    for (const one of byFate('discarded')) assert.equal(found.get(keyOf(one)), false, named(one));
  });

  it('is never to be seen for everybody else’s', async () => {
    const found = await seen();
    for (const one of byFate('foreign')) assert.equal(found.get(keyOf(one)), undefined, named(one));
  });

  it('is a form without a problem and papers the portal accepts for each that can be filed', async () => {
    const form = forms.xaloc_girona ?? assert.fail('no form');
    const ids = byFate('fileable').map(keyOf);
    const [rows, attachments] = [await origen.rows(ids), await origen.attachments(ids)];
    for (const one of byFate('fileable')) {
      const row = rows.get(keyOf(one)) ?? assert.fail(named(one));
      const context = { claimedAt: '2026-03-02T09:00:00.000Z', source: 'muestra', intranet: undefined };
      const payload = buildPayload(row, attachments.get(keyOf(one)) ?? [], context);
      const filled = form.fill(payload, { user_email: 'recursos@exemple.invalid' });
      assert.ok(filled.ok, `${named(one)}: ${filled.ok ? '' : filled.problems.join(' ')}`);
      const papers = ['recurso.pdf', ...payload.adjuntos.map(({ filename }) => filename)];
      assert.deepEqual(form.checkFiles(papers.map((name) => ({ name, bytes: 1 }))), [], named(one));
    }
  });

  it('is a refusal by name for those whose data lie', async () => {
    const form = forms.xaloc_girona ?? assert.fail('no form');
    const refused = [
      'letra_de_nif_erronea',
      'control_de_cif_erroneo',
      'cliente_huerfano',
      'numclient_nulo',
      'sin_fase',
      'fase_desconocida',
    ];
    for (const one of sample.filter((one) => refused.includes(one.trap ?? ''))) {
      const row = (await origen.rows([keyOf(one)])).get(keyOf(one)) ?? assert.fail(named(one));
      const payload = buildPayload(row, [], { claimedAt: '', source: '', intranet: undefined });
      assert.equal(form.fill(payload, { user_email: 'recursos@exemple.invalid' }).ok, false, named(one));
    }
  });
});
