import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  checkTarget,
  createApiDestinations,
  isApiDestination,
} from '../../../../local/services/eventBridge/apiDestinations.ts';
import { createEventBus } from '../../../../local/services/eventBridge/eventBridge.ts';
import type { Target } from '../../../../local/services/eventBridge/rule.ts';
import { failureOf, ManualClock } from '../../testClock.ts';

const arn = 'arn:aws:events:eu-west-1:111122223333:api-destination/callback/local';
const target: Target = {
  arn,
  roleArn: 'arn:aws:iam::111122223333:role/callBack',
  deadLetterArn: 'arn:aws:sqs:eu-west-1:111122223333:dead',
};
const body = '{"id":"event-1"}';
const minute = 60_000;

interface Got {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
  /** On the stack's clock. */
  at: number;
}

let clock: ManualClock;
let server: Server;
let got: Got[];
let dead: [string, string][];
/** What is answered next; without one, 200. `silence` is no answer. */
let answers: (number | [status: number, retryAfter: number] | 'silence')[];
let broken: unknown[];

beforeEach(async () => {
  clock = new ManualClock();
  [got, dead, answers, broken] = [[], [], [], []];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      got.push({ method, path, headers, body: Buffer.concat(chunks).toString(), at: clock.now() });
      const next = answers.shift() ?? 200;
      if (next === 'silence') return;
      const [status, retryAfter] = typeof next === 'number' ? [next, undefined] : next;
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/functions/v1/callback`;
const open = (more: { perSecond?: number; limitMs?: number } = {}) =>
  createApiDestinations({
    clock,
    find: (sought) =>
      sought === arn
        ? {
            arn,
            url: url(),
            headers: { 'x-callback-secret': 'secret', 'x-region': 'eu-west-1' },
            perSecond: more.perSecond ?? 50,
          }
        : undefined,
    giveUp: async (queue, given) => void dead.push([queue, given]),
    onBroken: (error) => broken.push(error),
    ...(more.limitMs !== undefined && { limitMs: more.limitMs }),
  });

test('an event is posted as it is, with the headers of the connection', async () => {
  open().send(target, body);
  await clock.advance(0);
  expect(got).toMatchObject([
    {
      method: 'POST',
      path: '/functions/v1/callback',
      body,
      headers: {
        'x-callback-secret': 'secret',
        'x-region': 'eu-west-1',
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Amazon/EventBridge/ApiDestinations',
      },
    },
  ]);
});

describe('what is not taken', () => {
  test.each([409, 429, 500, 502, 503])('with %i is sent again, and then once more', async (status) => {
    answers = [status, status];
    open().send(target, body);
    await clock.advance(minute);
    expect([got.length, dead]).toEqual([3, []]);
  });

  test.each([301, 400, 401, 403, 404, 413, 421, 422])('with %i is put aside at once', async (status) => {
    answers = [status];
    open().send(target, body);
    await clock.advance(minute);
    expect([got.length, dead]).toEqual([1, [[target.deadLetterArn, body]]]);
  });

  test('waits as long as the answer says', async () => {
    answers = [[503, 90]];
    const start = clock.now();
    open().send(target, body);
    await clock.advance(2 * minute);
    expect(got.map(({ at }) => at - start)).toEqual([0, 90_000]);
  });

  test('within its time is sent again', async () => {
    answers = ['silence'];
    open({ limitMs: 20 }).send(target, body);
    await clock.advance(minute);
    expect(got).toHaveLength(2);
  });

  test('for a day is put aside: it is tried as often as on the service', async () => {
    answers = Array.from({ length: 400 }, () => 500);
    open().send(target, body);
    await clock.advance(23 * 60 * minute);
    expect([got.length > 150, dead]).toEqual([true, []]);
    await clock.advance(24 * 60 * minute);
    expect([got.length, dead]).toEqual([186, [[target.deadLetterArn, body]]]);
  });

  test('is tried as often, and for as long, as its target says', async () => {
    answers = Array.from({ length: 20 }, () => 500);
    open().send({ ...target, retries: { seconds: 86_400, attempts: 2 } }, body);
    await clock.advance(60 * minute);
    expect([got.length, dead.length]).toEqual([3, 1]);
    open().send({ ...target, retries: { seconds: 60, attempts: 185 } }, body);
    await clock.advance(60 * minute);
    // After 0, 1, 3, 7, 15 and 31 seconds; the next would be after 63.
    expect([got.length, dead.length]).toEqual([9, 2]);
  });

  test('without a queue is lost, which is printed', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue();
    answers = [400];
    const { deadLetterArn: _, ...bare } = target;
    open().send(bare, body);
    await clock.advance(0);
    expect(said).toHaveBeenCalledWith(expect.stringContaining('An event is lost'));
    said.mockRestore();
  });
});

test('no more are sent in a second than the destination takes', async () => {
  const destinations = open({ perSecond: 2 });
  for (let n = 0; n < 5; n += 1) destinations.send(target, body);
  await clock.advance(0);
  expect(got).toHaveLength(2);
  await clock.advance(1_000);
  expect(got).toHaveLength(4);
  await clock.advance(1_000);
  expect(got).toHaveLength(5);
});

test('nothing is sent after the end, and nobody is told', async () => {
  answers = [500];
  const destinations = open();
  destinations.send(target, body);
  await clock.advance(0);
  destinations.close();
  await clock.advance(minute);
  expect([got.length, dead, broken]).toEqual([1, [], []]);
});

test('a destination that is not there is a fault of the stack', async () => {
  open().send({ ...target, arn: `${arn}-other` }, body);
  await clock.advance(0);
  expect(String(broken[0])).toContain('there is no API destination');
});

describe('a bus', () => {
  const common = { region: 'eu-west-1', accountId: '111122223333' };
  const rule = (given: Target) => ({ name: 'a', pattern: { source: ['aws.chime'] }, targets: [given] });
  const event = {
    version: '0' as const,
    id: 'e',
    'detail-type': 't',
    source: 'aws.chime',
    account: common.accountId,
    time: '2026-11-28T09:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: {},
  };

  test('calls a destination beside a queue, and waits for nobody', async () => {
    const called: [string, string][] = [];
    const sent: string[] = [];
    const queue = 'arn:aws:sqs:eu-west-1:111122223333:one';
    const bus = createEventBus({
      ...common,
      clock,
      send: async (queueArn) => void sent.push(queueArn),
      call: (one, given) => void called.push([one.arn, given]),
    });
    bus.putRule({ ...rule(target), targets: [target, { arn: queue }] });
    await bus.put(event);
    expect([called, sent]).toEqual([[[arn, JSON.stringify(event)]], [queue]]);
  });

  test('that can call nobody says so', () => {
    const bus = createEventBus({ ...common, clock, send: async () => {} });
    expect(() => bus.putRule(rule(target))).toThrow(expect.objectContaining({ status: 501 }));
  });
});

test.each<[string, Target, RegExp]>([
  ['without a role', { arn }, /needs a RoleArn/],
  ['for less than a minute', { ...target, retries: { seconds: 59, attempts: 1 } }, /MaximumEventAgeInSeconds/],
  ['for more than a day', { ...target, retries: { seconds: 86_401, attempts: 1 } }, /MaximumEventAgeInSeconds/],
  ['too often', { ...target, retries: { seconds: 60, attempts: 186 } }, /MaximumRetryAttempts/],
])('a target %s is refused', async (_, given, message) => {
  const error = await failureOf(Promise.resolve().then(() => checkTarget(given)));
  expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringMatching(message) as string });
});

test.each([
  [arn, true],
  ['arn:aws:sqs:eu-west-1:111122223333:one', false],
  ['arn:aws:events:eu-west-1:111122223333:event-bus/default', false],
])('%s is an API destination: %j', (given, expected) => expect(isApiDestination(given)).toBe(expected));
