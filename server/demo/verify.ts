import type { Deps } from '#server/deps.ts';

/** What the sede's GET /registro.json tells of each submission, as far as it is compared. */
export type RegisterEntry = { readonly numero: string; readonly expediente: string };

/** A trámite as it is compared with the register. */
export type FiledTramite = {
  readonly resourceId: string;
  readonly expediente: string;
  readonly status: string;
  readonly numero: string | null;
};

/** What the two outsides and the queue say; everything as it stands after the drain. */
export type Accounts = {
  /** idRecurso of everything that is ours at the source. */
  readonly held: readonly string[];
  /** idRecurso of everything our own records call claimed. */
  readonly claimed: readonly string[];
  readonly openIntents: number;
  readonly tramites: readonly FiledTramite[];
  readonly register: readonly RegisterEntry[];
};

/** One Spanish sentence per way in which something was lost or filed twice; empty when the books agree. Pure. */
export const discrepancies = (accounts: Accounts): string[] => [...lost(accounts), ...filedTwice(accounts), ...mistold(accounts)];

const lost = ({ held, claimed, tramites, openIntents }: Accounts): string[] => {
  const queued = new Set(tramites.map((tramite) => tramite.resourceId));
  const missing = [...new Set([...held, ...claimed])].filter((id) => !queued.has(id));
  return [
    ...missing.map((id) => `El recurso ${id} está reclamado y no está en la cola.`),
    ...(openIntents > 0 ? [`Quedan ${openIntents} reclamaciones sin cerrar.`] : []),
  ];
};

const filedTwice = ({ register }: Accounts): string[] =>
  [...Map.groupBy(register, (entry) => entry.expediente)].flatMap(([expediente, entries]) =>
    entries.length > 1 ? [`El expediente ${expediente} está presentado ${entries.length} veces: ${numbers(entries)}.`] : [],
  );

const numbers = (entries: readonly RegisterEntry[]): string => entries.map((entry) => entry.numero).join(', ');

/** Completed without an entry, or an entry of a trámite that neither is completed with its number nor waits for a person's review. */
const mistold = ({ tramites, register }: Accounts): string[] => {
  const entries = new Map(register.map((entry) => [entry.numero, entry.expediente]));
  const explained = new Set(tramites.filter((one) => one.status === 'needs_review').map((one) => one.expediente));
  const completed = tramites.filter((one) => one.status === 'completed');
  const told = new Set(completed.map((one) => one.numero));
  return [
    ...completed.filter((one) => one.numero === null || entries.get(one.numero) !== one.expediente).map(unregistered),
    ...register.filter((entry) => !told.has(entry.numero) && !explained.has(entry.expediente)).map(unexplained),
  ];
};

const unregistered = (one: FiledTramite): string =>
  `El trámite del expediente ${one.expediente} figura como presentado (${one.numero ?? 'sin número'}) y el registro de la sede no lo tiene.`;

const unexplained = (entry: RegisterEntry): string =>
  `El registro de la sede tiene ${entry.numero} (${entry.expediente}) y ningún trámite lo da por presentado ni está en revisión.`;

/** Asks the source, the queue and the sede. @throws OrigenError, or whatever the sede's silence throws. */
export const readAccounts = async ({ db, origen, config }: Deps, sede: string): Promise<Accounts> => {
  const held: string[] = [];
  for await (const page of origen.heldBy(config.BOT_USER)) held.push(...page.map((one) => one.id));
  const ids = (text: string) =>
    db
      .sql(text)
      .all()
      .map((row) => row.id as string);
  return {
    held,
    claimed: ids("SELECT resource_id AS id FROM reclamaciones WHERE state = 'claimed'"),
    openIntents: ids("SELECT resource_id AS id FROM reclamaciones WHERE state = 'intended'").length,
    tramites: db
      .sql(
        `SELECT resource_id AS resourceId, coalesce(expediente, '') AS expediente, status, json_extract(result, '$.numero') AS numero
         FROM tramite_queue`,
      )
      .all() as unknown as FiledTramite[],
    register: await readRegister(sede),
  };
};

const readRegister = async (sede: string): Promise<RegisterEntry[]> => {
  const answer = await fetch(`${sede}/registro.json`, { signal: AbortSignal.timeout(10_000) });
  return (await answer.json()) as RegisterEntry[];
};
