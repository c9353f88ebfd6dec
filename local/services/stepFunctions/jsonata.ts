import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import type { Clock } from '../clock.ts';
import type { Json } from '../jsonService.ts';

/** The expression of a template string, or undefined when the string is a plain one. */
export function expressionOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{%') || !value.endsWith('%}') || value.length < 4)
    return undefined;
  return value.slice(2, -2).trim();
}

/** Why an expression would be refused at creation; undefined when it is fine. */
export function expressionProblem(expression: string): string | undefined {
  try {
    return callsEval(jsonata(expression).ast()) ? '$eval is not available, $parse reads JSON' : undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function callsEval(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('type' in node && node.type === 'variable' && 'value' in node && node.value === 'eval') return true;
  return Object.values(node).some(callsEval);
}

/** An expression that failed; `location` is the path of the field inside its state, e.g. `Output/turns`. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly location: string;

  constructor(location: string, message: string) {
    super(message);
    this.location = location;
  }
}

/** Fills a template: every string that is an expression as a whole is replaced by its value. Throws QueryError. */
export type Fill = (template: Json, location: string, variables: Record<string, Json>) => Promise<Json>;

/** The query language of the machines: JSONata 2.0.6 with the functions that Step Functions adds and removes. */
export function createQueries(options: { clock: Clock; random: () => number }): Fill {
  const functions = serviceFunctions(options);
  const compiled = new Map<string, jsonata.Expression>();

  async function evaluate(expression: string, location: string, variables: Record<string, Json>): Promise<Json> {
    let value: unknown;
    try {
      const query = compiled.get(expression) ?? jsonata(expression);
      compiled.set(expression, query);
      value = await query.evaluate(undefined, { ...functions, ...variables });
    } catch (error) {
      throw new QueryError(location, `the expression '${expression}' failed: ${messageOf(error)}`);
    }
    if (value === undefined) throw new QueryError(location, `the expression '${expression}' gave nothing (undefined)`);
    try {
      return plain(value);
    } catch (error) {
      throw new QueryError(location, `the expression '${expression}' gave ${messageOf(error)}`);
    }
  }

  return async function fill(template, location, variables): Promise<Json> {
    const expression = expressionOf(template);
    if (expression !== undefined) return evaluate(expression, location, variables);
    if (typeof template !== 'object' || template === null) return template;
    const keys = Object.keys(template);
    const values: Json[] = [];
    for (const [index, part] of Object.values(template).entries()) {
      values.push(await fill(part ?? null, `${location}/${keys[index]}`, variables));
    }
    return Array.isArray(template) ? values : Object.fromEntries(keys.map((key, index) => [key, values[index]]));
  };
}

/** JSONata's sequences carry marks of their own and its objects may hold functions: only JSON leaves an expression. */
function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object' || '_jsonata_function' in value || '_jsonata_lambda' in value) {
    throw new TypeError(`a value that JSON cannot carry (${typeof value === 'object' ? 'function' : typeof value})`);
  }
  const known = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(known.map(([key, part]) => [key, plain(part)]));
}

const hashes = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

const largestArray = 1000;

function serviceFunctions(options: { clock: Clock; random: () => number }) {
  return {
    // Bound to nothing, so that it hides JSONata's own.
    eval: undefined,
    now: async (picture?: string, timezone?: string): Promise<unknown> =>
      jsonata('$fromMillis($at, $picture, $timezone)').evaluate(undefined, {
        at: options.clock.now(),
        picture,
        timezone,
      }),
    millis: () => options.clock.now(),
    random: (seed?: number) => (seed === undefined ? options.random() : seeded(seed)),
    uuid: () => randomUUID(),
    parse: (text?: string): unknown => (text === undefined ? undefined : JSON.parse(text)),
    hash: (content?: string, algorithm = 'SHA-256') => {
      const name = hashes.get(algorithm);
      if (name === undefined) throw new RangeError(`$hash knows ${[...hashes.keys()].join(', ')}, not ${algorithm}`);
      return content === undefined ? undefined : createHash(name).update(content).digest('hex');
    },
    partition: (array?: unknown[], size?: number) => {
      if (array === undefined) return undefined;
      const step = positive(size, '$partition');
      return Array.from({ length: Math.ceil(array.length / step) }, (_, n) => array.slice(n * step, (n + 1) * step));
    },
    range: (first: number, last: number, step = 1) => {
      const length = Math.max(0, Math.floor((last - first) / step) + 1);
      if (!Number.isInteger(length)) throw new RangeError('$range takes a first, a last and a step other than 0');
      if (length > largestArray) throw new RangeError(`$range makes at most ${largestArray} numbers, not ${length}`);
      const numbers = Array.from({ length }, (_, n) => first + n * step);
      // A sequence of one is its member, as everywhere in JSONata.
      return numbers.length === 1 ? numbers[0] : numbers;
    },
  };
}

function positive(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`${name} takes a positive whole number`);
}

/** The same seed gives the same number; which number it is differs from the service. (mulberry32) */
function seeded(seed: number): number {
  let t = (seed + 0x6d2b79f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** JSONata throws plain objects with a `message` that may quote the value: it is cut, because it ends up in logs. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return 'unknown error';
  return String(error.message).slice(0, 500);
}
