import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { askForA360 } from '#server/ejecuciones/ask-a360.ts';
import { closeRun } from '#server/ejecuciones/close-run.ts';
import { servePending } from '#server/robots/servable.ts';
import { addRun } from '#tests/support/a360-runs.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { send, visit } from '#tests/support/screen.ts';
import { toldA360 } from '#tests/support/told-a360.ts';

const now = '2026-03-02T09:00:00.000Z';

describe('an organismo that a robot of A360 files for', () => {
  const house = openPageHouse({ clock: manualClock(now), a360: toldA360() });
  const { db, deps } = house;
  after(() => house.close());
  before(() =>
    db.sqlite.exec(`
      INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, robot, modo, active)
        VALUES ('registro', '%REGISTRO%', '2', '.*', '4720', 'aprobar', 1);
      INSERT INTO robots (robot_id, robot, kind, es_online) VALUES ('4720', 'P10_Registro', 'a360', 1);
      INSERT INTO equipos (equipo_id, equipo, user_id, licencia) VALUES ('31', 'VM-1', '88', 'RUNTIME');
      INSERT INTO tramite_queue (id, site_id, resource_id, expediente, payload) VALUES (7, 'registro', '1', 'E/1', '{}');`),
  );
  const row = () => db.sql('SELECT status, approved_digest FROM tramite_queue').get();
  const modo = (name: string) => db.sql("UPDATE organismo_config SET modo = ? WHERE site_id = 'registro'").run(name);

  test('says on its page, in the queue and at the trámite what it waits for', async () => {
    modo('enviar');
    for (const path of ['/organismos/registro', '/cola', '/cola/7'])
      assert.match((await visit(house, path)).text, /espera un equipo de A360 para el robot «4720»/, path);
    assert.match((await visit(house, '/organismos/registro')).text, /Encendido/);
    modo('rellenar');
    for (const path of ['/organismos/registro', '/cola', '/cola/7'])
      assert.match((await visit(house, path)).text, /A360 no puede rellenar sin enviar/, path);
    modo('aprobar');
  });

  test('asks for approval without a capture, and what is approved is what the bot will be given', async () => {
    await askForA360(deps, servePending(deps).waiting);
    assert.equal(row()?.status, 'awaiting_confirmation');
    const { text } = await visit(house, '/revision');
    assert.match(text, /No hay captura: lo presenta un robot de A360\./);
    assert.match((await visit(house, '/cola/7')).text, /cuando alguien lo apruebe, lo presentará un robot de A360/);
    assert.match((await visit(house, '/cola/7?ver=historial')).text, /lo presentará el robot 4720 de A360, sin captura/);
    await send(house, '/cola/7/aprobar');
    assert.deepEqual(row(), { status: 'pending', approved_digest: '["a360","4720","1","E/1",null]' });
    await askForA360(deps, servePending(deps).waiting);
    assert.equal(row()?.status, 'pending');
    assert.match((await visit(house, '/cola')).text, /Aprobado: se enviará/);
  });

  test('an approval for something else has to be given again', async () => {
    db.sqlite.exec("UPDATE tramite_queue SET expediente = 'E/2'");
    await askForA360(deps, servePending(deps).waiting);
    assert.deepEqual(row(), { status: 'awaiting_confirmation', approved_digest: null });
    assert.match((await visit(house, '/revision')).text, /Se aprobó para otra cosa: hace falta aprobarlo otra vez/);
  });

  test('its run and its trámite lead to each other; stopping and unlocking say what becomes of it', async () => {
    db.sqlite.exec("UPDATE tramite_queue SET status = 'processing', attempts = 1");
    addRun(db, 'e', { robot_id: '4720', equipo_id: '31', tramite_id: 7, intento: 1 });
    const run = await visit(house, '/ejecuciones/e');
    assert.equal(run.links.get('Ver su trámite'), '/cola/7');
    assert.equal(run.text.match(/Presentaba el trámite 7: irá a Revisión/g)?.length, 2);
    const tramite = await visit(house, '/cola/7');
    assert.equal(tramite.links.get('P10_Registro en VM-1'), '/ejecuciones/e');
    assert.match(tramite.text, /en marcha/);
    assert.equal((await visit(house, '/cola/7?ver=pasos')).links.get('Ver la ejecución de A360'), '/ejecuciones/e');
    await send(house, '/ejecuciones/e/desbloquear', { motivo: 'La máquina se apagó' });
    assert.equal(row()?.status, 'needs_review');
    assert.match((await visit(house, '/revision')).text, /Una persona dio por interrumpida.*La máquina se apagó.*Busque en la sede/);
  });

  test('one that may have been filed cannot be given back to the source', async () => {
    assert.ok(
      !(await visit(house, '/cola/7')).buttons.concat([...(await visit(house, '/cola/7')).links.keys()]).includes('Devolver al origen'),
    );
  });

  test('the wrong end of a run that had no trámite breaks nothing', () => {
    addRun(db, 'sola');
    db.sqlite.transaction(() => closeRun(db, now, { ejecucionId: 'sola', estado: 'RUN_FAILED', origen: 'callback' }))();
    addRun(db, 'huérfana', { tramite_id: 999, intento: 1 });
    db.sqlite.transaction(() => closeRun(db, now, { ejecucionId: 'huérfana', estado: 'RUN_COMPLETED', origen: 'callback' }))();
  });
});
