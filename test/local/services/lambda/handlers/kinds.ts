import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { clientKey } from './state.ts';

/** One handler for each thing that can happen. */

interface Context {
  functionName: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export const echo = async (event: unknown) => event;
export const nothing = async () => undefined;
export const context = async (_: unknown, given: Context) => ({
  ...given,
  remaining: given.getRemainingTimeInMillis(),
});
export const keys = async () => clientKey();
export const environment = async () => {
  await delay(20);
  process.env['SEEN'] = `by ${process.env['AWS_LAMBDA_FUNCTION_NAME']}`;
  await delay(20);
  return { ...process.env };
};
export const fail = async () => {
  const error = new Error('rec-1 has no audio');
  error.name = 'RecordingEmpty';
  throw error;
};
export const failWithText = async () => {
  // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error
  throw 'just text';
};
export const slow = async () => delay(60_000);
export const block = async () => {
  for (;;);
};
/** Keeps its thread until there is a file of that name. */
export const keep = async ({ until }: { until: string }) => {
  while (!existsSync(until));
  return 'let go';
};
export const crash = async () => {
  await delay(20);
  process.exit(3);
};
export const rejectLater = async () => {
  void Promise.reject(new Error('nobody waits for this'));
  await delay(1000);
};
export const pause = async ({ ms }: { ms: number }) => {
  await delay(ms);
  return 'rested';
};
export const talk = async () => {
  console.log('one\ntwo');
  console.error('three');
};
export const large = async () => 'x'.repeat(6_291_556);
export const circular = async () => {
  const object: Record<string, unknown> = {};
  object['self'] = object;
  return object;
};
// oxlint-disable-next-line promise/prefer-await-to-callbacks
export const callback = (_event: unknown, _context: unknown, done: (error: null) => void) => done(null);
export const notAFunction = 7;
