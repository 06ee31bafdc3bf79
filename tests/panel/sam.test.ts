import assert from 'node:assert/strict';
import test, { afterEach, beforeEach, describe } from 'node:test';
import { noteA360 } from '#server/ejecuciones/a360-alarm.ts';
import { A360Error, type ControlRoom } from '#server/gateways/a360/a360.ts';
import { retener } from '#server/lanzador/retener.ts';
import { addRun } from '#tests/support/a360-runs.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';
import { visit } from '#tests/support/screen.ts';

const a360 = { shownAs: 'https://a360.example', check: async () => undefined } as ControlRoom;
const night = '2026-03-02T23:00:00.000Z';
const day = '2026-03-02T09:00:00.000Z';

let clock: ManualClock;
let house: PageHouse;
const open = (at = day, room: ControlRoom | null = a360) => {
  clock = manualClock(at);
  house = openPageHouse({ clock, a360: room });
  house.db.sqlite.exec(`
    UPDATE organismo_config SET active = 1;
    INSERT INTO robots (robot_id, robot, kind) VALUES ('4711', 'P100_Uno', 'a360');
    INSERT INTO equipos (equipo_id, equipo, user_id, licencia, conectado, presente_en_a360)
      VALUES ('31', 'VM-31', 'u31', 'RUNTIME', 1, 1), ('32', 'VM-32', 'u32', 'RUNTIME', 1, 1), ('33', 'VM-33', 'u33', 'RUNTIME', 0, 1);
  `);
};
const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000).toISOString();
const verdictOf = async () => {
  const { text } = await visit(house, '/');
  return text.slice(text.indexOf('Panel', text.indexOf('Como el sistema')), text.indexOf('por revisar'));
};

describe('the Panel, of A360', () => {
  beforeEach(() => open());
  afterEach(() => house.close());

  test('says that all is in order while it is', async () => {
    assert.match(await verdictOf(), /Todo en orden/);
  });

  test('begins with A360 when it does not answer, or rejects the credentials', async () => {
    await noteA360(house.deps, new A360Error('red', 'Sin respuesta en 60 s.'));
    assert.match(await verdictOf(), /Panel El Control Room de A360 no contesta/);
    await noteA360(house.deps, new A360Error('credenciales', 'A360 dice 401.'));
    assert.match(await verdictOf(), /A360 rechaza las credenciales/);
  });

  test('says who holds the launcher, and why', async () => {
    await retener(house.deps, 'Cambio de contraseñas', { usuario: 'ana' });
    assert.match(await verdictOf(), /Panel ana retiene el lanzador desde el 02\/03\/2026 10:00: Cambio de contraseñas\./);
    const { links } = await visit(house, '/');
    assert.equal(links.get('ana retiene el lanzador desde el 02/03/2026 10:00: Cambio de contraseñas.'), '/lanzador');
  });

  test('names what is late, what is orphan and what is suspended, with their lists', async () => {
    addRun(house.db, 'tarde', { equipo_id: '31', fecha_inicio: ago(40) });
    addRun(house.db, 'huerfana', { equipo_id: '32', estado: 'QUEUED', fecha_inicio: ago(10) });
    house.db.sqlite.exec("INSERT INTO suspensiones (robot_id, codigo, motivo) VALUES ('4711', 'robot', 'Sin equipos compatibles.')");
    const { links } = await visit(house, '/');
    assert.equal(links.get('1 ejecución demorada'), '/ejecuciones?ver=demoradas');
    assert.equal(links.get('1 ejecución huérfana en la cola de A360'), '/ejecuciones?ver=huerfanas');
    assert.equal(links.get('1 suspensión: algo no se lanza hasta que se reanude'), '/lanzador#suspensiones');
    assert.equal(links.get('1 demoradas'), '/ejecuciones?ver=demoradas');
    assert.equal(links.get('2 ejecuciones abiertas'), '/ejecuciones');
  });

  test('counts machines that work and that are free; one that is not connected is neither', async () => {
    addRun(house.db, 'marcha', { equipo_id: '31', fecha_inicio: ago(1) });
    const { links } = await visit(house, '/');
    assert.ok(links.has('1 de 2 equipos de A360 ocupados'));
    assert.equal(links.get('1 equipos de A360 libres'), '/equipos?conectado=1&activo=1');
  });
});

describe('the Panel, in the pause of the night', () => {
  afterEach(() => house.close());

  test('is in order, and says until when nothing is launched', async () => {
    open(night);
    assert.match(await verdictOf(), /Todo en orden El lanzador está en pausa hasta el 03\/03\/2026 05:00/);
  });

  test('says nothing of A360 where there is none', async () => {
    open(night, null);
    const { text } = await visit(house, '/');
    assert.doesNotMatch(text.slice(text.indexOf('Como el sistema')), /A360|lanzador/);
  });
});
