/** How what A360 sends is read: pure. */
import { z } from 'zod';
import { A360Error, type A360User, type Activity, type Bot, type Device } from './a360.ts';
import type { Page } from './listing.ts';

/** Mostly text, sometimes a number: always told as the text of a whole number. */
const id = z.union([z.int(), z.string().trim().regex(/^\d+$/)]).transform((given) => BigInt(given).toString());
const idOrNull = id.nullable().catch(null);
/** Of a run, which is no number. */
const word = z.union([z.string().trim().min(1), z.number().transform(String)]);
const words = z.string().catch('');

const bot = z.object({ id, name: z.string().min(1), path: words, description: words });

const deviceUser = z.object({ id, username: words }).transform((user) => ({ id: user.id, name: user.username }));
const device = z.object({ id, hostName: words, status: words, defaultUsers: z.array(z.unknown()).nullish() }).transform((row) => ({
  id: row.id,
  hostName: row.hostName.trim() || row.id,
  connected: row.status.toUpperCase() === 'CONNECTED',
  users: (row.defaultUsers ?? []).flatMap((user) => deviceUser.safeParse(user).data ?? []),
}));

const user = z
  .object({ id, username: words, licenseFeatures: z.array(z.unknown()).nullish().catch(null), disabled: z.unknown().optional() })
  .transform(({ id: userId, username, licenseFeatures, disabled }) => ({
    ...{ id: userId, name: username, disabled: String(disabled) === 'true' },
    licences: (licenseFeatures ?? []).filter((one) => typeof one === 'string'),
  }));

const isoText = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/i;

/** An instant of A360 (UTC, up to nanoseconds) as stored everywhere; null = none, which A360 writes as 1970. */
export const instant = (given: unknown): string | null => {
  const [, seconds, fraction = '', zone = 'Z'] = isoText.exec(typeof given === 'string' ? given.trim() : '') ?? [];
  const time = seconds === undefined ? Number.NaN : Date.parse(seconds + fraction.slice(0, 4) + zone);
  return Number.isNaN(time) || new Date(time).getUTCFullYear() <= 1970 ? null : new Date(time).toISOString();
};

const when = z.unknown().optional().transform(instant);
const activity = z
  .object({
    ...{ id: word, deploymentId: word, status: words, startDateTime: when, endDateTime: when },
    ...{ fileId: idOrNull.default(null), deviceId: idOrNull.default(null), userId: idOrNull.default(null), message: words },
    outputVariables: z.record(z.string(), z.unknown()).nullable().catch(null),
  })
  .transform(({ startDateTime, endDateTime, outputVariables, ...row }) => ({
    ...row,
    startedAt: startDateTime,
    endedAt: endDateTime,
    output: outputVariables,
  }));

const each =
  <T>(what: string, schema: z.ZodType<T>) =>
  (rows: readonly unknown[]): readonly T[] =>
    rows.map((row) => {
      const read = schema.safeParse(row);
      if (read.success) return read.data;
      const where = read.error.issues.map(({ path }) => path.join('.')).join(', ');
      throw new A360Error('respuesta', `A360 envía en la lista de ${what} una fila que no se entiende (${where || 'entera'}).`);
    });

export const readBots: (rows: readonly unknown[]) => readonly Bot[] = each('bots', bot);
export const readDevices: (rows: readonly unknown[]) => readonly Device[] = each('equipos', device);
export const readUsers: (rows: readonly unknown[]) => readonly A360User[] = each('usuarios', user);

const deployed = (row: unknown): boolean => Boolean((row as { readonly deploymentId?: unknown } | null)?.deploymentId);

/** Runs that nobody deployed (a person at the machine) are not ours to know. */
export const readActivity = (rows: readonly unknown[]): readonly Activity[] => each('ejecuciones', activity)(rows.filter(deployed));

const page = z.object({
  list: z.array(z.unknown()),
  page: z.object({ totalFilter: z.coerce.number().int().min(0).catch(0) }).nullish(),
});

/** @param what how the rows are told */
export const readPage = (text: string, what: string): Page => {
  const read = page.safeParse(json(text));
  if (read.success) return { items: read.data.list, totalFilter: read.data.page?.totalFilter ?? 0 };
  throw new A360Error('respuesta', `Lo que A360 contesta no es una lista de ${what}: revise AA_URL.`, { status: 200 });
};

/** undefined = it is no JSON. */
export const json = (text: string): unknown => {
  try {
    // Some servers begin with a mark of the order of bytes.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
};

/** null = the answer brings none. */
export const readToken = (text: string): string | null => z.object({ token: z.string().min(1) }).safeParse(json(text)).data?.token ?? null;

/** null = the answer brings none. */
export const readDeploymentId = (text: string): string | null =>
  z.object({ deploymentId: word }).safeParse(json(text)).data?.deploymentId ?? null;

const idOfRefusal = ['execution_id', 'executionId', 'activity_id', 'activityId', 'id'] as const;
const reasonOfRefusal = [
  'error_response',
  'error_message',
  'errorMessage',
  'message',
  'reason',
  'error',
  'details',
  'error_code',
  'code',
] as const;

const first = (row: Readonly<Record<string, unknown>>, names: readonly string[]): string | null =>
  names.map((name) => row[name]).find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? null;

/** Those A360 would not stop. A refusal that names nobody is everybody's. */
export const readRefusals = (text: string, asked: readonly string[]): readonly { readonly id: string; readonly reason: string }[] => {
  const schema = z.object({ manage_action_errors: z.array(z.union([z.record(z.string(), z.unknown()), z.string()])).nullish() });
  const rows = schema.safeParse(json(text)).data?.manage_action_errors ?? [];
  return rows.flatMap((row) => {
    const fields = typeof row === 'string' ? { message: row } : row;
    const reason = first(fields, reasonOfRefusal) ?? JSON.stringify(fields);
    const named = first(fields, idOfRefusal);
    return (named === null ? asked : [named]).map((one) => ({ id: one, reason }));
  });
};
