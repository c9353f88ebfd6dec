import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { type Json, ServiceError } from '../jsonService.ts';
import { type Failure, failure, type Invocation } from './protocol.ts';
import { Sandbox, stalled } from './sandbox.ts';

export interface FunctionDefinition {
  name: string;
  /** Module and export, relative to the root: `pipeline/steps/startWorkflow.handler`. */
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  /** Added to the common environment. */
  env?: Record<string, string>;
}

export interface LambdaOptions {
  clock: Clock;
  /** The folder in which handlers are looked for, as a file URL that ends in a slash. */
  root: URL;
  /**
   * The common environment. Handlers see nothing else, besides Lambda's own names and the `env` of their definition.
   */
  env: Record<string, string>;
  functions: FunctionDefinition[];
  accountId?: string;
  /** How many times as fast time passes in functions, which then begin at the stack's time: 1 is the machine's own. */
  speed?: number;
  /** Modules that are loaded before any function: they stand in for what it cannot reach here. */
  preload?: readonly URL[];
  faults?: Faults;
  /** Takes each line that handlers print; by default standard error does. */
  onLog?: (line: string) => void;
}

export interface FunctionUsage {
  invocations: number;
  wallMs: number;
}

export interface Usage extends FunctionUsage {
  /** Of the worker thread, imports included. */
  cpuMs: number;
  functions: Record<string, FunctionUsage>;
}

export interface LambdaRuntime {
  /**
   * Runs a function and answers as the service does: what it returned, or its error's name and, as JSON, its type,
   * message and trace. Throws ServiceError ResourceNotFoundException or RequestTooLargeException, which are not errors
   * of the function.
   */
  invoke(nameOrArn: string, event: Json): Promise<{ payload: Json } | Failure>;
  /** Throws ResourceNotFoundException. */
  definition(nameOrArn: string): FunctionDefinition;
  arn(name: string): string;
  /** Ends an invocation for its caller with an error's name; `id` without its dashes does as well. */
  abandon(id: string, error: string): void;
  usage(): Usage;
  close(): Promise<void>;
}

const REQUEST_LIMIT = 6 * 1024 * 1024;

/**
 * Runs the step handlers in one worker thread with an environment of its own, and in another once a step keeps that one
 * for seconds: a second one from the start would cost a fifth of the CPU and a sixth of the memory. Timeouts and durations are those of the
 * real clock; the stack's clock is only told that something is under way.
 */
export async function createLambda(options: LambdaOptions): Promise<LambdaRuntime> {
  const { clock, functions, onLog = (line) => process.stderr.write(`${line}\n`) } = options;
  const definitions = new Map(functions.map((definition) => [definition.name, definition]));
  const used = new Map(functions.map(({ name }): [string, FunctionUsage] => [name, { invocations: 0, wallMs: 0 }]));
  const region = options.env['AWS_REGION'] ?? 'us-east-1';
  const arn = (name: string) => `arn:aws:lambda:${region}:${options.accountId ?? '000000000000'}:function:${name}`;
  const sandbox = () => new Sandbox(options.env, onLog, options.speed, options.preload);
  const sandboxes = [sandbox()];

  const usable = (): Sandbox => {
    const last = sandboxes.at(-1);
    if (last && !last.retired) return last;
    const next = sandbox();
    sandboxes.push(next);
    return next;
  };

  const definition = (nameOrArn: string): FunctionDefinition => {
    const found = definitions.get(nameOf(nameOrArn));
    if (!found) throw new ServiceError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    return found;
  };

  const run = async (invocation: Invocation) => {
    const started = performance.now();
    const fault = options.faults?.disturber?.invocation(invocation);
    if (fault?.when === 'before') return failure(fault.error, `RequestId: ${invocation.id} Error: ${fault.error}`);
    let done = await usable().invoke(invocation);
    // A step that keeps its thread holds up nobody else's: each stalled thread is followed by a fresh one.
    while (done === stalled) done = await usable().invoke(invocation);
    if ('error' in done && done.error === 'Sandbox.Timedout') options.faults?.disturber?.timedOut?.(invocation.id);
    const answer = fault ? failure(fault.error, `RequestId: ${invocation.id} Error: ${fault.error}`) : done;
    const usage = used.get(invocation.functionName);
    if (usage) {
      usage.invocations += 1;
      usage.wallMs += performance.now() - started;
    }
    return 'payload' in answer ? { payload: JSON.parse(answer.payload) as Json } : answer;
  };

  return {
    arn,
    definition,
    async invoke(nameOrArn, event) {
      const { name } = definition(nameOrArn);
      const invocation = toInvocation(definition(nameOrArn), arn(name), JSON.stringify(event), options);
      return clock.busy(run(invocation));
    },
    abandon(id, error) {
      const dashed = id.replace(/^(.{8})-?(.{4})-?(.{4})-?(.{4})-?(.{12})$/, '$1-$2-$3-$4-$5');
      for (const sandbox of sandboxes) sandbox.abandon(dashed, error);
    },
    usage() {
      const all = [...used.values()];
      return {
        invocations: all.reduce((sum, one) => sum + one.invocations, 0),
        wallMs: all.reduce((sum, one) => sum + one.wallMs, 0),
        cpuMs: sandboxes.reduce((sum, sandbox) => sum + sandbox.cpuMs, 0),
        functions: Object.fromEntries([...used].map(([name, usage]) => [name, { ...usage }])),
      };
    },
    close: async () => {
      await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
    },
  };
}

/** From `name`, `name:$LATEST`, or an ARN with or without a qualifier. */
function nameOf(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  return (nameOrArn.startsWith('arn:') ? parts[6] : parts[0]) ?? nameOrArn;
}

function toInvocation(
  { name, handler, timeoutSeconds, memoryMb, env }: FunctionDefinition,
  arn: string,
  event: string,
  { env: common, root, clock }: LambdaOptions,
): Invocation {
  if (Buffer.byteLength(event) > REQUEST_LIMIT) {
    const message = `Request must be smaller than ${REQUEST_LIMIT} bytes for the InvokeFunction operation`;
    throw new ServiceError('RequestTooLargeException', message, 413);
  }
  const dot = handler.lastIndexOf('.');
  const reserved = {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    _HANDLER: handler,
  };
  return {
    id: randomUUID(),
    functionName: name,
    module: new URL(`${handler.slice(0, dot)}.ts`, root).href,
    export: handler.slice(dot + 1),
    handler,
    event,
    arn,
    memoryMb,
    timeoutSeconds,
    now: clock.now(),
    env: { ...common, ...env, ...reserved },
  };
}
