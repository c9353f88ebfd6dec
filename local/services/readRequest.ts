import * as v from 'valibot';
import { type JsonObject, NotImplemented, ServiceError } from './jsonService.ts';

/** The message of an issue for which a request is answered with 501. */
export const NOT_SUPPORTED = 'not supported by the stand-in';

/** A request field that the service has and the stand-in does not: a request that names it is answered with 501. */
export const notSupported = v.optional(v.never(NOT_SUPPORTED));

/** Of the values that the service takes, the one that the stand-in does: a request with another is answered with 501. */
export const only = <Value extends string>(supported: NoInfer<Value>) =>
  v.check<Value, string>((value) => value === supported, NOT_SUPPORTED);

/**
 * Reads a request by the schema of its operation.
 *
 * Throws NotImplemented for a field marked `notSupported`, a value that is not the `only` one and whatever else has that
 * message; SerializationException for an unknown field or a wrong JSON type (the service would ignore an unknown field; here
 * it is a misspelt one); and the service's own validation error, `invalid`, for a missing field or a value outside its
 * limits. Every problem is in the message.
 */
export function readRequest<Schema extends v.GenericSchema>(
  operation: string,
  schema: Schema,
  input: JsonObject,
  invalid: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const unsupported = result.issues.find((issue) => issue.message === NOT_SUPPORTED);
  if (unsupported) throw new NotImplemented(`${operation} with ${pathOf(unsupported)}`);
  const malformed = result.issues.filter(isMalformed);
  if (malformed.length > 0) throw new ServiceError('SerializationException', describe(operation, malformed));
  throw new ServiceError(invalid, describe(operation, result.issues));
}

type Issue = v.BaseIssue<unknown>;

function isMalformed(issue: Issue): boolean {
  if (issue.kind !== 'schema') return false;
  if (isUnknownField(issue)) return true;
  if (issue.received === 'undefined' || issue.type === 'never') return false;
  return issue.type !== 'picklist' || typeof issue.input !== 'string';
}

function isUnknownField(issue: Issue): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function describe(operation: string, issues: Issue[]): string {
  const problems = issues.map((issue) => `${pathOf(issue)}: ${problemOf(issue)}`);
  return `${operation}: ${problems.length} problem(s) in the request. ${problems.join('; ')}`;
}

function problemOf(issue: Issue): string {
  if (isUnknownField(issue)) return 'no such field';
  if (issue.kind === 'schema' && issue.received === 'undefined') return 'is required';
  return issue.message;
}

function pathOf(issue: Issue): string {
  return v.getDotPath(issue) ?? 'request';
}
