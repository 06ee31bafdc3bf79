import { createHash } from 'node:crypto';
import type { Candidate, SourceRule } from '#server/gateways/origen/origen.ts';
import { compileFullMatch, type FullMatch } from '#server/lib/full-match.ts';
import { closesItsSets, type LikeMatcher, likeAny } from '#server/lib/sql-like.ts';
import {
  admitsClaimed,
  type Modo,
  modos,
  readFlag,
  readModo,
  readPatterns,
  readRobot,
  readStart,
  readTexp,
  readText,
  readWhole,
} from './fields.ts';
import { templateProblem, withoutTokens } from './template.ts';

export { buildLink } from './template.ts';

/** A row of `organismo_config` that can be worked with. */
export type Organismo = {
  readonly id: number;
  readonly siteId: string;
  readonly rule: SourceRule;
  /** The trimmed expediente, whole. */
  readonly acceptsExpediente: FullMatch;
  readonly includes: LikeMatcher;
  readonly excludes: LikeMatcher;
  readonly urlTemplate: string | null;
  readonly active: boolean;
  readonly modo: Modo;
  /** The robot that files for it: its own name unless another is given. */
  readonly robot: string;
  readonly urlInicio: string | null;
  /** Lower is served first. */
  readonly prioridad: number;
  /** null = no limit of its own. */
  readonly limitePorCiclo: number | null;
  readonly maxEnCola: number | null;
  /** Local slots kept for it while it has trámites, and how many it may have at once (-1 = no limit). */
  readonly minEquipos: number;
  readonly maxEquipos: number;
  /** Fingerprint of everything that judges a recurso. */
  readonly ruleVersion: string;
  /** Spanish sentences about what works but deserves a look. */
  readonly warnings: readonly string[];
};

/** What is wrong with one column, as a Spanish sentence with «no válido» or «no válida». */
export type Problem = { readonly field: string; readonly sentence: string };

export type ParsedOrganismo =
  | { readonly ok: true; readonly organismo: Organismo }
  | { readonly ok: false; readonly id: number; readonly siteId: string; readonly active: boolean; readonly problems: readonly Problem[] };

/** A row of `organismo_config` by column name, with whatever values its writer left there. */
export type RawOrganismo = Readonly<Record<string, unknown>>;

/** Reads one row; every problem is told, not only the first. Pure: CONTRACT.md "Settled details / Cycle and source". */
export const parseOrganismo = (row: RawOrganismo): ParsedOrganismo => {
  const problems: Problem[] = [];
  const wanted = <T>(field: string, value: T | undefined, sentence: string, instead: T): T => {
    if (value !== undefined) return value;
    problems.push({ field, sentence });
    return instead;
  };
  const siteId = wanted('site_id', readSiteId(row.site_id), siteIdSentence, String(row.site_id));
  const active = wanted('active', readFlag(row.active), 'El interruptor (active) no es válido: debe ser 1 o 0.', false);
  const rule = readRule(row, wanted);
  const regex = readText(row.regex_expediente) ?? '';
  const acceptsExpediente = wanted('regex_expediente', readRegex(regex), regexSentence(regex), () => false);
  const settings = readSettings(row, siteId, wanted);
  const template = readText(row.url_template);
  const templateSentence = template === undefined ? 'La plantilla del enlace no es válida: debe ser un texto.' : templateProblem(template);
  if (templateSentence) problems.push({ field: 'url_template', sentence: templateSentence });
  const id = Number(row.id);
  if (problems.length > 0) return { ok: false, id, siteId, active: active || mayBeMeantActive(row.active), problems };
  const organismo: Organismo = {
    ...settings,
    id,
    siteId,
    rule,
    acceptsExpediente,
    includes: likeAny(rule.patterns),
    excludes: likeAny(rule.excluded),
    urlTemplate: template?.trim() || null,
    active,
    ruleVersion: fingerprint([rule, regex]),
    warnings: warningsOf(rule, template ?? ''),
  };
  return { ok: true, organismo };
};

type Wanted = <T>(field: string, value: T | undefined, sentence: string, instead: T) => T;

const siteIdSentence =
  'El identificador (site_id) no es válido: de 1 a 64 letras minúsculas sin acento, cifras o «_», y distinto de «nuevo».';

export const readSiteId = (raw: unknown): string | undefined =>
  typeof raw === 'string' && /^[a-z0-9_]{1,64}$/.test(raw) && raw !== 'nuevo' ? raw : undefined;

/** A switch nobody can read may have been meant as "on": whoever wrote it should be told. */
const mayBeMeantActive = (raw: unknown): boolean => readFlag(raw) === undefined;

const longestPatterns = 2000;

const readRule = (row: RawOrganismo, wanted: Wanted): SourceRule => {
  const patterns = (field: string) => {
    const text = readText(row[field]);
    return text === undefined || text.length > longestPatterns ? undefined : readPatterns(text);
  };
  const given = patterns('query_organisme');
  const texp = readTexp(readText(row.filtro_texp) ?? '');
  return {
    patterns: wanted('query_organisme', given?.length ? given : undefined, patternsSentence, []),
    excluded: wanted('excluir_organisme', patterns('excluir_organisme'), excludedSentence, []),
    texp: wanted('filtro_texp', admitsClaimed(texp) ? undefined : texp, admitsClaimed(texp) ? claimedTexpSentence : texpSentence, []),
    onlyUnassigned: wanted(
      'solo_sin_asignar',
      readFlag(row.solo_sin_asignar),
      'El valor de solo_sin_asignar no es válido: debe ser 1 o 0.',
      true,
    ),
  };
};

const patternsSentence = `El patrón de organismo no es válido: hace falta al menos uno (por ejemplo %XALOC%), en ${longestPatterns} caracteres como mucho.`;
const excludedSentence = 'La lista de exclusiones no es válida: patrones separados por «|», o nada.';
const texpSentence = 'El filtro de TExp no es válido: números separados por comas, por ejemplo 2,3.';
const claimedTexpSentence =
  'El filtro de TExp no es válido: el 1 no se admite, porque es lo que lleva un recurso que ya está reclamado. Por ejemplo 2,3.';

const readRegex = (text: string): FullMatch | undefined => (text.trim() === '' ? undefined : (compileFullMatch(text) ?? undefined));

const regexSentence = (text: string): string =>
  text.trim() === ''
    ? 'La expresión regular no es válida: está vacía.'
    : 'La expresión regular no es válida: revise los paréntesis y corchetes; no se admiten miradas alrededor, referencias atrás ni más de 500 caracteres.';

const readSettings = (row: RawOrganismo, siteId: string, wanted: Wanted) => {
  const optionalWhole = (field: string, sentence: string) =>
    row[field] === null || row[field] === undefined ? null : wanted<number | null>(field, readWhole(row[field], 0), sentence, null);
  const whole = (field: string, usual: number, least: number, sentence: string) =>
    wanted(field, readWhole(row[field] ?? usual, least), sentence, usual);
  return {
    modo: wanted('modo', readModo(row.modo), `El modo no es válido: ${modos.join(', ')}.`, 'simular'),
    robot: wanted('robot', readRobot(row.robot, siteId), 'El robot no es válido: debe ser su identificador.', siteId),
    urlInicio: wanted(
      'url_inicio',
      readStart(row.url_inicio),
      'La dirección de inicio no es válida: debe empezar por http:// o https://.',
      null,
    ),
    prioridad: whole('prioridad', 100, -1_000_000, 'La prioridad no es válida: debe ser un número entero.'),
    limitePorCiclo: optionalWhole('limite_por_ciclo', 'El límite por ciclo no es válido: un número entero, o nada si no hay límite.'),
    maxEnCola: optionalWhole('max_en_cola', 'El máximo en cola no es válido: un número entero, o nada si no hay máximo.'),
    minEquipos: whole('min_equipos', 0, 0, 'El mínimo de puestos no es válido: un número entero desde 0.'),
    maxEquipos: whole('max_equipos', -1, -1, 'El máximo de puestos no es válido: un número entero, o -1 si no hay máximo.'),
  };
};

const warningsOf = (rule: SourceRule, template: string): string[] => {
  const unclosed = [...rule.patterns, ...rule.excluded].filter((pattern) => !closesItsSets(pattern));
  return [
    ...unclosed.map((pattern) => `El patrón «${pattern}» no coincide nunca: tiene un corchete vacío o sin cerrar.`),
    ...(withoutTokens(template).dropped.length > 0
      ? ['La plantilla lleva un _token de una sesión: se quita de los enlaces. Bórrelo de la plantilla.']
      : []),
  ];
};

const fingerprint = (judging: unknown): string => createHash('sha256').update(JSON.stringify(judging)).digest('hex').slice(0, 16);

/** Why a recurso is not for an organismo. */
export type Refusal =
  | 'id_no_valido'
  | 'organisme_no_coincide'
  | 'organisme_excluido'
  | 'estado_no_libre'
  | 'texp_no_admitido'
  | 'asignado_a_otro'
  | 'expediente_vacio'
  | 'regex_no_coincide'
  | 'otro_organismo';

/** `normalised`: the expediente only met the rule after trimming. */
export type Verdict =
  | { readonly ours: true; readonly normalised: boolean }
  | { readonly ours: false; readonly reason: Refusal; readonly sentence: string };

/** Whether a recurso is for this organismo, and if not, why. Pure. */
export const judge = (organismo: Organismo, row: Candidate): Verdict => {
  const reason = firstRefusal(organismo, row);
  return reason ? refuse(reason) : { ours: true, normalised: row.expedientePadded };
};

/** Like `judge`, for a row that is already claimed: who holds it and its TExp do not count. */
export const wouldBeOurs = (organismo: Organismo, row: Candidate): boolean =>
  !organismeRefusal(organismo, row) && !expedienteRefusal(organismo, row);

const firstRefusal = (organismo: Organismo, row: Candidate): Refusal | null => {
  if (row.id === null) return 'id_no_valido';
  return organismeRefusal(organismo, row) ?? stateRefusal(organismo.rule, row) ?? expedienteRefusal(organismo, row);
};

const organismeRefusal = (organismo: Organismo, row: Candidate): Refusal | null => {
  if (!organismo.includes(row.organisme)) return 'organisme_no_coincide';
  return organismo.excludes(row.organisme) ? 'organisme_excluido' : null;
};

const stateRefusal = (rule: SourceRule, row: Candidate): Refusal | null => {
  if (row.estado !== 0) return 'estado_no_libre';
  if (row.texp === null || !rule.texp.includes(row.texp)) return 'texp_no_admitido';
  return rule.onlyUnassigned && row.usuario !== '' ? 'asignado_a_otro' : null;
};

const expedienteRefusal = (organismo: Organismo, row: Candidate): Refusal | null => {
  if (row.expediente === '') return 'expediente_vacio';
  return organismo.acceptsExpediente(row.expediente) ? null : 'regex_no_coincide';
};

/** Each reason as the operator reads it. */
export const refusals: Readonly<Record<Refusal, string>> = {
  id_no_valido: 'Su idRecurso está vacío, es negativo o no es un número entero.',
  organisme_no_coincide: 'El organismo del recurso no coincide con ningún patrón.',
  organisme_excluido: 'El organismo del recurso está entre los excluidos.',
  estado_no_libre: 'Su Estado no es 0: alguien lo tiene o está terminado.',
  texp_no_admitido: 'Su TExp no está en el filtro.',
  asignado_a_otro: 'Ya tiene un usuario asignado.',
  expediente_vacio: 'No tiene número de expediente.',
  regex_no_coincide: 'El expediente no cumple la expresión regular.',
  otro_organismo: 'Lo toma otro organismo con más prioridad.',
};

/**
 * `judge`, with everybody else in view: a recurso that an organismo before this one takes is not ours, even when that
 * one is at its limit. `others` in the order of config.ts, active ones only. Pure.
 */
export const judgeAmong = (others: readonly Organismo[], organismo: Organismo, row: Candidate): Verdict => {
  const verdict = judge(organismo, row);
  return verdict.ours && winnerBefore(others, organismo, row) ? refuse('otro_organismo') : verdict;
};

/** The organismo before this one that takes the row, if there is one. */
export const winnerBefore = (others: readonly Organismo[], organismo: Organismo, row: Candidate): Organismo | null => {
  for (const other of others) {
    if (other === organismo) return null;
    if (firstRefusal(other, row) === null) return other;
  }
  return null;
};

const refuse = (reason: Refusal): Verdict => ({ ours: false, reason, sentence: refusals[reason] });
