import type { Json, JsonObject } from '../jsonService.ts';
import type { TaskState } from './definition.ts';
import { type Pause, restOf, type TokenTask } from './executionRecord.ts';
import { StateFailure, toText } from './failure.ts';
import { isObject } from './invalid.ts';
import type { Visit } from './run.ts';
import type { Callback } from './tokens.ts';

interface Limits {
  timeoutInSeconds?: number;
}

interface Service extends JsonObject {
  resourceType: 'lambda';
  resource: string;
}

/** One attempt at a `lambda:invoke`, with or without a task token. Returns the result or throws StateFailure. */
export async function runTask(visit: Visit, state: TaskState): Promise<Json> {
  const { run } = visit;
  const service: Service = { resourceType: 'lambda', resource: state.Resource.split(':lambda:')[1] ?? '' };
  const callback = service.resource.endsWith('.waitForTaskToken') ? issue(visit) : undefined;
  const { task } = visit.progress;
  try {
    if (callback && task && (task.isSubmitted || task.answer)) {
      return await finish(visit, service, (signal) => [answered(callback, task), ...deadline(visit, task, signal)]);
    }
    const limits = await readLimits(visit, state);
    const call = await readArguments(visit, state, callback);
    const parameters = toText(call.parameters, `the arguments of state '${visit.name}'`);
    visit.record('TaskScheduled', {
      taskScheduledEventDetails: { ...service, region: run.region, parameters, ...limits },
    });
    visit.record('TaskStarted', { taskStartedEventDetails: service });
    const limit = toDeadline(visit, limits);
    if (callback) void keepTask(visit, callback.token, limit);
    return await finish(visit, service, (signal) => [
      perform(visit, call, callback, signal),
      ...deadline(visit, limit, signal),
    ]);
  } finally {
    callback?.close();
  }
}

/** The token of the task: the one that was issued before the process died, if it did. */
function issue(visit: Visit): Callback {
  const { run, progress } = visit;
  const keep = (token: string, output: Json) => keepTask(visit, token, { answer: { output } });
  return run.tokens.issue(run.executionArn, keep, progress.task?.token);
}

function keepTask(visit: Visit, token: string, change: Partial<TokenTask>): Promise<void> {
  return visit.keep({ task: { ...visit.progress.task, ...change, token } });
}

function answered({ result }: Callback, { answer }: TokenTask): Promise<Json> {
  return answer ? Promise.resolve(answer.output) : result;
}

/** Waits for the first of a started task's possible ends, and records which one it was. */
async function finish(visit: Visit, service: Service, ends: (signal: AbortSignal) => Promise<Json>[]): Promise<Json> {
  const over = new AbortController();
  const signal = AbortSignal.any([visit.thread.signal, over.signal]);
  try {
    const output = await Promise.race([...ends(signal), aborted(signal)]);
    const text = toResultText(output, visit.name);
    const taskSucceededEventDetails = { ...service, output: text, outputDetails: { truncated: false } };
    visit.record('TaskSucceeded', { taskSucceededEventDetails });
    return output;
  } catch (error) {
    if (error instanceof StateFailure) recordFailure(visit, error, service);
    throw error;
  } finally {
    over.abort();
  }
}

function recordFailure(visit: Visit, failure: StateFailure, service: Service): void {
  const details = { ...service, ...failure.details };
  if (failure instanceof Expired) visit.record('TaskTimedOut', { taskTimedOutEventDetails: details });
  else visit.record('TaskFailed', { taskFailedEventDetails: details });
}

/** A result that is too large is taken by `States.ALL`: recorded twice, though the documentation says otherwise. */
function toResultText(output: Json, state: string): string {
  try {
    return toText(output, `the result of state '${state}'`);
  } catch (failure) {
    if (!(failure instanceof StateFailure)) throw failure;
    throw new StateFailure(failure.error, failure.reason, 'States.ALL');
  }
}

/** The deadline of the state itself, unlike a function that calls its failure States.Timeout. */
class Expired extends StateFailure {
  constructor() {
    super('States.Timeout');
  }
}

async function readLimits(visit: Visit, { TimeoutSeconds }: TaskState): Promise<Limits> {
  if (TimeoutSeconds === undefined) return {};
  return { timeoutInSeconds: await visit.wholeNumber(TimeoutSeconds, 'TimeoutSeconds', 1) };
}

interface FunctionCall {
  parameters: JsonObject;
  functionName: string;
  payload: Json;
}

async function readArguments(visit: Visit, state: TaskState, callback?: Callback): Promise<FunctionCall> {
  const context = callback ? { Task: { Token: callback.token } } : {};
  const parameters = await visit.fill(state.Arguments, 'Arguments', {}, context);
  const { FunctionName, Payload = {}, ...others } = isObject(parameters) ? parameters : {};
  if (!isObject(parameters) || typeof FunctionName !== 'string' || Object.keys(others).length > 0) {
    throw new StateFailure('States.Runtime', `the Arguments of state '${visit.name}' are not {FunctionName, Payload}`);
  }
  return { parameters, functionName: FunctionName, payload: Payload };
}

/**
 * Invokes the function. A callback may be answered while its function still runs (the function may do it itself): the
 * task is then over, whatever becomes of the function.
 */
async function perform(visit: Visit, call: FunctionCall, callback: Callback | undefined, signal: AbortSignal) {
  const invocation = visit.run.clock.busy(visit.run.invoke(call.functionName, call.payload)).then((result) => {
    if ('error' in result) throw new StateFailure(result.error, result.cause);
    return { ExecutedVersion: '$LATEST', Payload: result.payload, StatusCode: 200 };
  });
  if (!callback) return invocation;
  const submitted = invocation.then((response) => {
    if (!signal.aborted) {
      recordSubmitted(visit, response);
      void keepTask(visit, callback.token, { isSubmitted: true });
    }
    return callback.result;
  });
  return Promise.race([callback.result, submitted]);
}

function recordSubmitted(visit: Visit, response: JsonObject): void {
  const output = toText(response, `the answer of the function that state '${visit.name}' invoked`);
  const service = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' };
  visit.record('TaskSubmitted', {
    taskSubmittedEventDetails: { ...service, output, outputDetails: { truncated: false } },
  });
}

function toDeadline(visit: Visit, { timeoutInSeconds }: Limits): { deadline?: Pause } {
  if (timeoutInSeconds === undefined) return {};
  const ms = timeoutInSeconds * 1000;
  return { deadline: { until: visit.run.clock.now() + ms, ms } };
}

function deadline(visit: Visit, { deadline: limit }: { deadline?: Pause }, signal: AbortSignal): Promise<never>[] {
  const { clock } = visit.run;
  return limit ? [expire(clock.sleep(restOf(limit, clock.now()), signal))] : [];
}

async function expire(end: Promise<void>): Promise<never> {
  await end;
  throw new Expired();
}

/** Rejects with the signal's reason when it aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
