import { type Json, type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';

/** Whether an event (or a part of it) fits. */
export type EventTest = (event: Json | undefined) => boolean;

/** In characters: the default quota, which the service raises to 4,096 on request. */
const SIZE_LIMIT = 2048;

/** The matchers that the service has and the stand-in does not. */
const refused = ['anything-but', 'cidr', 'equals-ignore-case', 'exists', 'numeric', 'suffix', 'wildcard'];

/**
 * Compiles an EventBridge event pattern of plain values and prefixes. Every field of the pattern must fit.
 *
 * Throws InvalidEventPatternException for what the service refuses (an unknown matcher, an empty list, a bare value)
 * and NotImplemented for the other matchers, `$or` and keys with a dot, which the service reads as paths.
 */
export function compilePattern(pattern: JsonObject): EventTest {
  if (JSON.stringify(pattern).length > SIZE_LIMIT) throw invalid(`it is longer than ${SIZE_LIMIT} characters`);
  return compileFields(pattern, '');
}

/** Like compilePattern, from the text that the API takes. */
export function parsePattern(text: string): EventTest {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  if (!isObject(pattern)) throw invalid('it is not an object');
  return compilePattern(pattern);
}

function compileFields(pattern: JsonObject, path: string): EventTest {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw invalid(`${path || 'it'} is empty`);
  const tests = fields.map(([name, value]) => {
    const where = path ? `${path}.${name}` : name;
    if (name === '$or' || name.includes('.')) throw new NotImplemented(`the event pattern key ${name}`);
    const test = compileField(value, where);
    return (event: Json | undefined) => test(isObject(event) ? event[name] : undefined);
  });
  return (event) => tests.every((test) => test(event));
}

function compileField(value: Json | undefined, path: string): EventTest {
  if (Array.isArray(value)) return compileLeaf(value, path);
  if (!isObject(value)) throw invalid(`${path} must be an object or an array`);
  const test = compileFields(value, path);
  // In a list of objects, one object must fit as a whole.
  return (event) => (Array.isArray(event) ? event.some(test) : test(event));
}

function compileLeaf(choices: Json[], path: string): EventTest {
  if (choices.length === 0) throw invalid(`${path} is an empty array`);
  const matches = choices.map((choice) => compileMatcher(choice, path));
  return (event) => leavesOf(event).some((value) => matches.some((match) => match(value)));
}

/** Compiles one member of a pattern's list: a plain value or `{ prefix }`. */
function compileMatcher(choice: Json, path: string): (value: Json) => boolean {
  if (Array.isArray(choice)) throw invalid(`${path}: a list within a list`);
  if (!isObject(choice)) return (value) => value === choice;
  const [name = '', ...more] = Object.keys(choice);
  if (name === '' || more.length > 0) throw invalid(`${path}: a matcher has exactly one name`);
  if (refused.includes(name)) throw new NotImplemented(`the event pattern matcher ${name} (${path})`);
  if (name !== 'prefix') throw invalid(`${path}: Unrecognized match type ${name}`);
  const { prefix } = choice;
  if (isObject(prefix)) throw new NotImplemented(`a matcher inside prefix (${path})`);
  if (typeof prefix !== 'string') throw invalid(`${path}: a matcher takes a text`);
  return (value) => typeof value === 'string' && value.startsWith(prefix);
}

/** The values that matchers look at: a value by itself, or each value of a list. An object is not a value. */
function leavesOf(event: Json | undefined): Json[] {
  if (Array.isArray(event)) return event.flatMap(leavesOf);
  return event === undefined || isObject(event) ? [] : [event];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): ServiceError {
  return new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
