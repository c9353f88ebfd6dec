import { virtualClock } from '../../../../local/services/clock.ts';
import type { Call, Json, JsonObject } from '../../../../local/services/jsonService.ts';
import {
  createStepFunctions,
  type InvokeResult,
  type StepFunctions,
  type StepFunctionsOptions,
} from '../../../../local/services/stepFunctions/stepFunctions.ts';

export const start = Date.UTC(2026, 0, 1);
export const roleArn = 'arn:aws:iam::123456789012:role/machine';
export const invokeArn = 'arn:aws:states:::lambda:invoke';
export const tokenArn = `${invokeArn}.waitForTaskToken`;

/** A state machine in JSONata from its states; it starts at the first one. */
export function machineOf(states: JsonObject, top: JsonObject = {}): string {
  return JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...top });
}

export function task(name: string, more: JsonObject = {}): JsonObject {
  const next = 'Next' in more ? {} : { End: true };
  return { Type: 'Task', Resource: invokeArn, Arguments: { FunctionName: name, Payload: {} }, ...next, ...more };
}

/** What a function came to when it threw. */
export function thrown(errorType: string, errorMessage = 'no'): InvokeResult {
  return { error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace: [] }) };
}

export type Functions = Record<string, (payload: Json) => InvokeResult | Promise<InvokeResult>>;

/** A stand-in on a virtual clock with functions by name. */
export function standIn(functions: Functions = {}, options: Partial<StepFunctionsOptions> = {}) {
  const clock = virtualClock(start);
  const stepFunctions = createStepFunctions({
    clock,
    region: 'us-east-1',
    accountId: '123456789012',
    invoke: async (arn, payload) => {
      const run = functions[arn.split(':').at(-1) ?? ''];
      if (!run) throw new Error(`no function ${arn}`);
      return run(payload);
    },
    ...options,
  });
  return { clock, ...stepFunctions, call: caller(stepFunctions) };
}

/** Calls an operation without HTTP. */
export function caller({ service }: Pick<StepFunctions, 'service'>) {
  const from: Call = { region: 'us-east-1', accessKeyId: 'test' };
  return async (name: string, input: JsonObject): Promise<JsonObject> => {
    const operation = service.operations[name];
    if (!operation) throw new Error(`no operation ${name}`);
    return operation(input, from);
  };
}

export interface Event {
  id: number;
  previousEventId: number;
  timestamp: number;
  type: string;
  [details: string]: unknown;
}

export interface Outcome {
  status: string;
  output?: unknown;
  error?: string;
  cause?: string;
  events: Event[];
  /** The types of the events, in order. */
  types: string[];
  /** Milliseconds of virtual time from start to end. */
  lasted: number;
}

/** Runs a machine to its end. */
export async function run(
  definition: string,
  input: Json = {},
  functions: Functions = {},
  options = {},
): Promise<Outcome> {
  const stack = standIn(functions, options);
  const { stateMachineArn = '' } = await stack.call('CreateStateMachine', { name: 'm', definition, roleArn });
  const { executionArn = '' } = await stack.call('StartExecution', {
    stateMachineArn,
    name: 'e',
    input: JSON.stringify(input),
  });
  await stack.idle();
  return outcomeOf(stack.call, executionArn);
}

export async function outcomeOf(call: ReturnType<typeof caller>, executionArn: Json): Promise<Outcome> {
  const described = await call('DescribeExecution', { executionArn });
  const { events } = await call('GetExecutionHistory', { executionArn, maxResults: 1000 });
  const { status, output, error, cause, startDate, stopDate } = described as Record<string, string> & {
    startDate: number;
    stopDate: number;
  };
  return {
    status: String(status),
    ...(output !== undefined && { output: JSON.parse(output) as unknown }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    events: events as unknown as Event[],
    types: (events as unknown as Event[]).map(({ type }) => type),
    lasted: Math.round((stopDate - startDate) * 1000),
  };
}
