import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallOutcome, Disturbance, Faults, SeenCall } from './faults.ts';
import { ServiceError } from './jsonService.ts';

/** A call whose answer never comes from the service: the connection is closed, or stays silent. */
export class Unanswered extends Error {}

/** How a stand-in asks what happens to a call, and reports what became of it. */
export interface Disturbed {
  /** @throws ServiceError for a refusal, Unanswered when the caller gets no answer */
  before(): Promise<void>;
  after(): Promise<void>;
  /** Whether the service's own answer never goes out. */
  isLost: boolean;
}

export function disturbed(faults: Faults, call: SeenCall, response: ServerResponse): Disturbed {
  const disturbance = faults.disturber?.call(call);
  const at = async (when: Disturbance['when']) => {
    if (disturbance?.when === when) await act(disturbance, response);
  };
  return {
    before: () => at('before'),
    after: () => at('after'),
    isLost: disturbance?.when === 'after' && disturbance.kind !== 'slow',
  };
}

async function act(disturbance: Disturbance, response: ServerResponse): Promise<void> {
  await disturbance.first?.();
  if (disturbance.kind === 'slow') {
    await pause(disturbance.ms);
    return;
  }
  if (disturbance.kind === 'refuse') {
    const { error, message = `injected ${error}`, status } = disturbance;
    throw new ServiceError(error, message, status);
  }
  if (disturbance.kind === 'hang' && !response.destroyed) await new Promise((gone) => response.once('close', gone));
  response.destroy();
  throw new Unanswered();
}

/** Reports a call once its answer has gone out, or can no longer. */
export function report(
  { disturber }: Faults,
  call: Omit<CallOutcome, 'delivered'>,
  { isLost }: Disturbed,
  response: ServerResponse,
): void {
  if (!disturber) return;
  const tell = () => disturber.outcome({ ...call, delivered: !isLost && response.writableFinished });
  if (response.closed || response.destroyed) tell();
  else response.once('close', tell);
}

/** The invocation that a function's clients name in each call, as X-Ray has them do. */
export function invocationOf(headers: IncomingHttpHeaders): string | undefined {
  const [, begin, end] = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(String(headers['x-amzn-trace-id'] ?? '')) ?? [];
  return begin && end && begin + end;
}

/** The header that names an invocation, whose id is a UUID. */
export function traceOf(id: string): string {
  const hex = id.replaceAll('-', '');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8)};Sampled=0`;
}
