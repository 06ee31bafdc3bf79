import Database from 'better-sqlite3';
import { enqueue, type NewTramite } from '#server/cola/enqueue.ts';
import { type Db, openDatabase } from '#server/db/open.ts';
import { fillDoneJobs, fillFinished } from './fill.ts';
import { openPlainJobs, type PlainJobs } from './peers.ts';

/** A recurso as the cycle would hand it over; the payload is about as big as a real one. */
const facts = (number: number) => ({
  idRecurso: String(number),
  expediente: `2025/${String(number).padStart(6, '0')}-MUL`,
  organisme: 'XALOC, DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ',
  plate_number: '0000BBB',
  sujeto_recurso: 'EXEMPLE TRANSPORTS SL',
  fase_procedimiento: 'denuncia',
  cliente: { tipodecliente: 2, nif: 'B00000000', nombrefiscal: 'EXEMPLE TRANSPORTS SL' },
  notas: 'x'.repeat(200),
});

export const newTramite = (number: number): NewTramite => ({
  siteId: 'bench',
  resourceId: `p${number}`,
  expediente: `2025/${String(number).padStart(6, '0')}-MUL`,
  protocol: null,
  payload: facts(number),
  urlDirecta: `http://127.0.0.1/${number}`,
  priority: 100,
  ruleVersion: 'bench',
});

/** One queue of ours with `finished` rows already done, and a counter for new ones. */
export type QueueHouse = { readonly db: Db; next(): number; addPending(n: number): Promise<void>; empty(): void };

export const openQueueHouse = (folder: string, finished: number): QueueHouse => {
  const db = openDatabase(folder);
  if (finished > 0) fillFinished(db.sqlite, finished);
  let number = 0;
  const next = () => ++number;
  return {
    db,
    next,
    addPending: async (n) => {
      await db.write(() =>
        enqueue(
          db,
          new Date().toISOString(),
          Array.from({ length: n }, () => newTramite(next())),
        ),
      );
      db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    },
    empty: () => void db.sqlite.exec("UPDATE tramite_queue SET status = 'cancelled' WHERE status = 'pending'"),
  };
};

/** The same for plainjobs. */
export type PeerHouse = { readonly jobs: PlainJobs; addPending(n: number): void; close(): void };

export const openPeerHouse = (file: string, finished: number): PeerHouse => {
  const sqlite = new Database(file);
  const jobs = openPlainJobs(sqlite);
  if (finished > 0) fillDoneJobs(sqlite, finished);
  let number = 0;
  const addMany = sqlite.transaction((n: number) => {
    for (let i = 0; i < n; i++) jobs.add('bench', facts(++number));
  });
  return {
    jobs,
    addPending: (n) => {
      addMany(n);
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
    },
    close: () => {
      jobs.close();
      sqlite.close();
    },
  };
};
