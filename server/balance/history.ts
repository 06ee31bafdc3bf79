import type { Db } from '#server/db/open.ts';
import type { BalanceAction } from './model.ts';
import { keyOf, type Move, moveOf, type robotEventKinds, signOf } from './moves.ts';
import type { Proposal } from './recheck.ts';

/** What really happened: the pairs that moved, and the equipos each robot had before. */
export type Happened = Pick<Proposal, 'plan' | 'snapshot'> & {
  readonly done: Readonly<Record<Move, ReadonlySet<string>>>;
  readonly before: ReadonlyMap<string, number>;
};

/** Robots that got or gave fewer than the plan said: how many moved of how many. */
export type Short = ReadonlyMap<string, { readonly moved: number; readonly wanted: number }>;

export type Written = { readonly rechazos: number; readonly short: Short };

type Row = Omit<BalanceAction, 'antes' | 'despues'> & { readonly antes: number; readonly despues: number };

/** Writes a row for each action that moved something, and each refusal that is news, with the counts of the table. */
export const writeHistory = (db: Db, at: string, happened: Happened): Written => {
  const counts = new Map(happened.before);
  const short = new Map<string, { moved: number; wanted: number }>();
  const rows: Row[] = [];
  const isNews = newsOf(happened);
  for (const action of happened.plan.actions) {
    const equipos = action.equipos.filter((id) => happened.done[moveOf(action.accion)].has(keyOf(action.robotId, id)));
    const isRefusal = action.accion === 'RECHAZO';
    if (!isRefusal) note(short, action, equipos.length);
    if (isRefusal ? !isNews(action.robotId) : equipos.length === 0) continue;
    const antes = counts.get(action.robotId) ?? 0;
    const despues = antes + signOf(action.accion) * equipos.length;
    counts.set(action.robotId, despues);
    rows.push({ ...action, equipos, antes, despues, justificacion: justify(action, equipos.length) });
  }
  if (rows.length > 0) insert(db, at, rows);
  return { rechazos: rows.filter(({ accion }) => accion === 'RECHAZO').length, short: onlyShort(short) };
};

const note = (short: Map<string, { moved: number; wanted: number }>, action: BalanceAction, moved: number): void => {
  const so = short.get(action.robotId) ?? { moved: 0, wanted: 0 };
  short.set(action.robotId, { moved: so.moved + moved, wanted: so.wanted + action.equipos.length });
};

const onlyShort = (all: Short): Short => new Map([...all].filter(([, { moved, wanted }]) => moved < wanted));

/** A refusal is told when it begins and when its reason changes. */
const newsOf = ({ plan, snapshot }: Happened): ((robotId: string) => boolean) => {
  const now = new Map(plan.memory.map(({ robotId, negativa }) => [robotId, negativa]));
  return (robotId) => {
    const told = snapshot.memory.get(robotId)?.negativa ?? null;
    return told === null || (now.has(robotId) && now.get(robotId) !== told);
  };
};

const justify = ({ justificacion, equipos }: BalanceAction, moved: number): string => {
  const left = equipos.length - moved;
  if (left === 0) return justificacion;
  const others =
    left === 1
      ? 'Otro ha cambiado mientras tanto y se deja como está.'
      : `Otros ${left} han cambiado mientras tanto y se dejan como están.`;
  return `${justificacion} ${others}`;
};

const insert = (db: Db, at: string, rows: readonly Row[]): void => {
  db.sql(insertRows).run({ at, rows: JSON.stringify(rows.map(columnsOf)) });
  const events = rows.filter(({ antes, despues }) => antes !== despues).map(eventOf);
  if (events.length > 0) db.sql(insertEvents).run({ at, events: JSON.stringify(events) });
};

/** Lists of texts and numbers, in the order of the columns: SQLite reads them several times faster than objects. */
const columnsOf = ({ robotId, poolId, tickets, antes, despues, accion, justificacion, equipos }: Row): unknown[] => [
  ...[robotId, poolId, tickets, antes, despues, accion, justificacion],
  JSON.stringify(equipos),
];

const insertRows = `
  INSERT INTO historico_balanceo
    (fecha_balanceo, robot_id, pool_id, tickets_pendientes, equipos_antes, equipos_despues, accion_tomada, justificacion, equipos)
  SELECT @at, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7 FROM json_each(@rows)`;

/** The story of each robot tells only what it got and what it gave. */
const eventOf = ({ robotId, antes, despues, justificacion }: Row): unknown[] => {
  const kind: (typeof robotEventKinds)[number] = despues > antes ? 'got_equipos' : 'gave_equipos';
  return [robotId, kind, JSON.stringify({ antes, despues, motivo: justificacion })];
};

const insertEvents = `
  INSERT INTO events (at, entity, entity_id, kind, data, actor)
  SELECT @at, 'robot', value ->> 0, value ->> 1, value ->> 2, 'cerebro' FROM json_each(@events)`;
