import { isNativeError } from 'node:util/types';
import { parentPort, workerData } from 'node:worker_threads';
import { traceOf as traceHeaderOf } from '../disturbed.ts';
import { hurry, setTime } from './hurry.ts';
import { isolateEnvironments, isolateModules, ownCopy, runAs, traceFetch } from './isolation.ts';
import { type Failure, failure, type Invocation, type Offer, type Report, take } from './protocol.ts';

/** The worker's side of the runtime: imports handlers on their first use and calls them. It knows no service. */

/** The service's limit for an answer: a little over 6 MB. */
const PAYLOAD_LIMIT = 6_291_556;

type Handler = (event: unknown, context: object) => unknown;
type Settled = ({ kind: 'done'; payload: string } | ({ kind: 'failed' } & Failure)) & { id: string };

isolateEnvironments();
isolateModules();
const { speed, preload } = workerData as { speed: number; preload: string[] };
for (const module of preload) await import(module);
traceFetch();
if (speed !== 1) hurry(speed);
parentPort?.on('message', ({ invocation, claim }: Offer) => {
  if (!take(claim)) return;
  if (speed !== 1) setTime(invocation.now);
  void runAs(invocation.functionName, invocation.env, traceHeaderOf(invocation.id), () => serve(invocation));
});

report({ id: '', kind: 'ready' });

async function serve(invocation: Invocation): Promise<void> {
  const settled = await run(invocation);
  report(settled);
}

async function run(invocation: Invocation): Promise<Settled> {
  const { id } = invocation;
  const handler = await loadHandler(invocation);
  report({ id, kind: 'started' });
  if (typeof handler !== 'function') return { id, kind: 'failed', ...handler };
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
    return { id, ...payloadOf(result) };
  } catch (error) {
    return { id, kind: 'failed', ...describe(error) };
  }
}

async function loadHandler({ module, export: name, handler, functionName }: Invocation): Promise<Handler | Failure> {
  let exports: Record<string, unknown>;
  try {
    exports = (await import(ownCopy(module, functionName))) as Record<string, unknown>;
  } catch (error) {
    return failure('Runtime.ImportModuleError', String(error), traceOf(error));
  }
  const found = exports[name];
  if (typeof found !== 'function') {
    return failure('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  // Node 24 runtimes do not pass a callback any more: such a handler would never answer.
  if (found.length > 2) {
    return failure('Runtime.CallbackHandlerDeprecated', `${handler} takes a callback: handlers must be async`);
  }
  return found as Handler;
}

function contextOf({ id, functionName, arn, memoryMb, timeoutSeconds }: Invocation): object {
  const deadline = performance.now() + (timeoutSeconds * 1000) / speed;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: id,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `embedded/[$LATEST]${id}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(speed * (deadline - performance.now()))),
  };
}

function payloadOf(result: unknown): { kind: 'done'; payload: string } | ({ kind: 'failed' } & Failure) {
  let payload: string;
  try {
    // undefined and functions have no JSON.
    payload = JSON.stringify(result) ?? 'null';
  } catch (error) {
    return {
      kind: 'failed',
      ...failure('Runtime.MarshalError', `Unable to stringify response body: ${String(error)}`),
    };
  }
  if (Buffer.byteLength(payload) > PAYLOAD_LIMIT) {
    const message = `Response payload size exceeded maximum allowed payload size (${PAYLOAD_LIMIT} bytes).`;
    return { kind: 'failed', ...failure('Function.ResponseSizeTooLarge', message) };
  }
  return { kind: 'done', payload };
}

function describe(error: unknown): Failure {
  if (isNativeError(error)) return failure(error.name, error.message, traceOf(error));
  return failure(typeof error, String(error));
}

function traceOf(error: unknown): string[] {
  return isNativeError(error) ? (error.stack ?? '').split('\n') : [];
}

function report(what: Settled | { id: string; kind: 'ready' | 'started' }): void {
  const { user, system } = process.threadCpuUsage();
  const message: Report = { ...what, cpuMs: (user + system) / 1000 };
  parentPort?.postMessage(message);
}
