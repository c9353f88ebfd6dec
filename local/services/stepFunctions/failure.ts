import type { Json } from '../jsonService.ts';

/** Largest input, output, result or variable that Step Functions carries, in UTF-8 bytes of its JSON text. */
export const dataLimit = 262_144;

/**
 * `States.ALL` and `States.TaskFailed` do not match these: such a failure is caught by its own name or ends the run.
 * So the service's documentation says. The result of a Lambda function is recorded as an exception to it (task.ts).
 */
const terminal = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** The failure of a state: Retry and Catch compare it, and the execution fails with it when neither takes it. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string | undefined;
  readonly reason: string | undefined;
  /** Another name by which it is taken. */
  readonly alias: string | undefined;

  constructor(error: string | undefined, reason?: string, alias?: string) {
    super(`${error ?? 'no error name'}: ${reason ?? 'no cause'}`);
    this.error = error;
    this.reason = reason;
    this.alias = alias;
  }

  /** The value of `$states.errorOutput`. A timeout has an empty cause; a callback that named nothing has two nulls. */
  get output(): { Error: string | null; Cause: string | null } {
    if (this.error === undefined) return { Error: null, Cause: this.reason ?? null };
    return { Error: this.error, Cause: this.reason ?? '' };
  }

  /** The fields `error` and `cause` as history events and answers carry them: absent when there is none. */
  get details(): { error?: string; cause?: string } {
    return {
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.reason === undefined ? {} : { cause: this.reason }),
    };
  }

  /** Whether a retrier or catcher with these `ErrorEquals` takes the failure. */
  matches(errorEquals: string[]): boolean {
    return errorEquals.some((pattern) => this.#is(pattern));
  }

  #is(pattern: string): boolean {
    if (pattern === this.error || pattern === this.alias) return true;
    if (this.error !== undefined && terminal.has(this.error)) return false;
    return pattern === 'States.ALL' || (pattern === 'States.TaskFailed' && this.error !== 'States.Timeout');
  }
}

/** The JSON text of a value that leaves or enters a state. Throws States.DataLimitExceeded beyond 256 KiB. */
export function toText(value: Json, what: string): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes <= dataLimit) return text;
  throw new StateFailure('States.DataLimitExceeded', `${what} has ${bytes} bytes of JSON, the limit is ${dataLimit}`);
}
