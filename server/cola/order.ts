import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import type { TramiteEventKind } from './events.ts';
import { next, type PersonVerb, type Status } from './transitions.ts';

export type { Who };

/** What the form of an order brings, by the names of its fields. */
export type OrderInput = Readonly<Record<string, string | undefined>>;

/** The reason a person gave, where none is asked for. */
export const motivoIn = ({ motivo = '' }: OrderInput): { motivo?: string } => (motivo.trim() === '' ? {} : { motivo: motivo.trim() });

export type OrderDeps = Pick<Deps, 'db' | 'clock' | 'hub' | 'wake'>;

/** The trámite an order is given for, as it stands inside the transaction. */
export type OrderedTramite = {
  readonly id: number;
  readonly siteId: string;
  readonly resourceId: string;
  readonly status: Status;
};

export type Order = {
  readonly verb: PersonVerb;
  readonly event: TramiteEventKind;
  readonly motivo?: string;
  /** On disk before it answers: something outside follows from it. */
  readonly durable?: boolean;
  /** Facts of the event, beyond who. */
  readonly facts?: (tramite: OrderedTramite) => Readonly<Record<string, unknown>>;
  /** Throws what forbids the order beyond the status. Runs inside the transaction. */
  readonly check?: (db: Db, tramite: OrderedTramite) => void;
  /** Writes what the order changes beyond the status. Runs inside the transaction. */
  readonly change?: (db: Db, at: string, tramite: OrderedTramite) => void;
};

const find = `SELECT id, site_id AS siteId, resource_id AS resourceId, status FROM tramite_queue WHERE id = ?`;
/** What a person gives up has ended, and its end is where the history of the finished ones finds it. */
const move = `UPDATE tramite_queue SET status = @to, processed_at = iif(@to = 'cancelled', @at, processed_at) WHERE id = @id`;

/** Tells that the order cannot be given now before anything is said of its form. @throws NotFoundError, WrongStateError */
export const refuseWrongState = ({ db }: OrderDeps, id: number, verb: PersonVerb): void => {
  const tramite = db.sql(find).get(id) as OrderedTramite | undefined;
  if (!tramite) throw new NotFoundError(`No hay ningún trámite ${id}.`);
  next(tramite.status, verb);
};

/**
 * Carries out what a person ordered: change, event and audit in one transaction, then tells those who look and wakes
 * the robots if there is something to take.
 * @throws NotFoundError, WrongStateError (409), or what `check` throws.
 */
export const carryOut = async (deps: OrderDeps, id: number, who: Who, order: Order): Promise<void> => {
  const { db, clock } = deps;
  const change = () => {
    const tramite = db.sql(find).get(id) as OrderedTramite | undefined;
    if (!tramite) throw new NotFoundError(`No hay ningún trámite ${id}.`);
    const to = next(tramite.status, order.verb);
    order.check?.(db, tramite);
    const at = isoNow(clock);
    db.sql(move).run({ to, at, id });
    order.change?.(db, at, tramite);
    leaveTrace(db, at, { tramite, to, who, order });
    return to;
  };
  const status = await db.write(change, { durable: order.durable ?? false });
  deps.hub.changed({ entity: 'tramite', id });
  if (status === 'pending') deps.wake('despachar');
};

type Trace = { readonly tramite: OrderedTramite; readonly to: Status; readonly who: Who; readonly order: Order };

const leaveTrace = (db: Db, at: string, { tramite, to, who, order }: Trace): void => {
  const given = order.facts?.(tramite);
  const facts = who.lote === undefined ? given : { ...given, lote: who.lote };
  const data = facts ? { data: facts } : {};
  record(db, at, { entity: 'tramite', entityId: tramite.id, kind: order.event, actor: who.usuario, ...data });
  audit(db, at, {
    usuario: who.usuario,
    accion: order.verb.startsWith('resolver') ? 'resolver' : order.verb,
    entidad: 'tramite',
    entidadId: tramite.id,
    antes: { status: tramite.status },
    despues: { status: to, ...facts },
    ...(order.motivo ? { motivo: order.motivo } : {}),
    ...(who.host ? { host: who.host } : {}),
  });
};
