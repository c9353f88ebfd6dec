type Fields = Readonly<Record<string, unknown>>;

/** A function's name as logical ids begin with it: `StoreResults` of `storeResults`. */
export const capitalize = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** A document in which each text is what `change` makes of it. */
export function mapStrings(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, mapStrings(content, change)]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
