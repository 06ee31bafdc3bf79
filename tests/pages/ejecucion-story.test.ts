import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { record } from '#server/historial/record.ts';
import { addRun } from '#tests/support/a360-runs.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { visit } from '#tests/support/screen.ts';

const clock = manualClock('2026-03-02T09:00:00.000Z');
const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000).toISOString();

describe('the page of a run', () => {
  const house = openPageHouse({ clock });
  after(() => house.close());
  before(() => void fillSample(house.db, house.folder, clock.now()));

  test('begins with how it went and what to do', async () => {
    const failed = await visit(house, '/ejecuciones/a360-avisada');
    assert.match(failed.text, /Falló No encontró la ventana\. Mire en A360 qué le pasó al bot/);
    assert.match((await visit(house, '/ejecuciones/a360-marcha')).text, /Va con retraso: empezó hace 49 min/);
    assert.match((await visit(house, '/ejecuciones/a360-espera')).text, /Huérfana: espera en la cola de A360, se lanzó hace 12 min/);
    assert.match((await visit(house, '/ejecuciones/a360-duda')).text, /A360 no sabe decir cómo va/);
    assert.match((await visit(house, '/ejecuciones/a360-inferida')).text, /se da por terminada No consta cómo acabó/);
  });

  test('tells its story in sentences', async () => {
    const { text } = await visit(house, '/ejecuciones/a360-avisada');
    assert.match(text, /Se pide a A360 que lance P10_CARGA_FACTURAS en el equipo PC-RPA-31, a demanda\./);
    assert.match(text, /A360 lo ha aceptado \(d-a360-avisada\)\./);
    assert.match(text, /Falló \(RUN_FAILED\); lo avisa A360\./);
  });

  test('tells a run that was unlocked by whom and why', async () => {
    addRun(house.db, 'soltada', { estado: 'RUN_ABORTED', fecha_fin: ago(1), origen: 'manual' });
    const data = { estado: 'RUN_ABORTED', antes: 'RUNNING', origen: 'manual', message: 'La máquina se apagó' };
    record(house.db, ago(1), { entity: 'ejecucion', entityId: 'soltada', kind: 'reported', data, actor: 'ana' });
    assert.match((await visit(house, '/ejecuciones/soltada')).text, /ana: Se desbloquea: .* libre \(RUN_ABORTED\): La máquina se apagó\./);
  });

  test('leads to its robot, its equipo and its programación, where they are known', async () => {
    addRun(house.db, 'de-horario', { equipo_id: '32', programacion_id: 'semanal', fecha_teorica: ago(30) });
    const { links } = await visit(house, '/ejecuciones/de-horario');
    assert.equal(links.get('P10_CARGA_FACTURAS (4711)'), '/robots/4711');
    assert.equal(links.get('VM-RPA-02 (32)'), '/equipos/32');
    assert.equal(links.get('Semanal, 08:00'), '/programaciones/semanal');
    addRun(house.db, 'de-nadie', { robot_id: 'fantasma', equipo_id: 'nada', programacion_id: 'borrada' });
    const stranger = await visit(house, '/ejecuciones/de-nadie');
    assert.ok(![...stranger.links.values()].some((href) => /\/(robots|equipos|programaciones)\/./.test(href)));
    assert.match(stranger.text, /fantasma en nada/);
  });

  test('shows what the bot was given, its secrets hidden', async () => {
    const { rows } = await visit(house, '/ejecuciones/a360-avisada');
    assert.deepEqual(rows, [
      ['in_NumRepeticion', 'NUMBER', '3'],
      ['in_Clave', 'STRING', '(oculto)'],
    ]);
  });

  test('is late by repetition: three times the work may take three times as long', async () => {
    for (let n = 0; n < 5; n += 1)
      addRun(house.db, `corta-${n}`, {
        ...{ robot_id: 'r3', equipo_id: `m${n}`, estado: 'RUN_COMPLETED', fecha_inicio: ago(300 + n), fecha_fin: ago(280 + n) },
      });
    addRun(house.db, 'larga', { robot_id: 'r3', fecha_inicio: ago(50) });
    assert.match((await visit(house, '/ejecuciones/larga')).text, /Va con retraso/);
    record(house.db, ago(50), { entity: 'ejecucion', entityId: 'larga', kind: 'called', data: { repeticiones: 3, input: [] } });
    assert.match((await visit(house, '/ejecuciones/larga')).text, /Todo va bien/);
  });
});
