import type { Clock } from '../clock.ts';
import { type Json, type JsonObject, ServiceError } from '../jsonService.ts';
import type { Machine } from './definition.ts';
import { contextOf, type ExecutionRecord, type Progress } from './executionRecord.ts';
import { StateFailure } from './failure.ts';
import { History, HistoryFull } from './history.ts';
import { runBlock } from './interpreter.ts';
import { createQueries, type Fill } from './jsonata.ts';
import type { Machines, Revision } from './machines.ts';
import { checkReached, isRepeated, notRedrivable } from './redrive.ts';
import { type InvokeResult, type Run, type Thread, Variables } from './run.ts';
import type { Store } from './store.ts';
import { Tokens } from './tokens.ts';

export interface ExecutionsOptions {
  clock: Clock;
  region: string;
  random: () => number;
  invoke: (functionName: string, payload: Json) => Promise<InvokeResult>;
  machines: Machines;
  store: Store<ExecutionRecord>;
}

interface Running {
  record: ExecutionRecord;
  history: History;
  stop: AbortController;
}

/** The name of a closed execution can be used again after this time. */
const nameKept = 90 * 24 * 3600 * 1000;

/** The reason with which a running execution is stopped: nothing in it may go on, and nothing more of it is written. */
class ExecutionClosed extends Error {
  override readonly name = 'ExecutionClosed';
}

/** The executions of all machines: starts and ends them. */
export class Executions {
  readonly tokens: Tokens;
  readonly #options: ExecutionsOptions;
  readonly #fill: Fill;
  readonly #records = new Map<string, ExecutionRecord>();
  readonly #running = new Map<string, Running>();
  #idle: (() => void)[] = [];

  constructor(options: ExecutionsOptions) {
    this.#options = options;
    this.#fill = createQueries(options);
    this.tokens = new Tokens((arn) => this.#records.has(arn));
    for (const record of options.store.load()) this.#records.set(record.arn, record);
  }

  /**
   * Lets the executions go on that ran when their process died, each where it was saved last. Its own timeout counts
   * anew, as after a redrive: the time until now was not its own. Returns their names.
   */
  resume(): string[] {
    const wereRunning = this.all.filter(({ arn, status }) => status === 'RUNNING' && !this.#running.has(arn));
    for (const record of wereRunning) {
      const last = record.redrive ? record.events.length : 0;
      void this.#drive(this.#track(record), record.reached?.previous ?? last);
    }
    return wereRunning.map(({ name }) => name);
  }

  /** Resolves once everything that has happened so far would outlive the process. */
  saved(): Promise<void> {
    return this.#options.store.settled();
  }

  /** How many executions run. */
  get running(): number {
    return this.#running.size;
  }

  get all(): ExecutionRecord[] {
    return [...this.#records.values()];
  }

  get(arn: string): ExecutionRecord {
    const record = this.#records.get(arn);
    if (record) return record;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  /** Lets an execution that has ended go from memory, with its name and its history. */
  forget(arn: string): void {
    if (!this.#running.has(arn)) this.#records.delete(arn);
  }

  /** Starts an execution, or returns the running one of the same name and input. Throws ExecutionAlreadyExists. */
  start(arn: string, name: string, revision: Revision, input: string): ExecutionRecord {
    const now = this.#options.clock.now();
    const there = this.#records.get(arn);
    if (there?.status === 'RUNNING' && there.input === input) return there;
    if (there && now - (there.stoppedAt ?? now) < nameKept) {
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const record: ExecutionRecord = {
      arn,
      name,
      revision,
      status: 'RUNNING',
      startedAt: now,
      input,
      events: [],
    };
    const started = { input, inputDetails: { truncated: false }, roleArn: revision.roleArn };
    const running = this.#open(record, 'ExecutionStarted', { executionStartedEventDetails: started });
    // The first state follows no event, as in the service's own histories.
    void this.#drive(running, 0);
    return record;
  }

  /** Ends a running execution; one that has ended stays as it is. */
  stop(arn: string, details: { error?: string; cause?: string }): ExecutionRecord {
    const record = this.get(arn);
    const running = this.#running.get(arn);
    if (running) this.#close(running, 'ABORTED', 0, details);
    return record;
  }

  /**
   * Lets an execution that failed, was aborted or timed out go on in the state that it had reached, with that state's
   * input, and its timeout counts anew. Throws ExecutionNotRedrivable.
   */
  redrive(arn: string, token: string | undefined): ExecutionRecord {
    const record = this.get(arn);
    const now = this.#options.clock.now();
    if (isRepeated(record, token, now)) return record;
    const reason = notRedrivable(record, now);
    if (reason !== undefined) throw new ServiceError('ExecutionNotRedrivable', `${reason}: '${arn}'`);
    checkReached(record, this.#options.machines.machineOf(record.revision));
    const { stoppedAt: _, output: __, error: ___, cause: ____, reached, ...kept } = record;
    const from = reached && { state: reached.state, input: reached.input, variables: reached.variables };
    const count = (record.redrive?.count ?? 0) + 1;
    const redrive = { count, at: now, ...(token !== undefined && { token }) };
    const running = this.#open(
      { ...kept, ...(from && { reached: from }), status: 'RUNNING', redrive },
      'ExecutionRedriven',
      {
        executionRedrivenEventDetails: { redriveCount: count },
      },
    );
    void this.#drive(running, record.events.length);
    return running.record;
  }

  /** Resolves when no execution is running. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Leaves the running executions where they are. On disk they stay RUNNING, so the next start lets them go on. */
  async shutDown(): Promise<void> {
    for (const { stop } of this.#running.values()) stop.abort(new ExecutionClosed());
    this.#running.clear();
    this.#tellIdle();
    await this.#options.store.settled();
  }

  #open(record: ExecutionRecord, type: string, details: JsonObject): Running {
    const running = this.#track(record);
    running.history.add(type, 0, details);
    void this.#options.store.save(record.arn, record);
    return running;
  }

  #track(record: ExecutionRecord): Running {
    const { clock } = this.#options;
    const running = { record, history: new History(() => clock.now(), record.events), stop: new AbortController() };
    this.#records.set(record.arn, record);
    this.#running.set(record.arn, running);
    return running;
  }

  /** @param previous the event that the first one follows */
  async #drive(running: Running, previous: number) {
    const { record, history, stop } = running;
    const { machines, region, clock, random, invoke } = this.#options;
    const machine = machines.machineOf(record.revision);
    const shared = { region, clock, random, invoke, tokens: this.tokens, fill: this.#fill, runBlock };
    const run: Run = { ...shared, executionArn: record.arn, history, context: contextOf(record) };
    const from = record.reached;
    const variables = new Variables(undefined, from?.variables);
    const reaches = (state: string, input: Json) => void (record.reached = { state, input, variables: variables.all });
    const keep = (progress: Progress) => this.#keep(running, progress, thread.previous);
    const thread: Thread = { previous, variables, signal: stop.signal, reaches, keep };
    void this.#expire(running, machine);
    try {
      const input = from ? from.input : (JSON.parse(record.input) as Json);
      const output = await runBlock(run, thread, machine, input, from);
      this.#close(running, 'SUCCEEDED', thread.previous, { output: JSON.stringify(output) });
    } catch (error) {
      if (!stop.signal.aborted) this.#close(running, 'FAILED', thread.previous, failureOf(error));
    }
  }

  /** Saves how far a running execution is. */
  #keep({ record, stop }: Running, progress: Progress, previous: number): Promise<void> {
    if (stop.signal.aborted || !record.reached) return Promise.resolve();
    record.reached = { ...record.reached, progress, previous };
    return this.#options.store.save(record.arn, record);
  }

  async #expire(running: Running, { TimeoutSeconds }: Machine): Promise<void> {
    if (TimeoutSeconds === undefined) return;
    try {
      await this.#options.clock.sleep(TimeoutSeconds * 1000, running.stop.signal);
    } catch {
      return; // It ended in time.
    }
    this.#close(running, 'TIMED_OUT', 0, {});
  }

  #close(running: Running, status: keyof typeof endings, previous: number, details: JsonObject): void {
    const { record, history, stop } = running;
    Object.assign(record, { status, stoppedAt: this.#options.clock.now(), ...details });
    const type = `Execution${endings[status]}`;
    const truncated = status === 'SUCCEEDED' && { outputDetails: { truncated: false } };
    history.close(type, previous, { [`execution${endings[status]}EventDetails`]: { ...details, ...truncated } });
    stop.abort(new ExecutionClosed());
    this.#running.delete(record.arn);
    void this.#options.store.save(record.arn, record);
    if (this.#running.size === 0) this.#tellIdle();
  }

  #tellIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

const endings = {
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  TIMED_OUT: 'TimedOut',
  ABORTED: 'Aborted',
} as const;

/**
 * The error and cause with which the execution fails. An error that is not the failure of a state is a fault of the
 * stack: it is never caught, but it is reported.
 */
function failureOf(error: unknown): { error?: string; cause?: string } {
  if (error instanceof StateFailure) return error.details;
  if (error instanceof HistoryFull) return { cause: error.message };
  return { error: 'States.Runtime', cause: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}
