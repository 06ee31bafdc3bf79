import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMapping, type NamedRobot, type Names } from '#server/carga/mapping.ts';

const robot = (robotId: string, name: string, change: Partial<NamedRobot> = {}): NamedRobot => ({
  ...{ robotId, robot: name, activo: true, presente: true },
  ...change,
});

const meant = (nombre: string, names: Partial<Names>, proveedor: 'clouders' | 'rpa360' = 'clouders') =>
  createMapping({ robots: [robot('1', 'Altas'), robot('2', 'Bajas')], mapeos: [], mapa: {}, ...names }).meant(proveedor, nombre);

const why = (given: ReturnType<typeof meant>): string => ('motivo' in given ? given.motivo : `es ${given.robotId}`);

describe('which robot is meant', () => {
  test('the one of that name', () => assert.deepEqual(meant('Altas', {}), { robotId: '1' }));

  test('ROBOTS_MAPA_JSON comes before the name, and the table before both', () => {
    assert.deepEqual(meant('Altas', { mapa: { Altas: 'Bajas' } }), { robotId: '2' });
    const mapeos = [{ proveedor: 'clouders', nombre: ' Altas ', robotId: '1' }];
    assert.deepEqual(meant('Altas', { mapa: { Altas: 'Bajas' }, mapeos }), { robotId: '1' });
  });

  test('a row of the table is for its provider alone', () => {
    const mapeos = [{ proveedor: 'rpa360', nombre: 'X', robotId: '1' }];
    assert.match(why(meant('X', { mapeos })), /ningún robot/);
    assert.deepEqual(meant('X', { mapeos }, 'rpa360'), { robotId: '1' });
  });

  test('the one of that number, where nobody has that name', () => {
    assert.deepEqual(meant('2', {}), { robotId: '2' });
    assert.deepEqual(meant('2', { robots: [robot('1', '2'), robot('2', 'Bajas')] }), { robotId: '1' });
  });

  test('of several with one name, the one that may work', () => {
    const robots = [robot('1', 'Altas', { activo: false }), robot('2', 'Altas'), robot('3', 'Altas', { presente: false })];
    assert.deepEqual(meant('Altas', { robots }), { robotId: '2' });
  });

  test('nobody, with the reason', () => {
    assert.match(why(meant('Altas', { robots: [robot('1', 'Altas'), robot('2', 'Altas')] })), /2 robots en activo.*Mapeos/);
    assert.match(why(meant('Altas', { robots: [robot('1', 'Altas', { activo: false })] })), /desactivado/);
    assert.match(why(meant('Altas', { robots: [robot('1', 'Altas', { presente: false })] })), /ya no está en A360/);
    assert.match(why(meant('Altas', { mapeos: [{ proveedor: 'clouders', nombre: 'Altas', robotId: '9' }] })), /no existe \(«9»\)/);
    assert.match(why(meant('Altas', { mapa: { Altas: 'Otra' } })), /«Otra»/);
    assert.match(why(meant('__proto__', {})), /ningún robot/);
  });
});
