/** The messages between the runtime and its worker thread. */

export interface Invocation {
  id: string;
  functionName: string;
  /** `file:` URL of the module and the name of its export. */
  module: string;
  export: string;
  /** As it was configured, for error messages. */
  handler: string;
  /** JSON. */
  event: string;
  arn: string;
  memoryMb: number;
  timeoutSeconds: number;
  /** The time at which it begins, in milliseconds since the epoch. */
  now: number;
  /** The function's whole environment. */
  env: Record<string, string>;
}

export interface Failure {
  /** The error's name, which Step Functions compares. */
  error: string;
  /** JSON: `{ errorType, errorMessage, trace }`. */
  cause: string;
}

export type Report = { id: string; cpuMs: number } & (
  | { kind: 'started' }
  /** `payload` is JSON. */
  | { kind: 'done'; payload: string }
  | ({ kind: 'failed' } & Failure)
);

export function failure(errorType: string, errorMessage: string, trace: string[] = []): Failure {
  return { error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace }) };
}
