import { describe, expect, test } from 'vitest';
import type { MeetingEvents } from '../../../pipeline/transcript/meetingEvents.ts';
import { rolesByRoster, withRoster } from '../../../pipeline/transcript/roster.ts';
import type { Role } from '../../../pipeline/transcript/transcript.ts';
import type { Line } from '../jobResults.ts';
import { transcriptOf } from '../transcriptOf.ts';

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
    present: [],
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

  test.each<[string, typeof people]>([
    [
      'in capitals',
      [
        { attendeeId: 'D', role: 'provider' },
        { attendeeId: 'P', role: 'patient' },
      ],
    ],
    [
      'with the id of a share',
      [{ attendeeId: 'd#content', role: 'provider' }, people[1] ?? people[0]] as typeof people,
    ],
  ])('knows ids %s', (_, participants) => {
    expect([...rolesByRoster(turns, whole, participants).values()].map(({ role }) => role)).toEqual([
      'patient',
      'clinician',
    ]);
  });

  test.each<[string, string, Role | undefined]>([
    ['an observer is somebody else', 'observer', 'other'],
    ['a word that is not listed is no evidence', 'scribe', undefined],
  ])('%s', (_, role, named) => {
    const participants = [{ attendeeId: 'p', role }] as unknown as typeof people;
    expect(rolesByRoster(turns, whole, participants).get('spk_0')?.role).toBe(named);
  });

  describe('of somebody who rejoins', () => {
    const { turns } = transcriptOf(lines.map(([speaker, words]) => [speaker, `${words} ${words}`]));
    const [start = 0, end = 0] = [turns[1]?.startMs, turns[1]?.endMs];
    const middle = (start + end) / 2;
    const events = (present: [string, number, number][]): MeetingEvents => ({
      ...spans(['p', 0, start], ['d0', start, middle], ['d', middle, end]),
      present: present.map(([attendeeId, startMs, endMs]) => ({ attendeeId, startMs, endMs })),
    });
    const apart: [string, number, number][] = [
      ['p', 0, end],
      ['d0', 0, middle],
      ['d', middle, end],
    ];
    const roleOf = (events: MeetingEvents, participants = people) =>
      rolesByRoster(turns, events, participants).get('spk_1')?.role;

    test('has both ids where both are listed', () => {
      expect(roleOf(events([]), [...people, { attendeeId: 'd0', role: 'provider' }])).toBe('clinician');
    });

    test('has one role where only the newer id is listed', () => {
      expect(roleOf(events(apart))).toBe('clinician');
    });

    test.each<[string, [string, number, number][]]>([
      ['when they were there together', [...apart, ['d', 0, 60_000], ['d0', 0, 60_000]]],
      ['when nobody wrote down who was there', []],
      ['when the other came unseen', apart.slice(1, 2)],
    ])('is not made of two people, %s', (_, present) => {
      expect(roleOf(events(present))).toBeUndefined();
    });

    test('may say little under the newer id, if nobody else says more', () => {
      const present = events(apart);
      const active = [
        { attendeeId: 'd0', startMs: start, endMs: end - 1_500 },
        { attendeeId: 'd', startMs: end - 1_500, endMs: end },
      ];
      expect(roleOf({ ...present, active })).toBe('clinician');
      expect(
        roleOf({ ...present, active: [{ attendeeId: 'd', startMs: 0, endMs: start }, ...active] }),
      ).toBeUndefined();
    });

    test('is not somebody whose voice was not heard under the listed id', () => {
      const guest = { ...events(apart), active: [{ attendeeId: 'd0', startMs: start, endMs: end }] };
      expect(roleOf(guest)).toBeUndefined();
    });
  });

  test('names one and leaves the other to the dialogue', () => {
    expect([...rolesByRoster(turns, whole, people.slice(0, 1)).keys()]).toEqual(['spk_1']);
  });
});

describe('roster and dialogue together', () => {
  const { turns } = transcriptOf([
    [0, 'one two three four five six seven eight nine ten one two three four five six seven eight nine ten'],
    [1, 'one two three four five six seven eight nine ten one two three four five six seven eight nine ten'],
  ]);
  const heard = (role: Role) => ({ role, roleConfidence: 0.9, roleEvidence: 'dialogue' as const });
  const active = [{ attendeeId: 'd', startMs: 0, endMs: turns[0]?.endMs ?? 0 }];
  const events = { capturedMs: undefined, active, present: [] };
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
