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

/** What a worker is sent: whoever claims it first, the worker or the runtime that is tired of waiting, has it. */
export interface Offer {
  invocation: Invocation;
  claim: Claim;
}

export type Claim = Int32Array<SharedArrayBuffer>;

export const toClaim = (): Claim => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Whether the claim is the caller's: only the first one's is. */
export const take = (claim: Claim): boolean => Atomics.compareExchange(claim, 0, 0, 1) === 0;

export interface Failure {
  /** The error's name, which Step Functions compares. */
  error: string;
  /** JSON: `{ errorType, errorMessage, trace }`. */
  cause: string;
}

export type Report = { id: string; cpuMs: number } /** The worker takes invocations from now on; `id` is empty. */ & (
  | { kind: 'ready' }
  | { kind: 'started' }
  /** `payload` is JSON. */
  | { kind: 'done'; payload: string }
  | ({ kind: 'failed' } & Failure)
);

export function failure(errorType: string, errorMessage: string, trace: string[] = []): Failure {
  return { error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace }) };
}
