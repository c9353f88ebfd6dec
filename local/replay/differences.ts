/** The lines about one document; more differences are only counted. */
const longest = 40;

/**
 * Where two documents differ, by the path of each value: `turns.3.role: "patient" → "clinician"`. A document that was
 * not there before is one difference.
 */
export function differencesOf(before: unknown, after: unknown): string[] {
  if (before === undefined) return ['the first run did not write the document'];
  const lines = [...walk(before, after, '')];
  const more = lines.length - longest;
  return more > 0 ? [...lines.slice(0, longest), `and ${more.toLocaleString('en-US')} more`] : lines;
}

function* walk(before: unknown, after: unknown, path: string): Generator<string> {
  if (!isObject(before) || !isObject(after) || Array.isArray(before) !== Array.isArray(after)) {
    if (JSON.stringify(before) !== JSON.stringify(after)) yield `${path}: ${show(before)} → ${show(after)}`;
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    yield* walk(before[key], after[key], path === '' ? key : `${path}.${key}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
