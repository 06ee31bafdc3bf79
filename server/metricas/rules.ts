/** What stands for every value beyond those a label may take. */
export const others = 'otros';

/**
 * Keeps labels from growing without end: the first `most` combinations pass, all later ones become `others`, every part of them.
 * Other programs write the tables these come from.
 */
export const atMost = (most: number): ((...values: readonly string[]) => readonly string[]) => {
  const seen = new Set<string>();
  return (...values) => {
    const clean = values.map(labelOf);
    const key = clean.join('\n');
    if (!seen.has(key)) {
      if (seen.size >= most) return values.map(() => others);
      seen.add(key);
    }
    return clean;
  };
};

const longestLabel = 80;

/** A value as a label: of one line, and short. */
const labelOf = (value: string): string => value.replace(/\s+/g, ' ').trim().slice(0, longestLabel);

/** The word of a failure; whatever is no word of ours says nothing. */
export const codeLabel = (code: string | null | undefined): string => {
  if (code === null || code === undefined) return '';
  return /^[a-z][a-z0-9_]{0,63}$/.test(code) ? code : others;
};

/** What is asked of A360, by its path; the version of the path says nothing. */
export const callLabel = (path: string): string => calls[path.replace(/^\/v\d+/, '')] ?? others;

const calls: Readonly<Record<string, string>> = {
  '/authentication': 'login',
  '/repository/workspaces/public/files/list': 'list_bots',
  '/devices/list': 'list_devices',
  '/usermanagement/users/list': 'list_users',
  '/activity/list': 'list_activity',
  '/activity/manage': 'stop_runs',
  '/automations/deploy': 'deploy',
};

/** How a request to A360 ended; `null` = no whole answer came. */
export const callOutcome = (status: number | null): string => {
  if (status === null) return 'unreachable';
  if (status < 400) return 'ok';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rate_limited';
  return status < 500 ? 'refused' : 'server_error';
};

/** What became of a callback: the room's own word, or that of the status it was refused with. */
export const callbackLabel = (result: string): string => refusals[result] ?? (/^\d+$/.test(result) ? others : result);

const refusals: Readonly<Record<string, string>> = {
  '400': 'not_valid',
  '401': 'unauthorized',
  '403': 'forbidden',
  '405': 'method_not_allowed',
  '413': 'too_large',
  '503': 'unavailable',
};

/** Seconds from one stored instant to another; never less than none. null = one of them is missing or cannot be read. */
export const secondsBetween = (from: unknown, to: unknown): number | null => {
  if (typeof from !== 'string' || typeof to !== 'string') return null;
  const ms = Date.parse(to) - Date.parse(from);
  return Number.isNaN(ms) ? null : Math.max(0, ms / 1000);
};

/** A name people know and, since names repeat, nothing else to tell two robots apart: their durations go together. */
export const robotLabel = (name: unknown, id: unknown): string => String(name || id || others);

/** «Control Room (A360)» → `control_room_a360`. */
export const doorLabel = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
