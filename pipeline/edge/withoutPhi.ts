import { PipelineError } from '../errors.ts';

/** Our own errors, whose messages are safe for anybody to read. */
const ownErrors = new Set(['CodeTableInvalid', 'ConfigurationInvalid', 'SupabaseRefused']);

/**
 * An error's message may repeat the text that was sent or the row that was refused. Only the name of an unexpected
 * error and the place where it was thrown are passed on. The name stays, because the state machine matches it.
 * @param where the step or the route that it came from
 */
export function withoutPhi(where: string, error: unknown): Error {
  if (error instanceof PipelineError) return error;
  if (!(error instanceof Error)) return named('UnexpectedError', `${where} threw a ${typeof error}`);
  if (ownErrors.has(error.name)) return error;
  const place = /\(?([^/\\()\s]+:\d+:\d+)\)?/.exec(error.stack?.split('\n    at ')[1] ?? '')?.[1] ?? 'unknown place';
  return named(error.name, `unexpected in ${where} at ${place}`);
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
