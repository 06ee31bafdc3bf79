import type { Permiso } from '#server/acceso/permisos.ts';
import { aprobar } from '#server/cola/aprobar.ts';
import { cancelar } from '#server/cola/cancelar.ts';
import type { Who } from '#server/cola/order.ts';
import { rechazar } from '#server/cola/rechazar.ts';
import { reintentar } from '#server/cola/reintentar.ts';
import { resolver } from '#server/cola/resolver.ts';
import type { Action } from '#server/cola/transitions.ts';
import type { Deps } from '#server/deps.ts';
import { giveBack } from '#server/recursos/release.ts';

export type Fields = Readonly<Record<string, string>>;

/** An order a person may give, as its button and its form tell it. */
export type Order = {
  readonly word: string;
  readonly icon: string;
  readonly permiso: Permiso;
  /** What happens, said before it is ordered. */
  readonly effect: string;
  /** Asked for what cannot be taken back with another button: the form is shown first. */
  readonly asks: boolean;
  /** What the form asks besides a yes. */
  readonly fields: 'motivo' | 'registro' | null;
  readonly look: '' | 'principal' | 'peligro';
  /** Carries it out; what it answers is told (`orderDone`). */
  readonly give: (deps: Deps, id: number, fields: Fields, who: Who) => Promise<unknown>;
};

/** aprobar, rechazar and resolver decide whether something is filed, and take more than what only puts it off. */
export const orders: Readonly<Record<Action, Order>> = {
  aprobar: {
    ...{ word: 'Aprobar y enviar', icon: 'hecho', permiso: 'tramites.revisar', look: 'principal', asks: false, fields: null },
    effect: 'Vuelve a la cola y esta vez se envía a la sede.',
    give: aprobar,
  },
  resolver: {
    ...{ word: 'Resolver: ¿se presentó?', icon: 'duda', permiso: 'tramites.revisar', look: 'principal', asks: true, fields: 'registro' },
    effect: 'Compruébelo en la sede antes de decidir: un recurso presentado dos veces no se puede deshacer.',
    give: resolver,
  },
  reintentar: {
    ...{ word: 'Reintentar desde el principio', icon: 'ciclos', permiso: 'tramites.ordenar', look: '', asks: false, fields: null },
    effect: 'Vuelve a la cola y un robot lo empieza otra vez; lo que hubiera rellenado antes no cuenta.',
    give: reintentar,
  },
  rechazar: {
    ...{ word: 'Rechazar con motivo', icon: 'quieto', permiso: 'tramites.revisar', look: 'peligro', asks: true, fields: 'motivo' },
    effect: 'No se enviará. El trámite queda cancelado y el recurso sigue reclamado por Cerebro.',
    give: rechazar,
  },
  cancelar: {
    ...{ word: 'Cancelar', icon: 'quieto', permiso: 'tramites.ordenar', look: 'peligro', asks: true, fields: null },
    effect: 'Ningún robot lo trabajará. El recurso sigue reclamado por Cerebro y más tarde se puede reintentar o devolver.',
    give: cancelar,
  },
  devolver: {
    ...{ word: 'Devolver al origen', icon: 'atras', permiso: 'tramites.ordenar', look: 'peligro', asks: true, fields: null },
    effect:
      'El trámite queda cancelado y el recurso, si sigue a nombre de Cerebro, vuelve al origen como estaba (TExp y usuario), libre para otra persona. Cerebro no volverá a tomarlo por sí solo.',
    give: (deps, id, _fields, who) => giveBack(deps, id, who),
  },
};
