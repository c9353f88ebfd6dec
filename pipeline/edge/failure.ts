import { PipelineError } from '../errors.ts';

/** Names by which AWS services say "too fast". Not every client models its own, so they are matched by name. */
const throttles = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionConflictException',
]);

/** Names of network faults: the request may never have arrived. */
const networkFaults = new Set(['RequestTimeout', 'TimeoutError', 'NetworkingError', 'AbortError', 'FetchError']);
const networkCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * Makes a request and gives its transient failures the names that the workflow retries. Every other error passes as it
 * is; the door keeps its message, which may repeat the request, out of logs and history.
 * @throws PipelineError Throttled, ServiceUnavailable
 */
export async function request<T>(service: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw toFailure(service, error);
  }
}

function toFailure(service: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { $metadata, code } = error as Error & { $metadata?: { httpStatusCode?: number }; code?: string };
  const status = $metadata?.httpStatusCode ?? 0;
  if (throttles.has(error.name) || status === 429) {
    return new PipelineError('Throttled', `${service} answered ${error.name}`);
  }
  if ((status >= 500 && status !== 501) || networkFaults.has(error.name) || networkCodes.has(code ?? '')) {
    return new PipelineError('ServiceUnavailable', `${service} answered ${code ?? error.name}`);
  }
  return error;
}

/** Whether an error has one of these names. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
