import type { AttemptFact, Facts, TramiteFact } from './facts.ts';

/** A promise that was not kept: which one, and about what. */
export type Difference = { readonly rule: string; readonly told: string };

type Check = (facts: Facts) => readonly string[];

const perTramite = (facts: Facts): Map<number, AttemptFact[]> => Map.groupBy(facts.attempts, (attempt) => attempt.tramiteId);

/** From `submitting` on, the click may have happened. */
const mayHaveFiled = (attempt: { fase: string | null }): boolean => attempt.fase === 'submitting' || attempt.fase === 'submitted';

const activeStates = ['PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED'];

const heldBy = ({ source, botUser }: Facts): string[] =>
  source.flatMap(({ id, texp, usuario }) => (id !== null && texp === 1 && usuario === botUser ? [id] : []));

const inOrder = (tramite: TramiteFact): string => `trámite ${tramite.id} (${tramite.expediente})`;

/** The promises of the house (HOUSE.md, «How a recurso travels»), each with the cases that break it. */
const checks: Readonly<Record<string, Check>> = {
  reclamado_sin_tramite: (facts) => {
    const queued = new Set(facts.tramites.map((tramite) => tramite.resourceId));
    const closed = facts.intents.flatMap((intent) => (intent.state === 'claimed' ? [intent.resourceId] : []));
    return [...new Set([...heldBy(facts), ...closed])].filter((id) => !queued.has(id)).map((id) => `recurso ${id}`);
  },
  tramite_sin_reclamar: (facts) => {
    const held = new Set(heldBy(facts));
    return facts.tramites.filter((tramite) => !held.has(tramite.resourceId)).map(inOrder);
  },
  registrado_dos_veces: ({ register }) =>
    [...Map.groupBy(register, (entry) => entry.expediente)].flatMap(([expediente, entries]) =>
      entries.length > 1 ? [`${expediente}: ${entries.map((entry) => entry.numero).join(', ')}`] : [],
    ),
  completado_sin_registro: ({ tramites, register }) => {
    const entries = new Map(register.map((entry) => [entry.numero, entry.expediente]));
    return tramites
      .filter((tramite) => tramite.status === 'completed')
      .filter((tramite) => tramite.numero === null || entries.get(tramite.numero) !== tramite.expediente)
      .map((tramite) => `${inOrder(tramite)} con número ${tramite.numero}`);
  },
  registro_sin_explicar: ({ tramites, register }) => {
    const told = new Set(tramites.flatMap((one) => (one.status === 'completed' && one.numero !== null ? [one.numero] : [])));
    const inReview = new Set(tramites.flatMap((one) => (one.status === 'needs_review' ? [one.expediente] : [])));
    return register
      .filter((entry) => !told.has(entry.numero) && !inReview.has(entry.expediente))
      .map((entry) => `${entry.numero} (${entry.expediente})`);
  },
  sigue_en_marcha: ({ tramites, attempts }) => [
    ...tramites
      .filter((one) => one.status === 'processing' || (one.status === 'pending' && one.served))
      .map((one) => `${inOrder(one)}: ${one.status}`),
    ...attempts
      .filter((one) => activeStates.includes(one.estado))
      .map((one) => `intento ${one.intento} del trámite ${one.tramiteId}: ${one.estado}`),
  ],
  intencion_abierta: ({ intents }) =>
    intents.filter((intent) => intent.state === 'intended').map((intent) => `recurso ${intent.resourceId}`),
  duda_sin_revision: (facts) => {
    const attempts = perTramite(facts);
    return facts.tramites
      .filter((tramite) => (attempts.get(tramite.id) ?? []).some(mayHaveFiled))
      .filter((tramite) => tramite.status !== 'completed' && tramite.status !== 'needs_review')
      .map((tramite) => `${inOrder(tramite)}: ${tramite.status}`);
  },
  revision_sin_duda: (facts) => {
    const attempts = perTramite(facts);
    const fileable = new Set(facts.fileable);
    return facts.tramites
      .filter((tramite) => tramite.status === 'needs_review' && fileable.has(tramite.resourceId))
      .filter((tramite) => !(attempts.get(tramite.id) ?? []).some(mayHaveFiled))
      .map((tramite) => `${inOrder(tramite)}: ${tramite.errorCode}`);
  },
  revision_sin_muerte: (facts) => {
    const doubtfulAtDeath = new Set(facts.sightings.filter(mayHaveFiled).map((sighting) => sighting.tramiteId));
    const fileable = new Set(facts.fileable);
    return facts.tramites
      .filter((tramite) => tramite.status === 'needs_review' && fileable.has(tramite.resourceId) && !doubtfulAtDeath.has(tramite.id))
      .map((tramite) => `${inOrder(tramite)}: ${tramite.errorCode}`);
  },
  revision_sin_capturas: (facts) => {
    const doubtful = new Set(facts.attempts.filter(mayHaveFiled).map((attempt) => attempt.tramiteId));
    const captures = Map.groupBy(facts.files, (file) => file.tramiteId);
    const has = (id: number, kind: string) => (captures.get(id) ?? []).some((file) => file.kind === kind && file.intact);
    return facts.tramites
      .filter((tramite) => tramite.status === 'needs_review' && doubtful.has(tramite.id))
      .filter((tramite) => !has(tramite.id, 'captura') || !has(tramite.id, 'pantalla'))
      .map(inOrder);
  },
  archivo_ausente: ({ files }) =>
    files
      .filter((file) => !file.intact)
      .map((file) => `${file.kind} ${file.file} del intento ${file.intento} del trámite ${file.tramiteId}`),
  completado_sin_justificante: ({ tramites, files }) => {
    const withReceipt = new Set(files.flatMap((file) => (file.kind === 'justificante' && file.intact ? [file.tramiteId] : [])));
    return tramites.filter((tramite) => tramite.status === 'completed' && !withReceipt.has(tramite.id)).map(inOrder);
  },
  enviado_en_dos_intentos: (facts) =>
    [...perTramite(facts)].flatMap(([id, attempts]) => (attempts.filter(mayHaveFiled).length > 1 ? [`trámite ${id}`] : [])),
  repetido_tras_la_duda: ({ sightings, tramites }) => {
    const attempts = new Map(tramites.map((tramite) => [tramite.id, tramite.attempts]));
    return sightings
      .filter((sighting) => mayHaveFiled(sighting) && (attempts.get(sighting.tramiteId) ?? 0) > sighting.intento)
      .map((sighting) => `trámite ${sighting.tramiteId}: dudoso en el intento ${sighting.intento}, y hubo otro`);
  },
  presentable_sin_presentar: ({ fileable, tramites }) => {
    const status = new Map(tramites.map((tramite) => [tramite.resourceId, `${tramite.status} ${tramite.errorCode ?? ''}`]));
    return fileable
      .filter((id) => !/^(completed|needs_review)/.test(status.get(id) ?? ''))
      .map((id) => `recurso ${id}: ${status.get(id) ?? 'no está en la cola'}`);
  },
};

export const checkNames = Object.keys(checks);

/** Every broken promise; empty when all were kept. Pure. */
export const findDifferences = (facts: Facts): Difference[] =>
  Object.entries(checks).flatMap(([rule, check]) => check(facts).map((told) => ({ rule, told })));
