import { type Json, type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';

export function refuse(why: string): ServiceError {
  return new ServiceError('ValidationException', `1 validation error detected: ${why}`);
}

/** Throws NotImplemented for a field that the stand-in would ignore. */
export function refuseOthers(operation: string, input: JsonObject, known: readonly string[]): void {
  const other = Object.keys(input).find((field) => !known.includes(field));
  if (other !== undefined) throw new NotImplemented(`${operation} with ${other}`);
}

export function optionalString(input: JsonObject, field: string): string | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw refuse(`${field} must be a string`);
}

export function requiredString(input: JsonObject, field: string): string {
  const value = optionalString(input, field);
  if (value === undefined || value === '') throw refuse(`${field} must not be null`);
  return value;
}

const allowedName = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}]{1,80}$/u;

/** The name of a state machine or an execution. Throws InvalidName. */
export function checkedName(name: string): string {
  if (allowedName.test(name)) return name;
  throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

/** An ARN of the kind `stateMachine` or `execution`. Throws InvalidArn. */
export function requiredArn(input: JsonObject, field: string, kind: 'stateMachine' | 'execution'): string {
  const arn = requiredString(input, field);
  const parts = arn.split(':');
  const right = parts[0] === 'arn' && parts[2] === 'states' && parts[5] === kind && parts.length >= 7;
  if (!right) throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}' is not the ARN of a ${kind}`);
  return arn;
}

export function oneOf<T extends string>(
  value: string | undefined,
  field: string,
  allowed: readonly T[],
): T | undefined {
  const found = allowed.find((known) => known === value);
  if (value === undefined || found) return found;
  throw refuse(`Value '${value}' at '${field}' must be one of [${allowed.join(', ')}]`);
}

/** Milliseconds to the epoch seconds that the protocol carries. */
export function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/** The fields by which a list is asked for page by page. */
export const paging = ['maxResults', 'nextToken'];
const largestPage = 1000;
const usualPage = 100;

/**
 * One page of a list. The token names the last item shown and the question it belongs to, so a list that grows between
 * two pages repeats nothing. Throws InvalidToken for a token of another question.
 */
export function page<T>(
  input: JsonObject,
  all: T[],
  id: (item: T) => string | number,
): { items: T[]; nextToken?: string } {
  const { nextToken: token, maxResults: _, ...question } = input;
  const first = token === undefined || token === null ? 0 : 1 + indexAfter(token, question, all, id);
  const items = all.slice(first, first + pageSize(input['maxResults']));
  const last = items.at(-1);
  if (last === undefined || first + items.length >= all.length) return { items };
  const next = JSON.stringify([question, id(last)]);
  return { items, nextToken: Buffer.from(next).toString('base64') };
}

function pageSize(value: Json | undefined): number {
  if (value === undefined || value === null || value === 0) return usualPage;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= largestPage) return value;
  throw refuse(`maxResults must be a whole number from 0 to ${largestPage}`);
}

function indexAfter<T>(token: Json, question: JsonObject, all: T[], id: (item: T) => string | number): number {
  const text = typeof token === 'string' ? Buffer.from(token, 'base64').toString() : '';
  const index = all.findIndex((item) => text === JSON.stringify([question, id(item)]));
  if (index < 0) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  return index;
}
