import { describe, expect, test } from 'vitest';
import { chatDeeds } from '../../../local/chaos/chatDeeds.ts';
import { isOfChatAlone } from '../../../local/chaos/chatFaults.ts';
import { hasChat } from '../../../local/chaos/chatPlan.ts';
import { callNumber, levelOf } from '../../../local/chaos/harms.ts';
import { type Functions, parseSchedule, toCallSchedule, toSchedule } from '../../../local/chaos/schedule.ts';

const functions: Functions = {
  all: ['takeIn', 'work', 'wake'],
  calls: { takeIn: 3, work: 9, wake: 2 },
  intake: 'takeIn',
  woken: ['wake'],
};
const many = Array.from({ length: 500 }, (_, run) => toSchedule('seed', run, functions));

describe('the schedules of a seed', () => {
  test('are the same each time, and others for another seed', () => {
    expect(toSchedule('seed', 7, functions)).toEqual(many[7]);
    expect(toSchedule('other', 7, functions)).not.toEqual(many[7]);
  });

  test('disturb recordings that are there', () => {
    const lost = many.filter(({ meetings, faults }) => {
      const recordings = meetings.reduce((sum, meeting) => sum + meeting.recordings, 0);
      return faults.some(({ at }) => at[0] >= recordings);
    });
    expect(lost).toEqual([]);
  });

  test('hold a call beside the recordings now and then, and disturb it', () => {
    const called = many.filter(({ call }) => call);
    expect(called.length).toBeGreaterThan(100);
    const isOfCall = ({ faults }: (typeof many)[number]) => faults.some(({ at }) => at[0] === callNumber);
    expect(called.filter((one) => !isOfCall(one))).toEqual([]);
    expect(many.filter((one) => !one.call && isOfCall(one))).toEqual([]);
  });

  test('have more recordings than places in a small account, and stop one of them now and then', () => {
    const crowded = many.filter(({ jobs }) => jobs !== undefined);
    expect(crowded.length).toBeGreaterThan(30);
    const inVain = crowded.filter(({ meetings, jobs = 0 }) => (meetings[0]?.recordings ?? 0) < jobs);
    expect(inVain).toEqual([]);
    const stopped = crowded.filter(({ faults }) =>
      faults.some(({ at, do: harm }) => harm === 'stop' && at[1] === 'Transcribe'),
    );
    expect(stopped.length).toBeGreaterThan(10);
  });

  test('never lose the event of a new recording, which nobody could know of', () => {
    const never = many.flatMap(({ faults }) => faults.filter(({ do: harm }) => harm === 'never'));
    expect(never.length).toBeGreaterThan(0);
    expect(never.filter(({ at }) => at[0] !== callNumber && at[1] !== 'wake')).toEqual([]);
  });

  test('reach each level, and last where they have to', () => {
    const faults = many.flatMap((schedule) => schedule.faults);
    expect([...new Set(faults.map(({ do: harm }) => levelOf(harm)))].toSorted()).toEqual([
      'call',
      'event',
      'invocation',
      'words',
    ]);
    const lasting = ['away', 'jump-after', 'late', 'twice-late'];
    expect(faults.filter(({ do: harm, minutes }) => lasting.includes(harm) !== (minutes !== undefined))).toEqual([]);
  });
});

test('a schedule is read as it was printed', () => {
  expect(many.map((schedule) => parseSchedule(JSON.stringify(schedule)))).toEqual(many);
});

test.each([
  ['{', 'JSON'],
  ['{}', 'meetings'],
  ['{"meetings":[],"faults":[{"at":[0,"work",1],"do":"nothing"}]}', '"nothing"'],
])('%s is none', (text, message) => {
  expect(() => parseSchedule(text)).toThrow(message);
});

test('calls alone: nothing is uploaded, each is held, and what goes wrong goes wrong there', () => {
  const calls = Array.from({ length: 200 }, (_, run) => toCallSchedule('seed', run));
  expect(calls.filter(({ meetings, call }) => meetings.length > 0 || call === undefined)).toEqual([]);
  expect(calls.flatMap(({ faults }) => faults).filter(({ at }) => at[0] !== callNumber)).toEqual([]);
  expect(calls.map((one) => parseSchedule(JSON.stringify(one)))).toEqual(calls);
  const chats = calls.filter(({ call }) => call && hasChat(call));
  expect(chats.length).toBeGreaterThan(60);
  expect(chats.length).toBeLessThan(120);
  const deeds = new Set(chats.flatMap(({ call }) => call?.acts ?? []).map(({ does }) => does));
  expect(chatDeeds.filter((deed) => !deeds.has(deed))).toEqual([]);
  expect(chats.filter(({ faults }) => !faults.some((fault) => isOfChatAlone(fault) || fault.do === 'away'))).toEqual(
    [],
  );
});
