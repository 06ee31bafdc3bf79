import type { Deps } from '#server/deps.ts';
import { outsideProviders } from '#server/settings-balance.ts';
import type { Door } from './doors.ts';

const names = { clouders: 'tickets (Clouders)', rpa360: 'tickets (RPA360)' } as const;

const without = {
  clouders: 'Sin CLOUDERS_URL ni CLOUDERS_SSH_HOST: no se cuentan sus tickets.',
  rpa360: 'Sin SQL_RPA360_HOST: no se cuentan sus tickets.',
} as const;

/** Who counts tickets outside, as it answered the last balance: to count is work for the other side, which a page does not order. */
export const ticketDoors = ({ db, carga, config }: Pick<Deps, 'db' | 'carga' | 'config'>): Door[] => {
  const rows = db.sql('SELECT proveedor, motivo FROM fuentes_carga WHERE motivo IS NOT NULL').all();
  const failures = new Map(rows.map((row) => [row.proveedor, row.motivo as string]));
  return outsideProviders.map((proveedor): Door => {
    const [name, provider] = [names[proveedor], carga.find((one) => one.name === proveedor)];
    if (provider) {
      const failure = failures.get(proveedor);
      return failure === undefined ? { name, state: 'bien', detail: provider.place } : { name, state: 'mal', detail: failure };
    }
    const isLeftOut = !config.BALANCEADOR_CARGA_PROVEEDORES.includes(proveedor);
    return { name, state: 'apagada', detail: isLeftOut ? 'No está en BALANCEADOR_CARGA_PROVEEDORES.' : without[proveedor] };
  });
};
