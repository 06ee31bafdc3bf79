import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type Sede, startSede } from '#server/demo/sede/sede.ts';
import type { PoolTask, RobotPool } from '#server/gateways/pool/pool.ts';
import type { TramiteOutcome } from '#workers/messages.ts';
import { xalocForm } from '#workers/robots/xaloc_girona/form.ts';
import { findBrowser, openPool, openWorkplace, prepareTask, stepsOf, type Workplace, writePaper } from './support/filing.ts';
import { companyPayload, fieldsOf, personPayload } from './support/payloads.ts';

type Fault = Parameters<Sede['faults']['arm']>[0];
type Failed = Extract<TramiteOutcome, { kind: 'failed' }>;

let place: Workplace;
let pool: RobotPool;
before(async () => {
  place = openWorkplace();
  pool = openPool(place, await findBrowser(), { size: 2 });
});
after(async () => {
  await pool.close(0);
  place.close();
});

/** A sede of the test's own, with these faults waiting for the robot. */
const openSede = async (t: TestContext, faults: readonly Fault[] = []): Promise<Sede> => {
  const paces = { partial: 20, redirect: 50, slowPage: 500, mask: 60_000, lateReceipt: 300 };
  const sede = await startSede({ port: 0, dataDir: mkdtempSync(join(place.folder, 'sede-')), paces });
  for (const fault of faults) sede.faults.arm(fault, 1);
  t.after(() => sede.close());
  return sede;
};

const taskFor = async (sede: Sede, payload = companyPayload, more: Partial<PoolTask> = {}): Promise<PoolTask> => {
  const task = await prepareTask(place, { startUrl: `${sede.url}/seu-electronica?view=tramits&id=11` });
  const files = await Promise.all(['recurs 1.pdf', 'recurs1.pdf'].map((name) => writePaper(task.evidenceFolder, name)));
  return { ...task, files, fields: fieldsOf(payload(task.expediente)), ...more };
};

const run = (task: PoolTask) => pool.run(task, { stillOurs: async () => 'ours' });

/** Files against a sede with one fault, and answers how that failed and what was registered. */
const fails = async (t: TestContext, fault: Fault): Promise<{ failure: Failed; registered: number; task: PoolTask }> => {
  const sede = await openSede(t, [fault]);
  const task = await taskFor(sede);
  const outcome = await run(task);
  assert.equal(outcome.kind, 'failed', JSON.stringify(outcome));
  return { failure: outcome as Failed, registered: sede.register().length, task };
};

const summary = ({ code, transient, doubtful }: Failed) => ({ code, transient, doubtful });

describe('the robot of XALOC at the simulated sede', { concurrency: 2 }, () => {
  test('files for a company: one entry, with everything that was typed and attached, and its receipt', async (t) => {
    const sede = await openSede(t);
    const task = await taskFor(sede);
    const outcome = await run(task);
    assert.ok(outcome.kind === 'submitted', JSON.stringify(outcome));

    const [entry, ...others] = sede.register();
    assert.deepEqual(others, []);
    assert.equal(entry?.expediente, task.expediente);
    assert.equal(outcome.result.numero, entry?.numero);
    assert.match(outcome.result.fecha, /^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}/);
    const { DinVarMOTIUS: motive, ...fields } = entry?.campos ?? {};
    assert.match(motive ?? '', /ASUNTO: .*EXPONE: .*SOLICITA: /s);
    assert.partialDeepStrictEqual(fields, {
      tipoActuacion: 'RT',
      tipoPersonaRepresented: 'RJ',
      RepCIF: 'B0000000',
      RepCIFCtrlDigit: '0',
      RepRazonSoc: 'EXEMPLE TRANSPORTS SL',
      modoNotificacion: 'E',
      contact22: 'bustia@seu.example',
      DinVarNUMDEN: task.expediente,
      DinVarNUMEXP: task.expediente,
      DinVarMATRICULA: '0000BBB',
    });
    assert.deepEqual(
      entry?.ficheros.map(({ nombre, sha256 }) => [nombre, sha256]),
      [
        ['recurs1.pdf', task.files[0]?.sha256],
        ['2_recurs1.pdf', task.files[1]?.sha256],
      ],
    );
    const receipt = readFileSync(join(task.evidenceFolder, outcome.result.recibo.file));
    assert.equal(createHash('sha256').update(receipt).digest('hex'), outcome.result.recibo.sha256);
  });

  test('stops at the summary when it must not submit, with a row and a capture for each step, and nothing is registered', async (t) => {
    const sede = await openSede(t);
    const task = await taskFor(sede, personPayload, { submit: false });
    assert.deepEqual(await run(task), { kind: 'awaiting' });
    assert.deepEqual(sede.register(), []);
    const steps = stepsOf(place, task);
    assert.deepEqual(
      steps.map(({ name }) => name),
      xalocForm.steps.slice(0, -2),
    );
    const left = readdirSync(task.evidenceFolder);
    for (const { capture, outcome, name } of steps) assert.ok(outcome === 'done' && left.includes(capture ?? ''), name);
  });

  test('gets past a slow page, a cookie banner, a blocked window, the mask over the box and a late receipt', async (t) => {
    const sede = await openSede(t, ['pagina_lenta', 'banner_cookies', 'popup_bloqueado', 'mascara', 'justificante_tarde']);
    const task = await taskFor(sede, personPayload);
    const outcome = await run(task);
    assert.equal(outcome.kind, 'submitted', JSON.stringify(outcome));
    const [entry, ...others] = sede.register();
    assert.deepEqual(others, []);
    assert.partialDeepStrictEqual(entry?.campos, {
      tipoPersonaRepresented: 'RF',
      RepTipoDoc: 'NIF',
      RepDocuNum: '00000000',
      RepDigito: 'T',
      RepNombre: 'NÚRIA',
      RepApellido1: 'EXEMPLE',
      RepApellido2: 'PROVA',
    });
  });

  test('a rejected certificate is tried again later', async (t) => {
    const { failure } = await fails(t, 'certificado_rechazado');
    assert.deepEqual(summary(failure), { code: 'certificado_rechazado', transient: true, doubtful: false });
  });

  test('an expired session is tried again later', async (t) => {
    const { failure } = await fails(t, 'sesion_caducada');
    assert.deepEqual(summary(failure), { code: 'sesion_caducada', transient: true, doubtful: false });
  });

  test('a rejected document is final, in the words of the portal', async (t) => {
    const { failure } = await fails(t, 'subida_rechazada');
    assert.deepEqual(summary(failure), { code: 'documento_rechazado', transient: false, doubtful: false });
    assert.match(failure.message, /no s'ha pogut adjuntar/);
  });

  test('a form the portal refuses is final, in its own words', async (t) => {
    const sede = await openSede(t);
    const fields = { ...(fieldsOf(companyPayload('2025/1-MUL')) as object), email: 'bustia' };
    const outcome = await run(await taskFor(sede, companyPayload, { fields }));
    assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
    assert.deepEqual(summary(outcome), { code: 'formulario_rechazado', transient: false, doubtful: false });
    assert.match(outcome.message, /Correu electrònic/);
  });

  test('a receipt that is no PDF leaves the filing in doubt, with its one entry', async (t) => {
    const { failure, registered } = await fails(t, 'justificante_no_pdf');
    assert.deepEqual([summary(failure), registered], [{ code: 'justificante_no_valido', transient: false, doubtful: true }, 1]);
  });

  test('an answer lost after the registration leaves the filing in doubt, with its one entry', async (t) => {
    const { failure, registered } = await fails(t, 'redireccion_perdida');
    assert.deepEqual([failure.doubtful, failure.transient, registered], [true, false, 1]);
  });

  test('an error of the portal at the submission is in doubt too, though nothing was registered', async (t) => {
    const { failure, registered, task } = await fails(t, 'envio_500_antes');
    assert.deepEqual([summary(failure), registered], [{ code: 'portal_con_error', transient: false, doubtful: true }, 0]);
    assert.match(stepsOf(place, task).at(-1)?.capture ?? '', /fallo\.jpg$/);
  });
});
