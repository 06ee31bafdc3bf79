import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LoadProvider } from '#server/gateways/carga/carga.ts';
import { ticketDoors } from '#server/sistema/ticket-doors.ts';
import { openBalanceHouse } from '#tests/balance/balance-house.ts';

const clouders = { name: 'clouders', place: 'https://clouders.example' } as LoadProvider;

const withClouders = () => {
  const { deps, db } = openBalanceHouse();
  const failed = (motivo: string | null) =>
    db.sql('INSERT OR REPLACE INTO fuentes_carga (proveedor, motivo) VALUES (?, ?)').run('clouders', motivo);
  return { failed, told: () => ticketDoors({ ...deps, carga: [clouders] }).map(({ state, detail }) => `${state}: ${detail}`) };
};

describe('the doors to those who count tickets', () => {
  test('are off where nothing is configured, and say which setting it takes', () => {
    const { deps } = openBalanceHouse();
    assert.deepEqual(ticketDoors({ ...deps, carga: [] }), [
      {
        name: 'tickets (Clouders)',
        state: 'apagada',
        detail: 'Sin CLOUDERS_URL ni CLOUDERS_SSH_HOST: no se cuentan sus tickets.',
      },
      { name: 'tickets (RPA360)', state: 'apagada', detail: 'Sin SQL_RPA360_HOST: no se cuentan sus tickets.' },
    ]);
  });

  test('are off where BALANCEADOR_CARGA_PROVEEDORES leaves them out', () => {
    const { deps } = openBalanceHouse();
    const config = { ...deps.config, BALANCEADOR_CARGA_PROVEEDORES: ['clouders' as const] };
    assert.equal(ticketDoors({ ...deps, carga: [], config })[1]?.detail, 'No está en BALANCEADOR_CARGA_PROVEEDORES.');
  });

  test('stand as the last balance found them', () => {
    const { failed, told } = withClouders();
    assert.equal(told()[0], 'bien: https://clouders.example');
    failed('Clouders contesta con el error 500.');
    assert.equal(told()[0], 'mal: Clouders contesta con el error 500.');
    failed(null);
    assert.equal(told()[0], 'bien: https://clouders.example');
  });
});
