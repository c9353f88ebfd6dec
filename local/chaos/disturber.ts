import { setTimeout as pause } from 'node:timers/promises';
import type { VirtualClock } from '../services/clock.ts';
import type { CallOutcome, Disturbance, Disturber, InvocationFault, SeenCall } from '../services/faults.ts';
import type { Stack } from '../stack/stack.ts';
import { hasChat } from './chatPlan.ts';
import { canary } from './meetings.ts';
import { callNumber, type Fault, type Harm, type Level, levelOf } from './harms.ts';
import { type Schedule } from './schedule.ts';

/** A call of a function, and what became of it. */
export interface Seen extends CallOutcome {
  recording: number;
  functionName: string;
  /** Whether its function was dead by the time of the answer. */
  isDead: boolean;
}

interface Invocation {
  id: string;
  recording: number;
  functionName: string;
  isDead: boolean;
}

/** How each service says that it is too busy. */
const busy: Readonly<Record<string, [error: string, status: number]>> = {
  s3: ['SlowDown', 503],
  supabase: ['TooManyRequests', 429],
  DynamoDB_20120810: ['ProvisionedThroughputExceededException', 400],
  ComprehendMedical_20181030: ['TooManyRequestsException', 400],
  Transcribe: ['LimitExceededException', 429],
  chime: ['ThrottlingException', 429],
};

/** After these, the service's own answer arrives nowhere. */
const silences = new Set<Harm>(['reset', 'hang', 'failed-after', 'lost-after', 'hang-after']);

/** The errors of functions that die while they make a call. */
const deaths: Partial<Record<Harm, string>> = {
  'exit-before': 'Runtime.ExitError',
  'exit-after': 'Runtime.ExitError',
  'memory-after': 'Runtime.OutOfMemory',
};

const failed = { kind: 'refuse', error: 'InternalServerError', status: 500 } as const;
const disturbances: Partial<Record<Harm, PlainDisturbance>> = {
  failed,
  'failed-after': failed,
  reset: { kind: 'reset' },
  'lost-after': { kind: 'reset' },
  hang: { kind: 'hang' },
  'hang-after': { kind: 'hang' },
  slow: { kind: 'slow', ms: 50 },
};
type PlainDisturbance = typeof failed | { kind: 'reset' | 'hang' } | { kind: 'slow'; ms: number };

/** Of real time, between two steps of a clock that is set forward. */
const stepMs = 20;

const invocationFaults: Partial<Record<Harm, InvocationFault>> = {
  'dead-before': { when: 'before', error: 'Runtime.ExitError' },
  'dead-after': { when: 'after', error: 'Runtime.ExitError' },
  'timeout-after': { when: 'after', error: 'Sandbox.Timedout' },
  broken: { when: 'before', error: 'TypeError' },
};

/** Does to the stack what a schedule says, and keeps what its functions' calls came to. */
export class Chaos implements Disturber {
  readonly seen: Seen[] = [];
  /** The errors of the invocations that failed by the schedule, and every message of a queue. */
  readonly messages: string[] = [];
  readonly hits = new Set<Fault>();
  /** Events that are still to come. */
  pending = 0;
  #timedOut = 0;
  readonly #stack: Stack;
  readonly #stop: (recording: number) => void;
  readonly #faults: readonly Fault[];
  readonly #clock: VirtualClock;
  readonly #ofCall: ReadonlySet<string>;
  readonly #invocations = new Map<string, Invocation>();
  readonly #counts = new Map<string, number>();
  readonly #away = new Map<string, number>();
  /** What names a recording, in an event: its key, and once it is known its id. */
  readonly #names: [name: string, number: number][] = [];

  /** @param stop stops the executions of a recording */
  constructor(stack: Stack, { faults, call }: Schedule, stop: (recording: number) => void) {
    this.#stack = stack;
    this.#stop = stop;
    this.#faults = faults;
    this.#clock = stack.clock as VirtualClock;
    this.#ofCall = new Set(['sweepMeetings', ...(call && hasChat(call) ? ['deliverMessages'] : [])]);
    for (const { at, service, minutes = 0 } of faults) {
      if (service !== undefined && at[2] === 0) this.#away.set(service, this.#clock.now() + minutes * 60_000);
    }
  }

  /**
   * Calls whose answers did not arrive though nothing kept them, and functions that ran out of time: a busy machine is too
   * slow for hurried ones.
   */
  get unanswered(): number {
    const lost = this.seen.filter(({ delivered, isDead }) => !delivered && !isDead);
    const meant = [...this.hits].filter(({ do: harm }) => silences.has(harm));
    return Math.max(0, lost.length - meant.length) + this.#timedOut;
  }

  name(number: number, ...names: string[]): void {
    for (const name of names) this.#names.push([name, number]);
  }

  call(call: SeenCall): Disturbance | undefined {
    const invocation = this.#invocations.get(call.invocation ?? '');
    if (!invocation) return undefined;
    if (invocation.isDead) return { when: 'before', kind: 'reset' };
    const { recording, functionName, id } = invocation;
    const carriesWords = JSON.stringify(call.input ?? '').includes(canary);
    const echo = carriesWords ? this.#at('words', recording, '') : undefined;
    const ofService = this.#at('call', recording, call.target);
    // Of a database, the operation is the method and the path.
    const ofOperation = this.#at('call', recording, call.operation.split('/').at(-1) ?? '');
    const fault = this.#at('call', recording, functionName) ?? ofService ?? ofOperation ?? echo;
    if (fault?.do === 'away') {
      this.#away.set(fault.service ?? call.target, this.#clock.now() + (fault.minutes ?? 1) * 60_000);
    }
    if ((this.#away.get(call.target) ?? 0) > this.#clock.now()) {
      return { when: 'before', kind: 'refuse', error: 'ServiceUnavailable', status: 503 };
    }
    return fault && this.#toDisturbance(fault, call, id);
  }

  outcome(outcome: CallOutcome): void {
    const invocation = this.#invocations.get(outcome.invocation ?? '');
    if (!invocation) return;
    const { recording, functionName, isDead } = invocation;
    this.seen.push({ ...outcome, recording, functionName, isDead });
  }

  invocation({ id, functionName, event }: { id: string; functionName: string; event: string }) {
    // A schedule's event names no recording: what it does counts as the first one's, or as the call's or its chat's.
    const ofSchedule = this.#ofCall.has(functionName) ? callNumber : 0;
    const recording = this.#numberOf(event) ?? (event.includes('"Scheduled Event"') ? ofSchedule : undefined);
    if (recording === undefined) return undefined;
    const hex = id.replaceAll('-', '');
    const invocation = { id: hex, recording, functionName, isDead: false };
    this.#invocations.set(hex, invocation);
    const fault = this.#at('invocation', recording, functionName);
    return fault && invocationFaults[fault.do];
  }

  /** A clock that is set forward on a busy machine ends a function in the middle of its work: what it had is lost. */
  timedOut(id: string): void {
    const hex = id.replaceAll('-', '');
    if (this.#invocations.get(hex)?.isDead === false) this.#timedOut += 1;
    for (const call of this.seen) if (call.invocation === hex) call.isDead = true;
  }

  event(queueArn: string, body: string): readonly number[] {
    this.messages.push(body);
    const functionName = this.#stack.deployment.functions.find(({ queue }) => queue?.arn === queueArn)?.name ?? '';
    const recording = this.#numberOf(body);
    const fault = recording === undefined ? undefined : this.#at('event', recording, functionName);
    const delays = fault ? this.#delays(fault, queueArn) : [0];
    for (const ms of delays) if (ms > 0) this.#expect(ms);
    return delays;
  }

  #delays(fault: Fault, queueArn: string): readonly number[] {
    const ms = (fault.minutes ?? 0) * 60_000;
    if (fault.do === 'never') return [];
    if (fault.do === 'twice') return [0, 0];
    if (fault.do === 'late') return [ms];
    if (fault.do === 'poison') this.#stack.send(queueArn, 'not JSON');
    return fault.do === 'twice-late' ? [0, ms] : [0];
  }

  #expect(ms: number): void {
    this.pending += 1;
    void this.#clock.sleep(ms + 1).then(() => (this.pending -= 1));
  }

  #numberOf(text: string): number | undefined {
    return this.#names.find(([name]) => text.includes(name))?.[1];
  }

  /** Counts, and finds the fault that is due now. */
  #at(level: Level, recording: number, functionName: string): Fault | undefined {
    const key = `${level} ${recording} ${functionName}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const fault = this.#faults.find(
      ({ at, do: harm }) => at[0] === recording && at[1] === functionName && at[2] === count && levelOf(harm) === level,
    );
    if (fault) this.hits.add(fault);
    return fault;
  }

  #toDisturbance(
    { do: harm, minutes = 1, at: [recording] }: Fault,
    { target, input }: SeenCall,
    id: string,
  ): Disturbance | undefined {
    const when = harm.endsWith('-after') ? 'after' : 'before';
    const death = deaths[harm];
    if (death !== undefined) {
      this.#kill(id, death);
      return { when, kind: 'reset' };
    }
    if (harm === 'throttled') {
      const [error, status] = busy[target] ?? ['ThrottlingException', 400];
      return { when, kind: 'refuse', error, status };
    }
    if (harm === 'jump-after') {
      return { when, kind: 'slow', ms: 150, first: () => void this.#pass(minutes * 60_000) };
    }
    if (harm === 'echo') {
      return { when, kind: 'refuse', error: 'ValidationException', status: 400, message: JSON.stringify(input) };
    }
    if (harm === 'stop') this.#stop(recording);
    const plain = disturbances[harm];
    return plain && { when, ...plain };
  }

  /** Time passes in two steps: what the first one lets begin may end with the second. */
  async #pass(ms: number): Promise<void> {
    this.#clock.jump(ms / 10);
    await pause(stepMs);
    this.#clock.jump(ms - ms / 10);
  }

  #kill(id: string, error: string): void {
    const invocation = this.#invocations.get(id);
    if (invocation) invocation.isDead = true;
    this.#stack.lambda.abandon(id, error);
  }
}
