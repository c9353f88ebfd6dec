import type { Json } from '../jsonService.ts';
import { type Progress, restOf } from './executionRecord.ts';
import type { Block, Catcher, ChoiceState, GuardedState, State, WaitState } from './definition.ts';
import { StateFailure, toText } from './failure.ts';
import { runMap } from './mapState.ts';
import { Retries } from './retry.ts';
import { type Run, type Thread, Visit } from './run.ts';
import { runTask } from './task.ts';

/** The way out of a state. Without a next state, its output is that of the block. */
interface Transition {
  output: Json;
  next?: string | undefined;
}

/** Where a block goes on: in a state that is redriven, or, with its progress, in one that was under way. */
export interface From {
  state: string;
  progress?: Progress | undefined;
}

/**
 * Runs a machine or an iteration from its first state to the end of one and returns the output. Throws the
 * StateFailure that nothing took, or the reason of the thread's signal. Between two timers or invocations it awaits
 * only promises that are already settled: the event loop does not turn, so a virtual clock cannot jump.
 *
 * @param from the state in which an execution goes on, with its input
 */
export async function runBlock(run: Run, thread: Thread, block: Block, input: Json, from?: From): Promise<Json> {
  let here: Transition = { output: input, next: from?.state ?? block.StartAt };
  let again = from;
  while (here.next !== undefined) {
    const name = here.next;
    const state = block.States[name];
    if (!state) throw new StateFailure('States.Runtime', `there is no state '${name}'`);
    thread.signal.throwIfAborted();
    thread.reaches?.(name, here.output);
    const visit = new Visit(run, thread, name, here.output, again?.progress);
    // A Task that is redriven is only scheduled again: it was entered before.
    const isEntered = again && (again.progress || state.Type === 'Task');
    if (!isEntered) enter(visit, state);
    if (takesTime.has(state.Type)) void visit.keep(visit.progress);
    again = undefined;
    here = await runState(visit, state);
  }
  return here.output;
}

/** The states that a process may die in: the others are passed through at once. */
const takesTime = new Set<State['Type']>(['Task', 'Map', 'Wait']);

function enter(visit: Visit, state: State): void {
  const input = toText(visit.input, `the input of state '${visit.name}'`);
  const stateEnteredEventDetails = { name: visit.name, input, inputDetails: { truncated: false } };
  visit.record(`${state.Type}StateEntered`, { stateEnteredEventDetails });
}

async function runState(visit: Visit, state: State): Promise<Transition> {
  switch (state.Type) {
    case 'Task':
    case 'Map':
      return runGuarded(visit, state);
    case 'Choice':
      return choose(visit, state);
    case 'Wait':
      await wait(visit, state);
      return exit(visit, state, visit.input);
    case 'Pass':
    case 'Succeed':
      return exit(visit, state, visit.input);
    case 'Fail':
      throw new StateFailure(await optionalText(visit, state, 'Error'), await optionalText(visit, state, 'Cause'));
  }
}

async function exit(visit: Visit, state: State, fallback: Json, known = {}): Promise<Transition> {
  const { output, exited } = await visit.leave(state as Exclude<State, { Type: 'Fail' }>, fallback, known);
  visit.record(`${state.Type}StateExited`, { stateExitedEventDetails: exited });
  return { output, next: 'Next' in state ? state.Next : undefined };
}

async function choose(visit: Visit, state: ChoiceState): Promise<Transition> {
  for (const [index, rule] of state.Choices.entries()) {
    const location = `Choices/${index}/Condition`;
    const holds = await visit.fill(rule.Condition, location);
    if (typeof holds !== 'boolean') throw visit.queryFailure(location, `${JSON.stringify(holds)} is not a boolean`);
    if (holds) return takeRule(visit, rule, rule.Next);
  }
  if (state.Default !== undefined) return takeRule(visit, state, state.Default);
  throw new StateFailure('States.NoChoiceMatched', `no rule of state '${visit.name}' holds and it has no Default`);
}

/** The state's own Assign and Output are those of its Default; a rule has its own. */
async function takeRule(visit: Visit, outcome: Pick<ChoiceState, 'Assign' | 'Output'>, next: string) {
  const { output, exited } = await visit.leave(outcome, visit.input);
  visit.record('ChoiceStateExited', { stateExitedEventDetails: exited });
  return { output, next };
}

/** An instant as RFC 3339 writes it: `T` between date and time, and a zone. */
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** 24,855 days and some hours, recorded as the boundary. */
const longestWait = (2 ** 31 - 1) * 1000;

async function wait(visit: Visit, state: WaitState): Promise<void> {
  if (visit.progress.pause) return pauseOn(visit, state);
  let ms: number;
  if (state.Seconds !== undefined) {
    ms = (await visit.wholeNumber(state.Seconds, 'Seconds', 0)) * 1000;
  } else {
    const at = await visit.fill(state.Timestamp ?? null, 'Timestamp');
    const time = typeof at === 'string' && instant.test(at) ? Date.parse(at) : Number.NaN;
    if (Number.isNaN(time)) throw visit.queryFailure('Timestamp', `${JSON.stringify(at)} is not an RFC 3339 instant`);
    ms = time - visit.run.clock.now();
    if (ms > longestWait) throw new StateFailure('States.Runtime', `the delay of state '${visit.name}' is too long`);
  }
  await pause(visit, state, ms);
}

async function optionalText(visit: Visit, state: { Error?: Json; Cause?: Json }, field: 'Error' | 'Cause') {
  const template = state[field];
  if (template === undefined) return undefined;
  const value = await visit.fill(template, field);
  if (typeof value === 'string') return value;
  throw visit.queryFailure(field, `${JSON.stringify(value)} is not a string`);
}

/** Task and Map: tries until it succeeds, a catcher takes the failure, or nothing is left to do. */
async function runGuarded(visit: Visit, state: GuardedState): Promise<Transition> {
  const retries = new Retries(state.Retry ?? [], visit.run.random, visit.progress.retries);
  visit.retryCount = retries.count;
  await pauseOn(visit, state);
  for (;;) {
    try {
      const result = await attempt(visit, state);
      return await exit(visit, state, result, { result });
    } catch (failure) {
      if (!(failure instanceof StateFailure)) throw abandoned(visit, state, failure);
      const delay = retries.next(failure);
      if (delay === undefined) return catchFailure(visit, state, failure);
      visit.progress = { retries: retries.made };
      await pause(visit, state, delay);
      visit.retryCount = retries.count;
    }
  }
}

function pause(visit: Visit, state: State, ms: number): Promise<void> {
  void visit.keep({ pause: { until: visit.run.clock.now() + ms, ms } });
  return sleep(visit, state, ms);
}

/** The rest of a pause in which the process died. */
async function pauseOn(visit: Visit, state: State): Promise<void> {
  const { pause: kept } = visit.progress;
  if (kept) await sleep(visit, state, restOf(kept, visit.run.clock.now()));
}

async function sleep(visit: Visit, state: State, ms: number): Promise<void> {
  try {
    if (ms > 0) await visit.run.clock.sleep(ms, visit.thread.signal);
  } catch (error) {
    throw abandoned(visit, state, error);
  }
}

/** Records that a state was left because its branch or its execution was stopped. */
function abandoned(visit: Visit, state: State, error: unknown): unknown {
  if (visit.thread.signal.aborted) visit.record(`${state.Type}StateAborted`);
  return error;
}

function attempt(visit: Visit, state: GuardedState): Promise<Json> {
  if (state.Type === 'Task') return runTask(visit, state);
  return runMap(visit, state);
}

async function catchFailure(visit: Visit, state: GuardedState, failure: StateFailure): Promise<Transition> {
  if (state.Type === 'Map') visit.record('MapStateFailed');
  const catcher: Catcher | undefined = state.Catch?.find(({ ErrorEquals }) => failure.matches(ErrorEquals));
  if (!catcher) throw failure;
  const { output, exited } = await visit.leave(catcher, failure.output, { errorOutput: failure.output });
  visit.record(`${state.Type}StateExited`, { stateExitedEventDetails: exited });
  return { output, next: catcher.Next };
}
