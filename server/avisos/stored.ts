/** JSON a column holds; other programs may have written there: what does not read is nothing. */
const parsed = (json: unknown): unknown => {
  try {
    return JSON.parse(String(json));
  } catch {
    return null;
  }
};

/** `datos` of an aviso. */
export const parsedObject = (json: unknown): Readonly<Record<string, string>> => {
  const value = parsed(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
};

/** `acciones` of an aviso. */
export const parsedList = (json: unknown): readonly string[] => {
  const value = parsed(json);
  return Array.isArray(value) ? value.map(String) : [];
};
