import type { Clock } from '../clock.ts';
import { type Json, type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';
import type { Machine } from './definition.ts';
import { contextOf, type ExecutionRecord, isFanOut, lost, redriveObstacle, type Status } from './executionRecord.ts';
import { StateFailure } from './failure.ts';
import { History, HistoryFull } from './history.ts';
import { runBlock, type Start } from './interpreter.ts';
import { createQueries, type Fill } from './jsonata.ts';
import type { Machines, Revision } from './machines.ts';
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

/** The executions of all machines: starts, ends, stops and redrives them. */
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
    for (const saved of options.store.load()) {
      const record = saved.status === 'RUNNING' ? lost(saved, options.clock.now()) : saved;
      this.#records.set(record.arn, record);
      if (record !== saved) void options.store.save(record.arn, record);
    }
  }

  get all(): ExecutionRecord[] {
    return [...this.#records.values()];
  }

  get(arn: string): ExecutionRecord {
    const record = this.#records.get(arn);
    if (record) return record;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  /** Starts an execution, or returns the running one of the same name and input. Throws ExecutionAlreadyExists. */
  start(arn: string, name: string, revision: Revision, input: string, traceHeader?: string): ExecutionRecord {
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
      ...(traceHeader !== undefined && { traceHeader }),
      redriveCount: 0,
      events: [],
    };
    const started = { input, inputDetails: { truncated: false }, roleArn: revision.roleArn };
    const running = this.#open(record, 'ExecutionStarted', { executionStartedEventDetails: started });
    // The first state follows no event, as in the service's own histories.
    void this.#drive(running, 0, JSON.parse(input) as Json, new Variables());
    return record;
  }

  /** Goes on at the state that failed, with the input and the variables it had. Throws ExecutionNotRedrivable. */
  redrive(arn: string, token: string | undefined): ExecutionRecord {
    const record = this.get(arn);
    const now = this.#options.clock.now();
    if (token !== undefined && token === record.redriveToken && record.status === 'RUNNING') return record;
    const obstacle = redriveObstacle(record, now);
    const { resume } = record;
    if (obstacle !== undefined || !resume) {
      throw new ServiceError('ExecutionNotRedrivable', `Execution Not Redrivable: '${obstacle}'`);
    }
    if (isFanOut(record, this.#options.machines.machineOf(record.revision))) {
      throw new NotImplemented(`RedriveExecution into a Map or Parallel state (${resume.state})`);
    }
    const { stoppedAt: _, error: __, cause: ___, redriveToken: ____, ...rest } = record;
    const redriveCount = record.redriveCount + 1;
    const again: ExecutionRecord = {
      ...rest,
      status: 'RUNNING',
      redriveCount,
      redrivenAt: now,
      ...(token !== undefined && { redriveToken: token }),
    };
    const running = this.#open(again, 'ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount } });
    const start = { state: resume.state, entered: true };
    void this.#drive(running, again.events.length, resume.input, new Variables(undefined, resume.variables), start);
    return again;
  }

  /** Ends a running execution as ABORTED; a closed one stays as it is. */
  stop(arn: string, details: { error?: string; cause?: string }): ExecutionRecord {
    const record = this.get(arn);
    const running = this.#running.get(arn);
    if (running) this.#close(running, 'ABORTED', 0, details);
    return record;
  }

  /** Resolves when no execution is running. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Leaves the running executions where they are. On disk they stay RUNNING, so the next start finds them lost. */
  async shutDown(): Promise<void> {
    for (const { stop } of this.#running.values()) stop.abort(new ExecutionClosed());
    this.#running.clear();
    this.#tellIdle();
    await this.#options.store.settled();
  }

  #open(record: ExecutionRecord, type: string, details: JsonObject): Running {
    const { clock, store } = this.#options;
    const running = { record, history: new History(() => clock.now(), record.events), stop: new AbortController() };
    running.history.add(type, record.events.length, details);
    this.#records.set(record.arn, record);
    this.#running.set(record.arn, running);
    void store.save(record.arn, record);
    return running;
  }

  async #drive(running: Running, previous: number, input: Json, variables: Variables, start?: Partial<Start>) {
    const { record, history, stop } = running;
    const { machines, region, clock, random, invoke } = this.#options;
    const machine = machines.machineOf(record.revision);
    const shared = { region, clock, random, invoke, tokens: this.tokens, fill: this.#fill, runBlock };
    const run: Run = { ...shared, executionArn: record.arn, history, context: contextOf(record) };
    const thread: Thread = { previous, variables, signal: stop.signal };
    const onEnter = (state: string, stateInput: Json) => {
      record.resume = { state, input: stateInput, variables: variables.all };
    };
    void this.#expire(running, machine);
    try {
      const from: Start = { state: machine.StartAt, entered: false, ...start, onEnter };
      const output = await runBlock(run, thread, machine, input, from);
      this.#close(running, 'SUCCEEDED', thread.previous, { output: JSON.stringify(output) });
    } catch (error) {
      if (!stop.signal.aborted) this.#close(running, 'FAILED', thread.previous, failureOf(error));
    }
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

  #close(running: Running, status: Exclude<Status, 'RUNNING'>, previous: number, details: JsonObject): void {
    const { record, history, stop } = running;
    Object.assign(record, { status, stoppedAt: this.#options.clock.now(), ...details });
    const type = `Execution${endings[status]}`;
    const truncated = status === 'SUCCEEDED' && { outputDetails: { truncated: false } };
    history.close(type, previous, { [`execution${endings[status]}EventDetails`]: { ...details, ...truncated } });
    stop.abort(new ExecutionClosed());
    this.#running.delete(record.arn);
    void this.#options.store.save(record.arn, record);
    void this.#finishDeleting(record.revision.stateMachineArn);
    if (this.#running.size === 0) this.#tellIdle();
  }

  /** A machine that is marked for deletion is removed with its last running execution. */
  async #finishDeleting(machineArn: string): Promise<void> {
    const machine = this.#options.machines.all.find(({ revision }) => revision.stateMachineArn === machineArn);
    if (machine?.deleting && !this.isRunning(machineArn)) await this.#options.machines.remove(machineArn);
  }

  isRunning(machineArn: string): boolean {
    return [...this.#running.values()].some(({ record }) => record.revision.stateMachineArn === machineArn);
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
  PENDING_REDRIVE: 'PendingRedrive',
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
