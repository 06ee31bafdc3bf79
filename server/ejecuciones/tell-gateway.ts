import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import type { GatewayFailure } from '#server/gateways/a360/a360.ts';
import { isoNow } from '#server/lib/clock.ts';

const claves = { credenciales: 'apigw_credenciales', noResponde: 'apigw_no_responde' } as const;

/** What may pass by itself is told when it has come so many times in a row. */
const tolerated = 3;

/** Tells how the gateway before our callback does: launches go on without it, and A360 then cannot say how they end. */
export const createGatewayTeller = ({ db, clock, log }: Pick<Deps, 'db' | 'clock' | 'log'>) => {
  let failures = 0;
  const tell = (failure: GatewayFailure | null): Promise<void> =>
    db.write(() => {
      const at = isoNow(clock);
      if (failure === null || failure.denied) resolve(db, at, claves.noResponde);
      if (failure === null) resolve(db, at, claves.credenciales);
      else raise(db, at, failure.denied ? denied(failure) : away(failure));
    });
  const isTold = (): boolean =>
    db.sql("SELECT 1 FROM avisos WHERE estado = 'abierto' AND clave IN (?, ?) LIMIT 1").get(...Object.values(claves)) !== undefined;

  return (failure: GatewayFailure | null): void => {
    if (!db.sqlite.open) return;
    failures = failure === null ? 0 : failures + 1;
    if (failure === null ? !isTold() : !failure.denied && failures < tolerated) return;
    tell(failure).catch((error: unknown) => log.warn({ err: error }, 'no se ha podido apuntar cómo va la pasarela'));
  };
};

const meanwhile = 'Se lanza sin su permiso: A360 no podrá avisar de los finales, y la conciliación los sabrá más tarde.';

const denied = ({ reason }: GatewayFailure): Aviso => ({
  ...{ clave: claves.credenciales, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' },
  titulo: 'La pasarela APIGW rechaza las credenciales',
  detalle: `La pasarela ${reason}. ${meanwhile}`,
  acciones: ['Compruebe con quien la lleva que el cliente existe.', 'Corrija APIGW_CLIENT_ID y APIGW_CLIENT_SECRET y reinicie Cerebro.'],
});

const away = ({ reason }: GatewayFailure): Aviso => ({
  ...{ clave: claves.noResponde, nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' },
  titulo: 'La pasarela APIGW no da permiso',
  detalle: `La pasarela ${reason}. ${meanwhile}`,
  acciones: ['Compruebe APIGW_URL y que se llega a ella desde esta máquina.', 'Si no contesta, avise a quien la lleva.'],
});
