import type { Difference } from '../check.ts';

/** A deploy as the Control Room's own register tells it. */
export type RoomRun = {
  readonly deploymentId: string;
  readonly fileId: string;
  readonly deviceId: string;
  readonly status: string;
  readonly aceptado: string;
  readonly inicio: string | null;
  readonly fin: string | null;
  readonly salida?: { readonly out_NumeroRegistro?: { readonly string: string } };
  readonly body?: { readonly botInput?: { readonly in_Expediente?: { readonly string: string } } | null };
};

/** A trámite a robot of A360 files. */
export type Filing = {
  readonly expediente: string;
  readonly status: string;
  readonly numero: string | null;
  readonly code: string | null;
};

/** A run as Cerebro's database has it. */
export type OwnRun = {
  readonly ejecucionId: string;
  readonly deploymentId: string | null;
  readonly robotId: string;
  readonly equipoId: string;
  readonly estado: string;
  readonly programacionId: string | null;
  readonly fechaTeorica: string | null;
  readonly fechaFin: string | null;
};

export type Books = {
  readonly room: readonly RoomRun[];
  readonly own: readonly OwnRun[];
  readonly filings?: readonly Filing[];
  /** How many were ever put into the queue. */
  readonly queued?: number;
};

const ended = new Set([
  ...['COMPLETED', 'RUN_COMPLETED', 'RUN_FAILED', 'RUN_ABORTED', 'RUN_TIMED_OUT', 'DEPLOY_FAILED'],
  'COMPLETED_INFERRED',
]);
const success = new Set(['COMPLETED', 'RUN_COMPLETED']);

/** What the launcher promises, over the Control Room's register and our own book once nothing moves any more. Pure. */
export const differencesOf = (books: Books): Difference[] => [
  ...unknownRuns(books),
  ...inventedRuns(books),
  ...twiceLaunched(books),
  ...twoAtOnce(books),
  ...stillOpen(books),
  ...otherEnds(books),
  ...filedTwice(books),
  ...mistold(books),
  ...lostFilings(books),
];

const unknownRuns = ({ room, own }: Books): Difference[] => {
  const known = new Set(own.map((run) => run.deploymentId));
  return room
    .filter((run) => !known.has(run.deploymentId))
    .map((run) => ({ rule: 'ejecucion_desconocida', told: `A360 aceptó ${run.deploymentId} (bot ${run.fileId}) y aquí no consta` }));
};

const inventedRuns = ({ room, own }: Books): Difference[] => {
  const accepted = new Set(room.map((run) => run.deploymentId));
  return own
    .filter((run) => run.deploymentId !== null && !accepted.has(run.deploymentId))
    .map((run) => ({ rule: 'ejecucion_inventada', told: `${run.ejecucionId} dice ${run.deploymentId} y A360 no lo aceptó` }));
};

/** Only what A360 accepted was launched: an occurrence may have failed attempts as well. */
const twiceLaunched = ({ own }: Books): Difference[] =>
  [
    ...Map.groupBy(
      own.filter((run) => run.programacionId !== null && run.deploymentId !== null),
      (run) => `${run.programacionId} en ${run.equipoId} a las ${run.fechaTeorica}`,
    ),
  ]
    .filter(([, runs]) => runs.length > 1)
    .map(([what, runs]) => ({ rule: 'ocurrencia_doble', told: `${what}: ${runs.map((run) => run.deploymentId).join(', ')}` }));

/** A deploy accepted before the one before it on that device had ended. */
const twoAtOnce = ({ room }: Books): Difference[] =>
  [...Map.groupBy(room, (run) => run.deviceId)].flatMap(([device, runs]) => {
    const inOrder = runs.toSorted((a, b) => a.aceptado.localeCompare(b.aceptado));
    return inOrder.flatMap((run, at) => {
      const before = inOrder[at - 1];
      if (!before || (before.fin !== null && before.fin <= run.aceptado)) return [];
      return [{ rule: 'equipo_doble', told: `equipo ${device}: ${run.deploymentId} llegó con ${before.deploymentId} sin terminar` }];
    });
  });

const stillOpen = ({ own }: Books): Difference[] =>
  own
    .filter((run) => !ended.has(run.estado) && run.fechaFin === null)
    .map((run) => ({
      rule: 'ejecucion_atascada',
      told: `${run.ejecucionId} (${run.deploymentId ?? 'sin deployment'}) sigue en ${run.estado}`,
    }));

const otherEnds = ({ room, own }: Books): Difference[] => {
  const told = new Map(room.map((run) => [run.deploymentId, run]));
  return own.flatMap((run) => {
    const real = run.deploymentId === null ? undefined : told.get(run.deploymentId);
    if (!real || !ended.has(real.status) || success.has(real.status) === success.has(run.estado)) return [];
    return [{ rule: 'final_distinto', told: `${real.deploymentId}: A360 dice ${real.status} y aquí consta ${run.estado}` }];
  });
};

/** Every deploy of that register that was to file something. */
const deploysOf = (room: readonly RoomRun[]): ReadonlyMap<string, RoomRun[]> => {
  const filing = room.flatMap((run) => {
    const expediente = run.body?.botInput?.in_Expediente?.string;
    return expediente === undefined ? [] : [{ expediente, run }];
  });
  return new Map([...Map.groupBy(filing, ({ expediente }) => expediente)].map(([name, some]) => [name, some.map(({ run }) => run)]));
};

/** Nobody decides anything in a campaign: what was launched once is never launched again. */
const filedTwice = ({ room }: Books): Difference[] =>
  [...deploysOf(room)].flatMap(([expediente, runs]) =>
    runs.length === 1 ? [] : [{ rule: 'presentado_dos_veces', told: `${expediente}: ${runs.map((run) => run.deploymentId).join(', ')}` }],
  );

const mistold = ({ room, filings = [] }: Books): Difference[] => {
  const deploys = deploysOf(room);
  return filings.flatMap(({ expediente, status, numero, code }) => {
    const run = deploys.get(expediente)?.[0];
    const real = run?.salida?.out_NumeroRegistro?.string ?? null;
    const about = `${expediente} está ${status} (${numero ?? code ?? 'sin número'}) y A360 dice ${real ?? run?.status ?? 'nada'}`;
    if (status === 'completed') return numero === real ? [] : [{ rule: 'numero_distinto', told: about }];
    if (status === 'needs_review') return [];
    return status === 'pending' && run === undefined ? [] : [{ rule: 'tramite_mal_contado', told: about }];
  });
};

const lostFilings = ({ filings = [], queued = filings.length }: Books): Difference[] =>
  filings.length === queued ? [] : [{ rule: 'tramite_perdido', told: `había ${queued} trámites para A360 y quedan ${filings.length}` }];
