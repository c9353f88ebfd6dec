import { type Json, type JsonObject, ServiceError } from '../jsonService.ts';
import { compileMatcher, type Match } from './matchers.ts';

/** Whether an event (or a part of it) fits. */
export type EventTest = (event: Json | undefined) => boolean;

const SIZE_LIMIT = 4096;

/**
 * Compiles an EventBridge event pattern. Every field of the pattern must fit; `$or` takes alternatives at any level.
 *
 * Throws InvalidEventPatternException for what the service refuses (an unknown matcher, an empty list, a bare value)
 * and NotImplemented for `cidr`.
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
    if (name === '$or') return compileOr(value, where);
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
  const matches: Match[] = choices.map((choice) => compileMatcher(choice, path));
  return (event) => {
    const values = leavesOf(event);
    return matches.some((match) => (match.absent ? values.length === 0 : values.some(match.value)));
  };
}

function compileOr(value: Json | undefined, path: string): EventTest {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    throw invalid(`${path} must be an array of at least two objects`);
  }
  const tests = value.map((choice) => compileFields(choice, path));
  return (event) => tests.some((test) => test(event));
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
