import { beforeEach, describe, expect, test } from 'vitest';
import { Arrival } from '../../viewer/arrival.ts';
import type { Hearing } from '../../viewer/realtime.ts';
import { type Fault, SourceFault, type Standing, type Told } from '../../viewer/source.ts';
import { settle, Timers } from './timers.ts';

let timers: Timers;
let now: Standing;
let fault: Fault | undefined;
/** When it was asked, in seconds. */
let asked: number[];
let told: Told[];
let hearing: Hearing | undefined;
let listens: string[];
let answers: (() => void)[] | undefined;
let arrival: Arrival;

beforeEach(() => {
  timers = new Timers();
  now = { status: 'received', error: null, sessionId: 's', revision: 0, signedRevision: null, isReleased: false };
  [fault, asked, told, hearing, listens, answers] = [undefined, [], [], undefined, [], undefined];
  const around = {
    ask: async () => {
      asked.push(timers.now / 1000);
      const standing = now;
      const lost = fault;
      if (answers) await new Promise<void>((resolve) => answers?.push(resolve));
      if (lost) throw new SourceFault(lost);
      return standing;
    },
    listen: (sessionId: string, of: Hearing) => {
      listens.push(sessionId);
      hearing = of;
      return () => listens.push('hung up');
    },
    after: timers.after,
  };
  arrival = new Arrival('rec-1', around, (one) => told.push(one));
});

const hear = (more: object = {}) => hearing?.heard('recording', { recordingId: 'rec-1', status: 'any', ...more });
const statuses = () => told.map(({ standing }) => standing?.status);

test('where nobody can be listened to, it asks after 5 seconds, then ever more rarely, and soon again after a change', async () => {
  await timers.pass(200_000);
  expect(asked).toEqual([0, 5, 15, 35, 75, 135, 195]);
  now = { ...now, status: 'transcribing' };
  await timers.pass(70_000);
  expect(asked.slice(-3)).toEqual([255, 260, 270]);
});

test('where it listens, it asks once when it begins to, and then only when something was told', async () => {
  await settle();
  expect(listens).toEqual(['s']);
  hearing?.joined();
  await timers.pass(3_600_000);
  expect(asked).toEqual([0, 0]);
  now = { ...now, status: 'completed', revision: 1 };
  hear({ revision: 1 });
  await timers.pass(1000);
  expect(asked).toHaveLength(3);
  expect(told.at(-1)).toEqual({ standing: now, fault: null });
});

describe('what is told', () => {
  beforeEach(async () => {
    now = { ...now, status: 'completed', revision: 5 };
    await timers.pass(5000);
    hearing?.joined();
    await settle();
    asked = [];
  });
  test.each([
    ['an older revision that comes late', () => hear({ revision: 4 }), 0],
    ['the same revision: it may be signed', () => hear({ revision: 5 }), 1],
    ['another recording of the session', () => hear({ recordingId: 'rec-2', revision: 6 }), 0],
    ['another event', () => hearing?.heard('release', { recordingId: 'rec-1', revision: 6 }), 0],
    ['a message without a revision', () => hear(), 1],
    ['many messages at once', () => [6, 8, 7, 9].forEach((revision) => hear({ revision })), 1],
  ])('%s', async (_, tell, times) => {
    tell();
    await timers.pass(1000);
    expect(asked).toHaveLength(times);
  });
  test('while an answer is under way is asked for after it', async () => {
    answers = [];
    hear({ revision: 6 });
    await timers.pass(1000);
    now = { ...now, revision: 7 };
    hear({ revision: 7 });
    await timers.pass(1000);
    expect(asked).toHaveLength(1);
    for (const answer of answers.splice(0)) answer();
    await settle();
    for (const answer of answers.splice(0)) answer();
    await timers.pass(3_600_000);
    expect(asked).toHaveLength(2);
    expect(told.at(-1)?.standing?.revision).toBe(7);
  });
});

test('an answer that is older than what is known changes nothing', async () => {
  now = { ...now, status: 'completed', revision: 5 };
  await timers.pass(5000);
  now = { ...now, revision: 4 };
  await timers.pass(60_000);
  expect(told.map(({ standing }) => standing?.revision)).toEqual([0, 5]);
});

test('a line that is lost is replaced by asking, from 5 seconds on, until it is joined again', async () => {
  await settle();
  hearing?.joined();
  await timers.pass(1000);
  hearing?.lost();
  // Each attempt that fails is a loss, and none of them puts the next question off.
  for (let second = 0; second < 20; second += 1) {
    hearing?.lost();
    await timers.pass(1000);
  }
  expect(asked).toEqual([0, 0, 6, 16]);
  hearing?.joined();
  await timers.pass(3_600_000);
  expect(asked).toEqual([0, 0, 6, 16, 21]);
});

test('offline, it says so with what was known, asks on even where it listens, and says when it is over', async () => {
  await settle();
  fault = 'offline';
  hearing?.joined();
  await timers.pass(6000);
  expect(told.at(-1)).toEqual({ standing: now, fault: 'offline' });
  fault = undefined;
  await timers.pass(15_000);
  expect(told.at(-1)).toEqual({ standing: now, fault: null });
  const count = asked.length;
  await timers.pass(3_600_000);
  expect(asked).toHaveLength(count);
});

test('each state of the processing is told, and the session is listened to once', async () => {
  for (const status of ['transcribing', 'extracting', 'failed'] as const) {
    now = { ...now, status };
    await timers.pass(10_000);
  }
  expect([...new Set(statuses())]).toEqual(['received', 'transcribing', 'extracting', 'failed']);
  expect(listens).toEqual(['s']);
});

test('closed, it hangs up, asks nothing, and tells nothing of an answer that was under way', async () => {
  answers = [];
  await timers.pass(5000);
  const count = told.length;
  arrival.close();
  for (const answer of answers) answer();
  await timers.pass(3_600_000);
  expect(told).toHaveLength(count);
  expect(listens).toEqual(['s', 'hung up']);
});
