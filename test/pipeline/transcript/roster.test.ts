import { describe, expect, test } from 'vitest';
import {
  isCutShort,
  type MeetingEvents,
  rolesByRoster,
  toMeetingEvents,
  withRoster,
} from '../../../pipeline/transcript/roster.ts';
import type { Role } from '../../../pipeline/transcript/transcript.ts';
import type { Line } from '../jobResults.ts';
import { transcriptOf } from '../transcriptOf.ts';

const event = (second: number, EventType: string, EventParameters: object = {}) =>
  JSON.stringify({ Timestamp: `2026-03-02T09:30:${String(second).padStart(2, '0')}.000Z`, EventType, EventParameters });

describe('a meeting-events file', () => {
  test('says who was active when, from the start of the capture, and how long it went on', () => {
    const text = [
      event(0, 'CaptureStarted'),
      event(1, 'AttendeeJoined', { AttendeeId: 'a-1' }),
      event(2, 'ActiveSpeaker', { AttendeeId: 'a-1' }),
      event(7, 'ActiveSpeaker', { attendees: [{ attendeeId: 'a-2', volume: 3 }, { attendeeId: 'a-1' }] }),
      event(9, 'AttendeeVideoJoined', { AttendeeId: 'a-1' }),
      event(30, 'CaptureEnded'),
    ].join('\n');
    expect(toMeetingEvents(text)).toEqual({
      capturedMs: 30_000,
      active: [
        { attendeeId: 'a-1', startMs: 2_000, endMs: 7_000 },
        { attendeeId: 'a-2', startMs: 7_000, endMs: 30_000 },
      ],
    });
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['lines that are no JSON', 'not json\n{"broken":\n'],
    ['no start of the capture', event(2, 'ActiveSpeaker', { AttendeeId: 'a-1' })],
    ['a time that is none', '{"Timestamp":"soon","EventType":"CaptureStarted"}'],
  ])('of %s says nothing', (_, text) => {
    expect(toMeetingEvents(text)).toEqual({ capturedMs: undefined, active: [] });
  });

  test('may be unordered, with times in milliseconds', () => {
    const at = (Timestamp: number, EventType: string, id?: string) =>
      JSON.stringify({ Timestamp, EventType, EventParameters: id === undefined ? null : { attendee_id: id } });
    const text = [at(9_000, 'ActiveSpeaker', 'b'), at(1_000, 'CaptureStarted'), at(3_000, 'ActiveSpeaker', 'a')].join(
      '\n',
    );
    expect(toMeetingEvents(text).active.map(({ attendeeId, startMs }) => [attendeeId, startMs])).toEqual([
      ['a', 2_000],
      ['b', 8_000],
    ]);
  });
});

describe('the roster', () => {
  const lines: Line[] = [
    [0, 'one two three four five six seven eight nine ten one two three four five six seven eight nine ten'],
    [1, 'one two three four five six seven eight nine ten one two three four five six seven eight nine ten'],
  ];
  const { turns } = transcriptOf(lines);
  const [first, second] = turns;
  const spans = (...owners: [string, number, number][]): MeetingEvents => ({
    capturedMs: undefined,
    active: owners.map(([attendeeId, startMs, endMs]) => ({ attendeeId, startMs, endMs })),
  });
  const whole = spans(['p', 0, first?.endMs ?? 0], ['d', first?.endMs ?? 0, second?.endMs ?? 0]);
  const people = [
    { attendeeId: 'd', role: 'provider' as const },
    { attendeeId: 'p', role: 'patient' as const },
  ];

  test('names both, whoever speaks first', () => {
    expect(Object.fromEntries(rolesByRoster(turns, whole, people))).toEqual({
      spk_0: { role: 'patient', roleConfidence: 1, roleEvidence: 'roster' },
      spk_1: { role: 'clinician', roleConfidence: 1, roleEvidence: 'roster' },
    });
  });

  test.each<[string, MeetingEvents, typeof people]>([
    ['nobody who is not on it', whole, []],
    ['no label that two share', spans(['p', 0, 2_300], ['d', 2_300, (first?.endMs ?? 0) + 100]), people],
    ['nobody who was heard for a moment', spans(['p', 0, 1_000]), people],
    ['nobody without active speakers', spans(), people],
  ])('names %s', (_, events, participants) => {
    expect(rolesByRoster(turns, events, participants).size).toBe(0);
  });

  test('names one and leaves the other to the dialogue', () => {
    expect([...rolesByRoster(turns, whole, people.slice(0, 1)).keys()]).toEqual(['spk_1']);
  });
});

test.each<[string, number | undefined, number, boolean]>([
  ['a capture that lost its last chunks', 600_000, 585_000, true],
  ['a capture that is all there', 600_000, 595_000, false],
  ['a capture of unknown length', undefined, 5_000, false],
])('%s', (_, capturedMs, durationMs, cut) => {
  expect(isCutShort({ capturedMs, active: [] }, durationMs)).toBe(cut);
});

describe('roster and dialogue together', () => {
  const { turns } = transcriptOf([
    [0, 'one two three four five six seven eight nine ten one two three four five six seven eight nine ten'],
    [1, 'one two three four five six seven eight nine ten one two three four five six seven eight nine ten'],
  ]);
  const heard = (role: Role) => ({ role, roleConfidence: 0.9, roleEvidence: 'dialogue' as const });
  const events = { capturedMs: undefined, active: [{ attendeeId: 'd', startMs: 0, endMs: turns[0]?.endMs ?? 0 }] };
  const roster = { events, participants: [{ attendeeId: 'd', role: 'provider' as const }] };

  test.each<[string, Role, Role, Role]>([
    ['the roster wins over the dialogue', 'patient', 'clinician', 'unknown'],
    ['what the roster does not know stays', 'unknown', 'patient', 'patient'],
    ['another may stand beside a proven clinician', 'clinician', 'other', 'other'],
  ])('%s', (_, first, second, remains) => {
    const dialogue = new Map([
      ['spk_0', heard(first)],
      ['spk_1', heard(second)],
    ]);
    const roles = withRoster(dialogue, turns, roster);
    expect(roles.get('spk_0')).toMatchObject({ role: 'clinician', roleEvidence: 'roster' });
    expect(roles.get('spk_1')).toMatchObject({ role: remains });
  });

  test('without a roster the dialogue is all there is', () => {
    const dialogue = new Map([['spk_0', heard('patient')]]);
    expect(withRoster(dialogue, turns, undefined)).toEqual(dialogue);
  });
});
