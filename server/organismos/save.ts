import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { readFlag } from './fields.ts';
import { type Columns, defaults, given, type OrganismoForm, pick, problemsOf, readColumns, refuse, ruleColumns } from './form.ts';
import { findRaw, isVouched, presentVersion, type RawRow } from './queries.ts';
import { readSiteId } from './rules.ts';

/** `leftOff`: it should be on, by the form or by what it was before, and is off until an ensayo vouches for its rules. */
export type Saved = { readonly siteId: string; readonly changed: boolean; readonly leftOff: boolean };

/**
 * Writes the form of an organismo, a new one when `siteId` is null. New rules are never on: nobody has seen what a cycle
 * would claim with them.
 * @throws InvalidInputError with a sentence per field, NotFoundError.
 */
export const saveOrganismo = async (deps: Deps, siteId: string | null, form: OrganismoForm, who: Who): Promise<Saved> => {
  const saved = await deps.db.write(() => (siteId === null ? create(deps, form, who) : update(deps, siteId, form, who)));
  deps.hub.changed({ entity: 'organismo', id: saved.siteId });
  return saved;
};

/**
 * Switches one on or off, and answers whether it is as ordered: to be switched on it needs an ensayo of the rules it has.
 * One that is not valid can only be switched off. A raw UPDATE of `active` asks nobody.
 * @throws NotFoundError, InvalidInputError
 */
export const switchOrganismo = async (deps: Deps, siteId: string, active: boolean, who: Who): Promise<boolean> => {
  const done = await deps.db.write(() => {
    const before = findOrThrow(deps.db, siteId);
    if (active) refuse(problemsOf({ ...before, active: 1 }, {}));
    return turn(deps, before, active, who);
  });
  deps.hub.changed({ entity: 'organismo', id: siteId });
  return done;
};

const turn = ({ db, clock }: Deps, before: RawRow, active: boolean, who: Who): boolean => {
  const { site_id: siteId } = before;
  if (readFlag(before.active) === active) return true;
  if (active && !isVouched(db, siteId)) return false;
  const at = isoNow(clock);
  db.sql('UPDATE organismo_config SET active = ?, updated_at = ? WHERE site_id = ?').run(active ? 1 : 0, at, siteId);
  const kind = active ? 'switched_on' : 'switched_off';
  record(db, at, { entity: 'organismo', entityId: siteId, kind, actor: who.usuario });
  audit(db, at, { ...who, ...subject(siteId), accion: active ? 'encender' : 'apagar', antes: before.active, despues: active });
  return true;
};

const subject = (siteId: string) => ({ entidad: 'organismo', entidadId: siteId });

const create = (deps: Deps, form: OrganismoForm, who: Who): Saved => {
  const siteId = readSiteId(given(form.site_id)?.trim());
  const columns = readColumns(form);
  const problems = problemsOf({ ...defaults, ...columns, id: 0, site_id: siteId ?? given(form.site_id) ?? '' }, columns);
  if (siteId !== undefined && findRaw(deps.db, siteId))
    problems.site_id = `Ya hay un organismo «${siteId}»: su identificador no es válido para otro.`;
  refuse(problems);
  insert(deps, siteId as string, { ...columns, active: 0 }, who);
  return { siteId: siteId as string, changed: true, leftOff: columns.active === 1 };
};

const insert = ({ db, clock }: Deps, siteId: string, columns: Columns, who: Who): void => {
  const at = isoNow(clock);
  const names = Object.keys(columns);
  const since = presentVersion(db, siteId)?.id;
  db.sql(
    `INSERT INTO organismo_config (${['site_id', ...names, 'created_at', 'updated_at'].join(', ')})
     VALUES (${['@site_id', ...names.map((name) => `@${name}`), '@at', '@at'].join(', ')})`,
  ).run({ ...columns, site_id: siteId, at });
  signVersion(db, siteId, since, who);
  record(db, at, { entity: 'organismo', entityId: siteId, kind: 'created', actor: who.usuario });
  audit(db, at, { ...who, ...subject(siteId), accion: 'crear', despues: columns });
};

const update = (deps: Deps, siteId: string, form: OrganismoForm, who: Who): Saved => {
  const before = findOrThrow(deps.db, siteId);
  const columns = readColumns(form);
  refuse({ ...problemsOf({ ...before, ...columns }, columns), ...renamed(siteId, form) });
  const wasOn = readFlag(before.active) === true;
  const wantedOn = columns.active === undefined ? wasOn : columns.active === 1;
  const rules = changedRules(before, columns);
  if (Object.keys(rules).length === 0) {
    const done = columns.active === undefined || turn(deps, before, wantedOn, who);
    return { siteId, changed: done && wasOn !== wantedOn, leftOff: !done };
  }
  // A form that does not speak of the switch leaves it as it is: the form of the page always does.
  const staysOn = wasOn && columns.active === undefined;
  const at = writeRules(deps, before, rules, who, staysOn);
  const data = { columns: Object.keys(rules), ...(wasOn && !staysOn && { off: true }) };
  record(deps.db, at, { entity: 'organismo', entityId: siteId, kind: 'edited', data, actor: who.usuario });
  audit(deps.db, at, { ...who, ...subject(siteId), accion: 'editar', antes: pick(before, Object.keys(rules)), despues: rules });
  return { siteId, changed: true, leftOff: wantedOn && !staysOn };
};

/** The name is what the queue and the robots know it by. */
const renamed = (siteId: string, form: OrganismoForm): Record<string, string> => {
  const name = given(form.site_id)?.trim();
  if (name === undefined || name === siteId) return {};
  return { site_id: 'El identificador no es válido: no se puede cambiar después de crear el organismo.' };
};

/** Those of the columns that are rules and not what they were. */
export const changedRules = (before: RawRow, columns: Columns): Columns =>
  pick(
    columns,
    ruleColumns.filter((name) => name in columns && columns[name] !== before[name]),
  ) as Columns;

/** Writes the rules in the name of who changed them, switched off unless told otherwise; answers the instant. Call it in a transaction. */
export const writeRules = ({ db, clock }: Deps, { site_id: siteId }: RawRow, rules: Columns, who: Who, staysOn = false): string => {
  const at = isoNow(clock);
  const since = presentVersion(db, siteId)?.id;
  const sets = Object.keys(rules).map((name) => `${name} = @${name}`);
  db.sql(`UPDATE organismo_config SET ${sets.join(', ')}${staysOn ? '' : ', active = 0'}, updated_at = @at WHERE site_id = @siteId`).run({
    ...rules,
    at,
    siteId,
  });
  signVersion(db, siteId, since, who);
  return at;
};

/** Puts the person into the version the trigger has just made (none, when to SQLite nothing changed). */
export const signVersion = (db: Db, siteId: string, since: number | undefined, { usuario }: Who): void => {
  db.sql('UPDATE organismo_versiones SET usuario = ? WHERE site_id = ? AND version_id > ?').run(usuario, siteId, since ?? 0);
};

/** @throws NotFoundError */
export const findOrThrow = (db: Db, siteId: string): RawRow => {
  const row = findRaw(db, siteId);
  if (!row) throw new NotFoundError(`No hay ningún organismo «${siteId}».`);
  return row;
};
