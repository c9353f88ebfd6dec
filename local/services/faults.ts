import { type Call, type JsonObject, ServiceError } from './jsonService.ts';

/** A failure to inject before a stand-in sees the call. */
export interface Fault {
  /** `X-Amz-Target` up to the dot. */
  target: string;
  operation: string;
  /** The exception's name as the client sees it. */
  error: string;
  message?: string;
  /** HTTP status; by default 400. */
  status?: number;
  /** How many calls fail before the fault is used up; `Infinity` for an outage. */
  times: number;
  /** Narrows the fault to some inputs. */
  when?: (input: JsonObject) => boolean;
}

/** A service that is away: until then, whatever it is asked is answered with a 503. */
export interface Outage {
  /** `X-Amz-Target` up to the dot, `s3` or `supabase`. */
  target: string;
  /** Milliseconds since the epoch, on the stack's clock. */
  until: number;
  /** Narrows the outage: the operation (of S3 the method and the path), the access key id of the caller, the region. */
  when?: (operation: string, accessKeyId: string, region: string) => boolean;
}

export interface RecordedCall {
  target: string;
  operation: string;
  region: string;
  accessKeyId: string;
  /** Milliseconds since the epoch, on the stack's clock. */
  at: number;
}

/** A call of a service: of S3 and Supabase, the operation is the method and the path. */
export interface SeenCall {
  target: string;
  operation: string;
  accessKeyId: string;
  /** The id of the invocation that makes it; undefined for a caller that is no function. */
  invocation: string | undefined;
  /** The request's body; of S3 nothing. */
  input: JsonObject | string | undefined;
}

/** What became of a call. */
export interface CallOutcome extends SeenCall {
  /** The status of the service's own answer; undefined when the service never saw the call. */
  status: number | undefined;
  /** The name of the service's own refusal. */
  error?: string | undefined;
  /** Whether the service's own answer reached the caller. */
  delivered: boolean;
}

/** What happens to one call, before the service sees it or after its effect; what is to be done first is waited for. */
export type Disturbance = { when: 'before' | 'after'; first?: () => void | Promise<void> } & (
  | { kind: 'refuse'; error: string; message?: string; status: number }
  /** The connection is closed without an answer. */
  | { kind: 'reset' }
  /** No answer ever comes: the caller gives up. */
  | { kind: 'hang' }
  /** The answer takes so many milliseconds longer, of real time. */
  | { kind: 'slow'; ms: number }
);

/** Someone who disturbs single calls, invocations and events, and sees what becomes of them. */
export interface Disturber {
  call(call: SeenCall): Disturbance | undefined;
  outcome(outcome: CallOutcome): void;
  /** The error with which an invocation ends, before it begins or after it has done everything. */
  invocation(invocation: { id: string; functionName: string; event: string }): InvocationFault | undefined;
  /** Told of an invocation that ended for its caller while the function may still work: its time was over. */
  timedOut?(id: string): void;
  /** When a queue gets an event, in milliseconds from now: once for each copy, and never for none. */
  event(queueArn: string, body: string): readonly number[];
}

export interface InvocationFault {
  when: 'before' | 'after';
  error: string;
}

/** A long run must not grow without bound; the newest calls are kept. */
const CALLS_KEPT = 10_000;

/** The failures to inject, and the record of who called what: tests read it to count calls. */
export class Faults {
  readonly calls: RecordedCall[] = [];
  disturber: Disturber | undefined;
  readonly #pending: Fault[] = [];
  readonly #outages: Outage[] = [];

  add(fault: Fault): void {
    this.#pending.push({ ...fault });
  }

  addOutage(outage: Outage): void {
    this.#outages.push(outage);
  }

  /** Forgets the faults and outages that are left; the record of calls stays. */
  clear(): void {
    this.#pending.length = 0;
    this.#outages.length = 0;
  }

  isAway(target: string, operation: string, { accessKeyId, region }: Pick<Call, 'accessKeyId' | 'region'>, at: number) {
    return this.#outages.some(
      (outage) =>
        outage.target === target && at < outage.until && (outage.when?.(operation, accessKeyId, region) ?? true),
    );
  }

  count(target: string, operation: string): number {
    return this.calls.filter((call) => call.target === target && call.operation === operation).length;
  }

  /** Records a call and throws the first fault that applies to it. */
  check(target: string, operation: string, input: JsonObject, call: Call, at: number): void {
    this.calls.push({ target, operation, region: call.region, accessKeyId: call.accessKeyId, at });
    if (this.calls.length > CALLS_KEPT) this.calls.shift();
    if (this.isAway(target, operation, call, at)) {
      throw new ServiceError('ServiceUnavailable', `${target} is away`, 503);
    }
    const fault = this.#pending.find(
      (fault) =>
        fault.target === target && fault.operation === operation && fault.times > 0 && (fault.when?.(input) ?? true),
    );
    if (!fault) return;
    fault.times -= 1;
    throw new ServiceError(fault.error, fault.message ?? `injected ${fault.error}`, fault.status ?? 400);
  }
}
