import { expect, test } from 'vitest';
import type { Fault } from '../../../local/chaos/harms.ts';
import type { Schedule } from '../../../local/chaos/schedule.ts';
import { shrink } from '../../../local/chaos/shrink.ts';

const fault = (recording: number, call: number): Fault => ({ at: [recording, 'work', call], do: 'reset' });
const usual = { kind: 'usual', recordings: 1 } as const;
const whole: Schedule = {
  meetings: [usual, { ...usual, recordings: 2 }, usual],
  faults: [fault(0, 1), fault(3, 2), fault(1, 3), fault(0, 4), fault(2, 5), fault(0, 6), fault(1, 7)],
  redrive: true,
  jobs: 1,
};

const has = ({ faults }: Schedule, ...calls: number[]) => calls.every((n) => faults.some(({ at }) => at[2] === n));

test.each<[string, (schedule: Schedule) => boolean, Schedule]>([
  ['one fault', (s) => has(s, 4), { meetings: [usual], faults: [fault(0, 4)] }],
  ['two faults that need each other', (s) => has(s, 1, 6), { meetings: [usual], faults: [fault(0, 1), fault(0, 6)] }],
  [
    'a fault of a later meeting, which stays',
    (s) => has(s, 3),
    { meetings: whole.meetings.slice(0, 2), faults: [fault(1, 3)] },
  ],
  ['redriving', (s) => s.redrive === true, { meetings: [usual], faults: [], redrive: true }],
  ['an account', (s) => s.jobs === 1, { meetings: [usual], faults: [], jobs: 1 }],
])('what is left is %s', async (_, breaks, expected) => {
  expect(await shrink(whole, (smaller) => Promise.resolve(breaks(smaller)))).toEqual(expected);
});

test('a schedule that breaks nothing a second time stays whole', async () => {
  expect(await shrink(whole, () => Promise.resolve(false))).toEqual(whole);
});
