import type { Clock } from '../clock.ts';
import type { Json, JsonObject } from '../jsonService.ts';
import type { Block, Outcome } from './definition.ts';
import type { Progress } from './executionRecord.ts';
import { StateFailure, toText } from './failure.ts';
import type { History } from './history.ts';
import { type Fill, QueryError } from './jsonata.ts';
import type { Tokens } from './tokens.ts';

/** The outcome of a Lambda invocation: `error` is the errorType, `cause` the JSON text that Step Functions shows. */
export type InvokeResult = { payload: Json } | { error: string; cause: string };

/** Everything that the states of one execution share. */
export interface Run {
  readonly executionArn: string;
  readonly region: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly history: History;
  readonly tokens: Tokens;
  readonly fill: Fill;
  /** The `Execution` and `StateMachine` parts of the context object. */
  readonly context: JsonObject;
  readonly invoke: (functionName: string, payload: Json) => Promise<InvokeResult>;
  /** Runs an iteration. It is handed in, so that the states need not import the interpreter. */
  readonly runBlock: (run: Run, thread: Thread, block: Block, input: Json) => Promise<Json>;
}

/** One line of control: the machine itself or an iteration. */
export interface Thread {
  /** The event that the next one follows. */
  previous: number;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  /** The item of the innermost Map around the thread. */
  readonly item?: { Index: number; Value: Json };
  /** Of the machine itself: told of each state before it is entered. */
  readonly reaches?: (state: string, input: Json) => void;
  /** Of the machine itself: keeps what has become of the state, and resolves once that would outlive the process. */
  readonly keep?: (progress: Progress) => Promise<void>;
}

/** The variables of one scope. Inner scopes see outer ones; the check at creation refuses to let them assign those. */
export class Variables {
  #own: Record<string, Json>;
  readonly #outer: Variables | undefined;

  constructor(outer?: Variables, own: Record<string, Json> = {}) {
    this.#outer = outer;
    this.#own = own;
  }

  get all(): Record<string, Json> {
    return { ...this.#outer?.all, ...this.#own };
  }

  assign(values: Record<string, Json>): void {
    this.#own = { ...this.#own, ...values };
  }
}

/** A state that is being visited: writes its events and fills its templates. */
export class Visit {
  readonly run: Run;
  readonly thread: Thread;
  readonly name: string;
  readonly input: Json;
  /** Of a state that can be retried; the others have none in their context. */
  retryCount?: number;
  /** What was kept of the state. */
  progress: Progress;
  readonly #enteredAt: string;

  constructor(run: Run, thread: Thread, name: string, input: Json, progress: Progress = {}) {
    this.run = run;
    this.thread = thread;
    this.name = name;
    this.input = input;
    this.progress = progress;
    this.#enteredAt = new Date(run.clock.now()).toISOString();
  }

  record(type: string, details: JsonObject = {}): void {
    this.thread.previous = this.run.history.add(type, this.thread.previous, details);
  }

  /** Keeps what has become of the state; its retries stay as they were unless they are given. */
  keep(progress: Progress): Promise<void> {
    const { retries } = this.progress;
    this.progress = { ...(retries && { retries }), ...progress };
    return this.thread.keep?.(this.progress) ?? Promise.resolve();
  }

  /**
   * Fills one field of the state. `known` is what `$states` holds besides `input` and `context` in that field.
   * Throws States.QueryEvaluationError.
   */
  async fill(template: Json, location: string, known: JsonObject = {}, context: JsonObject = {}): Promise<Json> {
    const states = { input: this.input, ...known, context: { ...this.#context(), ...context } };
    try {
      return await this.run.fill(template, location, { ...this.thread.variables.all, states });
    } catch (error) {
      throw error instanceof QueryError ? this.queryFailure(error.location, error.message) : error;
    }
  }

  /** Writes EvaluationFailed and returns the failure that goes with it. */
  queryFailure(location: string, why: string): StateFailure {
    const details = {
      error: 'States.QueryEvaluationError',
      cause: `State '${this.name}', field '${location}': ${why}`,
    };
    this.record('EvaluationFailed', { evaluationFailedEventDetails: { ...details, location, state: this.name } });
    return new StateFailure(details.error, details.cause);
  }

  /** Fills a field that must be a whole number from `least` up, such as a number of seconds. */
  async wholeNumber(template: Json, location: string, least: number): Promise<number> {
    const value = await this.fill(template, location);
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 99_999_999) return value;
    throw this.queryFailure(location, `${JSON.stringify(value)} is not a whole number from ${least} to 99999999`);
  }

  /**
   * Evaluates Assign and Output against the variables as they were, then assigns all at once and returns the output
   * together with the details of the exit event.
   *
   * @param fallback the output when the state has no Output
   */
  async leave(outcome: Outcome, fallback: Json, known: JsonObject = {}): Promise<{ output: Json; exited: JsonObject }> {
    const assigned = outcome.Assign && ((await this.fill(outcome.Assign, 'Assign', known)) as Record<string, Json>);
    const output = outcome.Output === undefined ? fallback : await this.fill(outcome.Output, 'Output', known);
    const text = toText(output, `the output of state '${this.name}'`);
    const texts = Object.entries(assigned ?? {}).map(([key, value]) => [key, toText(value, `variable $${key}`)]);
    if (assigned) this.thread.variables.assign(assigned);
    const variables = { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: { truncated: false } };
    const exited = {
      name: this.name,
      output: text,
      outputDetails: { truncated: false },
      ...(texts.length > 0 && variables),
    };
    return { output, exited };
  }

  #context(): JsonObject {
    const { run, thread } = this;
    return {
      ...run.context,
      State: {
        Name: this.name,
        EnteredTime: this.#enteredAt,
        ...(this.retryCount !== undefined && { RetryCount: this.retryCount }),
      },
      ...(thread.item && { Map: { Item: thread.item } }),
    };
  }
}
