import { type Modo, readModo, readStart } from '#server/organismos/fields.ts';
import type { RobotForm } from '#workers/robot.ts';

/** An organismo with the row of its robot, as the database has them; `organismo` is 0 where there is no such row. */
export type SiteRow = {
  readonly siteId: string;
  readonly organismo: number;
  readonly modo: string | null;
  readonly urlInicio: string | null;
  /** The robot asked for: `organismo_config.robot`, else `site_id`. */
  readonly wanted: string;
  readonly robotId: string | null;
  readonly kind: string | null;
  readonly activo: number | null;
  readonly parametros: string | null;
  /** Of a robot of A360: it is still there; it works online; some programación launches it. */
  readonly presente: number | null;
  readonly esOnline: number | null;
  readonly programado: number;
  /** Local slots it shares in, as the columns stand. */
  readonly minEquipos?: unknown;
  readonly maxEquipos?: unknown;
  readonly prioridad?: unknown;
};

/** How an organismo shares in the local slots: kept for it while it has trámites, at most (-1 = no limit), and the lower first. */
export type Slots = { readonly min: number; readonly max: number; readonly prioridad: number };

/** What this installation can do. */
export type Means = {
  readonly forms: Readonly<Record<string, RobotForm>>;
  /** The intranet is configured (XVIA_URL). */
  readonly papers: boolean;
  /** Worker threads; 0 = there is no browser. */
  readonly threads: number;
  /** A360 is configured (AA_URL). */
  readonly a360: boolean;
};

/** Everything needed to begin an attempt for an organismo. */
export type Servable = {
  readonly siteId: string;
  readonly robotId: string;
  readonly form: RobotForm;
  readonly parametros: Readonly<Record<string, unknown>>;
  readonly modo: Modo;
  /** The only origins the robot's browser may reach. */
  readonly origins: readonly string[];
  /** Where it begins when the trámite's own link is not at one of those. */
  readonly start: string;
  readonly slots: Slots;
};

export type WaitingCode =
  | 'sin_organismo'
  | 'sin_robot'
  | 'sin_navegador'
  | 'sin_intranet'
  | 'modo_no_valido'
  | 'robot_mal_configurado'
  | 'inicio_no_declarado'
  /** A robot of A360 files them: the launcher's, as soon as there is an equipo. */
  | 'a360'
  /** The same, once a person has approved each. */
  | 'a360_aprobar'
  /** A robot of A360 would file them, and cannot. */
  | 'a360_no_puede';

/** Why the trámites of an organismo wait. `reason` is Spanish, for the page. */
export type Waiting = { readonly siteId: string; readonly code: WaitingCode; readonly reason: string };

export type Judged = { readonly ok: true; readonly servable: Servable } | { readonly ok: false; readonly waiting: Waiting };

/** Whether a reason to wait asks nobody for anything: its turn comes by itself. Pure. */
export const isItsTurn = (reason: string): boolean => reason.startsWith('espera ');

/** Whether the trámites of that organismo can be worked on, and with what. Pure. */
export const judgeSite = (row: SiteRow, means: Means): Judged => {
  const no = (code: WaitingCode, reason: string): Judged => ({ ok: false, waiting: { siteId: row.siteId, code, reason } });
  if (row.organismo === 0) return no('sin_organismo', 'sin robot: no hay ningún organismo con ese nombre');
  if (row.kind === 'a360') return judgeA360(row, means);
  const form = Object.hasOwn(means.forms, row.wanted) ? means.forms[row.wanted] : undefined;
  if (row.robotId === null || row.kind !== 'playwright' || !form) return no('sin_robot', 'sin robot');
  if (row.activo !== 1) return no('sin_robot', `sin robot: «${row.robotId}» está desactivado`);
  const modo = readModo(row.modo);
  if (!modo) return no('modo_no_valido', `el modo «${row.modo}» del organismo no es válido`);
  const settings = readSettings(row, form);
  if (!settings.ok) return no(settings.code, settings.reason);
  if (!means.papers) return no('sin_intranet', 'sin intranet: falta XVIA_URL y no se pueden descargar los documentos');
  if (means.threads === 0) return no('sin_navegador', 'sin navegador: los robots no pueden trabajar');
  const { parametros, origins, start } = settings;
  return {
    ok: true,
    servable: { siteId: row.siteId, robotId: row.robotId, form, parametros, modo, origins, start, slots: readSlots(row) },
  };
};

/** What another program wrote there and is no such number (the page of the organismo says so) limits nothing. Pure. */
export const readSlots = ({ minEquipos, maxEquipos, prioridad }: Pick<SiteRow, 'minEquipos' | 'maxEquipos' | 'prioridad'>): Slots => {
  const whole = (value: unknown, least: number, otherwise: number): number =>
    typeof value === 'number' && Number.isInteger(value) && value >= least ? value : otherwise;
  return { min: whole(minEquipos, 0, 0), max: whole(maxEquipos, -1, -1), prioridad: whole(prioridad, Number.NEGATIVE_INFINITY, 100) };
};

/** None of its trámites is the dispatcher's: the launcher takes them, one with each start. */
const judgeA360 = (row: SiteRow, means: Means): Judged => {
  const wait = (code: WaitingCode, reason: string): Judged => ({ ok: false, waiting: { siteId: row.siteId, code, reason } });
  const modo = readModo(row.modo);
  if (!modo) return wait('modo_no_valido', `el modo «${row.modo}» del organismo no es válido`);
  const lacks = whatA360Lacks(row, modo, means);
  if (lacks !== null) return wait('a360_no_puede', lacks);
  return modo === 'enviar'
    ? wait('a360', `espera un equipo de A360 para el robot «${row.robotId}»`)
    : wait('a360_aprobar', `espera a que alguien lo apruebe y un equipo de A360 para el robot «${row.robotId}»`);
};

const whatA360Lacks = (row: SiteRow, modo: Modo, means: Means): string | null => {
  const robot = `el robot «${row.robotId}» de A360`;
  if (modo === 'simular') return `A360 no puede simular: ${robot} siempre envía; use los modos «aprobar» o «enviar»`;
  if (modo === 'rellenar') return `A360 no puede rellenar sin enviar: ${robot} siempre envía; use los modos «aprobar» o «enviar»`;
  if (!means.a360) return `lo presenta ${robot}, y A360 no está configurado (AA_URL)`;
  if (row.activo !== 1) return `${robot} está desactivado`;
  if (row.presente !== 1) return `${robot} ya no está allí`;
  return row.esOnline === 1 || row.programado === 1 ? null : `${robot} no trabaja online ni tiene programaciones encendidas`;
};

type Settings =
  | { ok: true; parametros: Readonly<Record<string, unknown>>; origins: readonly string[]; start: string }
  | { ok: false; code: WaitingCode; reason: string };

const readSettings = (row: SiteRow, form: RobotForm): Settings => {
  const wrong = (sentences: string): Settings => ({
    ok: false,
    code: 'robot_mal_configurado',
    reason: `el robot «${row.robotId}» está a medio configurar: ${sentences}`,
  });
  const parametros = readParametros(row.parametros);
  if (!parametros) return wrong('parametros no es un objeto JSON');
  const problems = form.checkParameters(parametros);
  if (problems.length > 0) return wrong(problems.join(' '));
  const origins = readOrigins(parametros.origenes ?? form.defaultOrigins);
  if (!origins) return wrong('origenes no es una lista de direcciones http:// o https://');
  const own = readStart(row.urlInicio);
  const start = (own === undefined ? row.urlInicio : own) || text(parametros.inicio) || form.defaultStart;
  if (!isDeclared(start, origins)) return { ok: false, code: 'inicio_no_declarado', reason: undeclared(start, origins) };
  return { ok: true, parametros, origins, start };
};

const undeclared = (start: string, origins: readonly string[]): string =>
  `la dirección de inicio ${start} no está entre los orígenes declarados del robot (${origins.join(', ')})`;

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const readParametros = (json: string | null): Record<string, unknown> | null => {
  try {
    const read: unknown = JSON.parse(json?.trim() || '{}');
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

const readOrigins = (declared: unknown): readonly string[] | null => {
  if (!Array.isArray(declared) || declared.length === 0) return null;
  const origins = declared.map((one) => (typeof one === 'string' ? originOf(one) : null));
  return origins.every((origin) => origin !== null) ? origins : null;
};

/** The origin of an http(s) address; null for anything else. */
const originOf = (url: string): string | null => {
  const parsed = URL.parse(url.trim());
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : null;
};

const isDeclared = (url: string, origins: readonly string[]): boolean => origins.includes(originOf(url) ?? '');

/** Where an attempt begins: the trámite's own link when it is at a declared origin, else the organismo's start. Pure. */
export const startUrl = (servable: Pick<Servable, 'origins' | 'start'>, urlDirecta: string | null): string =>
  urlDirecta && isDeclared(urlDirecta, servable.origins) ? urlDirecta.trim() : servable.start;

/** Whether an attempt may press the last button. Pure. */
export const maySubmit = (modo: Modo, approved: boolean): boolean => modo === 'enviar' || (modo === 'aprobar' && approved);
