import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { parseOrganismo, type RawOrganismo, readSiteId } from './rules.ts';
import { withoutTokens } from './template.ts';

/** Fields of the form, by column name; one that is not there keeps its value (or its default, in a new one). */
export type OrganismoForm = Readonly<Record<string, unknown>>;

type Value = string | number | null;
type Columns = Readonly<Record<string, Value>>;

/**
 * Writes the form of an organismo, a new one when `siteId` is null, and answers its site_id.
 * @throws InvalidInputError with a sentence per field, NotFoundError.
 */
export const saveOrganismo = async (deps: Deps, siteId: string | null, form: OrganismoForm, who: Who): Promise<string> => {
  const saved = await deps.db.write(() => (siteId === null ? create(deps, form, who) : update(deps, siteId, form, who)));
  deps.hub.changed({ entity: 'organismo', id: saved });
  return saved;
};

/**
 * Switches one on or off. One that is not valid can only be switched off.
 * @throws NotFoundError, InvalidInputError
 */
export const switchOrganismo = async (deps: Deps, siteId: string, active: boolean, who: Who): Promise<void> => {
  const { db, clock } = deps;
  await db.write(() => {
    const before = find(db, siteId);
    if (active) refuseInvalid({ ...before, active: 1 });
    const at = isoNow(clock);
    db.sql('UPDATE organismo_config SET active = ?, updated_at = ? WHERE site_id = ?').run(active ? 1 : 0, at, siteId);
    const kind = active ? 'switched_on' : 'switched_off';
    record(db, at, { entity: 'organismo', entityId: siteId, kind, actor: who.usuario });
    audit(db, at, { ...who, ...subject(siteId), accion: active ? 'encender' : 'apagar', antes: before.active, despues: active });
  });
  deps.hub.changed({ entity: 'organismo', id: siteId });
};

const subject = (siteId: string) => ({ entidad: 'organismo', entidadId: siteId });

/** What the form may write besides `site_id`. */
const texts = ['query_organisme', 'excluir_organisme', 'filtro_texp', 'regex_expediente', 'url_template', 'modo', 'robot', 'url_inicio'];
const numbers = ['prioridad', 'limite_por_ciclo', 'max_en_cola'];
const flags = ['active', 'solo_sin_asignar'];
/** A blank here means NULL: nothing of its own. */
const optional = new Set(['excluir_organisme', 'url_template', 'robot', 'url_inicio', ...numbers]);

const create = (deps: Deps, form: OrganismoForm, who: Who): string => {
  const siteId = readSiteId(given(form.site_id)?.trim());
  const columns = readColumns(form);
  const problems = problemsOf({ ...defaults, ...columns, id: 0, site_id: siteId ?? given(form.site_id) ?? '' }, columns);
  if (siteId !== undefined && exists(deps.db, siteId))
    problems.site_id = `Ya hay un organismo «${siteId}»: su identificador no es válido para otro.`;
  refuse(problems);
  insert(deps, siteId as string, columns, who);
  return siteId as string;
};

/** As the table fills in what an INSERT leaves out. */
const defaults: Columns = { active: 0, modo: 'aprobar', prioridad: 100, solo_sin_asignar: 0 };

const insert = ({ db, clock }: Deps, siteId: string, columns: Columns, who: Who): void => {
  const at = isoNow(clock);
  const names = Object.keys(columns);
  db.sql(
    `INSERT INTO organismo_config (${['site_id', ...names, 'created_at', 'updated_at'].join(', ')})
     VALUES (${['@site_id', ...names.map((name) => `@${name}`), '@at', '@at'].join(', ')})`,
  ).run({ ...columns, site_id: siteId, at });
  record(db, at, { entity: 'organismo', entityId: siteId, kind: 'created', actor: who.usuario });
  audit(db, at, { ...who, ...subject(siteId), accion: 'crear', despues: columns });
};

const update = ({ db, clock }: Deps, siteId: string, form: OrganismoForm, who: Who): string => {
  const before = find(db, siteId);
  const columns = readColumns(form);
  refuse(problemsOf({ ...before, ...columns }, columns));
  const changed = Object.keys(columns).filter((name) => columns[name] !== before[name]);
  if (changed.length === 0) return siteId;
  const at = isoNow(clock);
  db.sql(
    `UPDATE organismo_config SET ${changed.map((name) => `${name} = @${name}`).join(', ')}, updated_at = @at WHERE site_id = @site_id`,
  ).run({
    ...pick(columns, changed),
    at,
    site_id: siteId,
  });
  record(db, at, { entity: 'organismo', entityId: siteId, kind: 'edited', data: { columns: changed }, actor: who.usuario });
  audit(db, at, { ...who, ...subject(siteId), accion: 'editar', antes: pick(before, changed), despues: pick(columns, changed) });
  return siteId;
};

const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, from[name]]));

const exists = (db: Db, siteId: string): boolean => db.sql('SELECT 1 FROM organismo_config WHERE site_id = ?').get(siteId) !== undefined;

const find = (db: Db, siteId: string): RawOrganismo => {
  const row = db.sql('SELECT * FROM organismo_config WHERE site_id = ?').get(siteId);
  if (!row) throw new NotFoundError(`No hay ningún organismo «${siteId}».`);
  return row;
};

/** A browser sends a repeated field as a list: the last one counts (a hidden 0 before a ticked box). */
const given = (raw: unknown): string | undefined => {
  const last = Array.isArray(raw) ? raw.at(-1) : raw;
  return last === undefined || last === null ? undefined : String(last);
};

const readColumns = (form: OrganismoForm): Columns => {
  const present = [...texts, ...numbers, ...flags].flatMap((name) => {
    const text = given(form[name]);
    return text === undefined ? [] : [[name, columnOf(name, text)] as const];
  });
  return Object.fromEntries(present);
};

/** Numbers and switches as numbers where they are; whatever else stands there is left for parseOrganismo to refuse. */
const columnOf = (name: string, text: string): Value => {
  const trimmed = text.trim();
  if (optional.has(name) && trimmed === '') return null;
  if (numbers.includes(name) && /^-?\d{1,15}$/.test(trimmed)) return Number(trimmed);
  if (flags.includes(name)) return flagOf(trimmed);
  return text;
};

/** `on` is what a ticked box sends when its page gives it no value. */
const flagOf = (text: string): Value => {
  if (['1', 'on', 'true'].includes(text)) return 1;
  return ['0', '', 'false'].includes(text) ? 0 : text;
};

/** Every problem of the row by field; a form, unlike a raw INSERT, may not bring a session's `_token` (CONTRACT.md). */
const problemsOf = (row: RawOrganismo, written: Columns): Record<string, string> => {
  const parsed = parseOrganismo(row);
  const problems = Object.fromEntries(parsed.ok ? [] : parsed.problems.map(({ field, sentence }) => [field, sentence]));
  if (withoutTokens(String(written.url_template ?? '')).dropped.length > 0)
    problems.url_template = 'La plantilla del enlace no es válida: quite el _token, que pertenece a una sesión y caduca con ella.';
  return problems;
};

const refuse = (problems: Record<string, string>): void => {
  if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
};

const refuseInvalid = (row: RawOrganismo): void => refuse(problemsOf(row, {}));
