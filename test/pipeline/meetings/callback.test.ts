import { describe, expect, test } from 'vitest';
import { readDetail, toCalledBack } from '../../../pipeline/meetings/callback.ts';

const now = new Date('2026-11-28T09:00:00.000Z');
const taken = {
  accountId: '111122223333',
  types: {
    'Chime Meeting State Change': { source: 'aws.chime', regions: ['eu-central-1'] },
    'Transcribe Job State Change': { source: 'aws.transcribe', regions: ['eu-west-1'] },
  },
};
const event = {
  version: '0',
  id: '5ee6265a-0a40-104e-d8a5-a6d5b2b1f9a1',
  'detail-type': 'Chime Meeting State Change',
  source: 'aws.chime',
  account: '111122223333',
  time: '2026-11-28T08:59:58Z',
  region: 'eu-central-1',
  resources: [],
  detail: { eventType: 'chime:AttendeeJoined' },
};
/** What becomes of it: its id, or the name by which it is refused. */
const outcomeOf = (body: unknown) => {
  try {
    return toCalledBack(body, taken, now).id;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

test('an event is taken as it was sent', () => {
  const { version: _, resources: __, ...looked } = event;
  expect(toCalledBack(event, taken, now)).toEqual(looked);
});

test.each<[string, object, string]>([
  ['another account', { account: '444455556666' }, 'ForeignEvent'],
  ['another region', { region: 'eu-west-2' }, 'ForeignEvent'],
  ['the region of another service', { region: 'eu-west-1' }, 'ForeignEvent'],
  ['another source', { source: 'aws.transcribe' }, 'EventNotTaken'],
  ['our own source', { source: 'medzen.call' }, 'EventNotTaken'],
  ['another type', { 'detail-type': 'Meeting Changed' }, 'EventNotTaken'],
  ['a type of a prototype', { 'detail-type': 'constructor' }, 'EventNotTaken'],
  ['no id', { id: '' }, 'InvalidRequest'],
  ['a long id', { id: 'i'.repeat(129) }, 'InvalidRequest'],
  ['no time', { time: undefined }, 'InvalidRequest'],
  ['a time that is none', { time: 'yesterday' }, 'InvalidRequest'],
  ['a time in milliseconds', { time: now.getTime() }, 'InvalidRequest'],
  ['a day that is none', { time: '2026-13-40T09:00:00Z' }, 'InvalidRequest'],
  ['no detail', { detail: null }, 'InvalidRequest'],
  ['a list for a detail', { detail: [] }, 'InvalidRequest'],
])('%s is refused by name', (_, change, code) => {
  expect(outcomeOf({ ...event, ...change })).toBe(code);
});

test.each([[undefined], [null], [[]], ['text'], [7], [{}]])('%j is no event', (body) => {
  expect(outcomeOf(body)).toBe('InvalidRequest');
});

describe('the age of an event', () => {
  test.each([
    ['just now', 0, true],
    ['25 hours', 25 * 3_600, true],
    ['25 hours and a second', 25 * 3_600 + 1, false],
    ['from a clock that is a minute fast', -60, true],
    ['from further in the future', -61, false],
  ])('%s', (_, seconds, isTaken) => {
    const time = new Date(now.getTime() - seconds * 1_000).toISOString();
    expect(outcomeOf({ ...event, time })).toBe(isTaken ? event.id : 'EventOutOfTime');
  });
});

test('a detail that is not as its service sends it is refused, and nothing of it is repeated', () => {
  expect(readDetail(() => 'read')).toBe('read');
  const read = () =>
    readDetail(() => {
      throw new RangeError('said by a patient');
    });
  expect(read).toThrow(
    expect.objectContaining({ code: 'InvalidRequest', message: expect.stringContaining('detail') as string }),
  );
  expect(read).not.toThrow('patient');
});
