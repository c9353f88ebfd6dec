import { describe, expect, test } from 'vitest';
import { refusalOf, roleOf } from '../../../pipeline/meetings/access.ts';
import type { Appointment, CallContext, CallParticipant, CallSession } from '../../../pipeline/meetings/call.ts';
import type { ActionName } from '../../../pipeline/meetings/requests.ts';
import type { RefusalName } from '../../../pipeline/refusals.ts';
import { appointmentId, memoryCall, patientId, providerId, rowOf, userOf } from '../memoryCall.ts';

const other = userOf(3);
const stranger = userOf(4);
const rules = { closedAppointments: ['cancelled', 'completed', 'no_show'] };
const everybody = ['join', 'consent', 'report', 'status'] as const;
const providers = ['batch-join', 'admit', 'mute', 'remove', 'transcription', 'end'] as const;
const ofMeetings: readonly ActionName[] = [...everybody, ...providers];
const openAppointment: Appointment = {
  id: appointmentId,
  providerId,
  patientId,
  status: 'confirmed',
  videoEnabled: true,
};

function contextOf(userId: string | null, more: Partial<CallContext> = {}): CallContext {
  const isKnown = userId !== null && userId !== stranger;
  return {
    tooMany: false,
    userId,
    appointment: openAppointment,
    session: sessionOf(),
    participant: isKnown ? rowOf(userId) : null,
    ...more,
  };
}

function sessionOf(more: Partial<CallSession> = {}): CallSession {
  return { ...memoryCall().toSession(), status: 'active', ...more };
}

const people = { provider: providerId, patient: patientId, invited: other, stranger };
type Who = keyof typeof people;

/** Who may: the code for each of them, or nothing where it is granted. */
const byRole: Readonly<Record<ActionName, Readonly<Record<Who, RefusalName | undefined>>>> = {
  create: { provider: undefined, patient: undefined, invited: 'NotAParticipant', stranger: 'NotAParticipant' },
  join: { provider: undefined, patient: undefined, invited: undefined, stranger: 'NotAParticipant' },
  consent: { provider: undefined, patient: undefined, invited: undefined, stranger: 'NotAParticipant' },
  report: { provider: undefined, patient: undefined, invited: undefined, stranger: 'NotAParticipant' },
  status: { provider: undefined, patient: undefined, invited: undefined, stranger: 'NotAParticipant' },
  'batch-join': only(),
  admit: only(),
  mute: only(),
  remove: only(),
  transcription: only(),
  end: only(),
};

function only(): (typeof byRole)['end'] {
  const refused = 'OnlyTheProvider';
  return { provider: undefined, patient: refused, invited: refused, stranger: 'NotAParticipant' };
}

const cases = Object.entries(byRole).flatMap(([action, codes]) =>
  Object.entries(codes).map(([who, code]) => [action as ActionName, who as Who, code] as const),
);
const join = <T>(names: readonly ActionName[], row: T) => names.map((name) => [name, row] as const);

test.each(cases)('while the visit goes on, %s of the %s: %s', (action, who, code) => {
  expect(refusalOf(action, contextOf(people[who]), rules)).toBe(code);
});

describe('whoever is not known', () => {
  test.each([...ofMeetings, 'create'] as const)('is told so before anything else: %s', (action) => {
    expect(refusalOf(action, contextOf(null, { session: null, appointment: null }), rules)).toBe('UnknownUser');
    expect(refusalOf(action, contextOf(providerId, { tooMany: true, userId: null }), rules)).toBe('TooManyRequests');
  });

  test.each(ofMeetings)('and a meeting that is not there is the same for everybody: %s', (action) => {
    for (const userId of Object.values(people)) {
      expect(refusalOf(action, contextOf(userId, { session: null }), rules)).toBe('MeetingNotFound');
    }
  });
});

const whileItGoesOn = ['consent', 'batch-join', 'admit', 'mute', 'remove', 'transcription'] as const;

/** What the provider, who may everything, is told when the visit is not going on. */
const states: readonly (readonly [string, Partial<CallSession>, Readonly<Record<string, RefusalName | undefined>>])[] =
  [
    ['scheduled', { status: 'scheduled' }, {}],
    ['failed', { status: 'failed' }, {}],
    [
      'ended by End',
      { status: 'ended', endedBy: providerId },
      Object.fromEntries(join(['join', ...whileItGoesOn], 'MeetingEnded' as const)),
    ],
    ['ended by itself', { status: 'ended' }, Object.fromEntries(join(whileItGoesOn, 'MeetingEnded' as const))],
  ];

describe.each(states)('a visit that is %s', (_, session, codes) => {
  test.each(ofMeetings)('%s', (action) => {
    const context = contextOf(providerId, { session: sessionOf(session) });
    expect(refusalOf(action, context, rules)).toBe(codes[action]);
  });

  test('is opened by the patient as by the provider, and by nobody who was removed or is strange', () => {
    const told = [patientId, stranger].map((id) =>
      refusalOf('join', contextOf(id, { session: sessionOf(session) }), rules),
    );
    expect(told).toEqual([codes['join'], 'NotAParticipant']);
    const removed = contextOf(patientId, {
      session: sessionOf(session),
      participant: rowOf(patientId, { status: 'removed' }),
    });
    expect(refusalOf('join', removed, rules)).toBe('NotAParticipant');
  });
});

describe('an appointment', () => {
  const closed: readonly (readonly [string, Partial<Appointment>])[] = [
    ['that is cancelled', { status: 'cancelled' }],
    ['whose word has capitals and blanks', { status: ' No_Show ' }],
    ['without video', { videoEnabled: false }],
    ['of which nobody said that it has video', { videoEnabled: null }],
    ['of somebody with herself', { patientId: providerId }],
    ['without a patient', { patientId: null }],
  ];

  test.each(closed)('%s opens no visit', (_, more) => {
    const context = contextOf(providerId, { appointment: { ...openAppointment, ...more } });
    expect(refusalOf('create', { ...context, session: null }, rules)).toBe('AppointmentNotOpen');
    for (const status of ['scheduled', 'failed', 'ended'] as const) {
      expect(refusalOf('join', { ...context, session: sessionOf({ status }) }, rules)).toBe('AppointmentNotOpen');
    }
  });

  test.each(closed)('%s breaks no visit that goes on', (_, more) => {
    const context = contextOf(providerId, { appointment: { ...openAppointment, ...more } });
    for (const action of ofMeetings) expect(refusalOf(action, context, rules)).toBeUndefined();
  });

  test('that is not there is not told from one that cannot be', () => {
    expect(refusalOf('create', contextOf(stranger, { appointment: null, session: null }), rules)).toBe(
      'AppointmentNotFound',
    );
  });

  test('that is no longer there opens no visit anew, and breaks none', () => {
    const joining = (status: CallSession['status']) =>
      refusalOf('join', contextOf(patientId, { appointment: null, session: sessionOf({ status }) }), rules);
    expect(
      ['scheduled', 'failed', 'ended', 'active'].map((status) => joining(status as CallSession['status'])),
    ).toEqual(['AppointmentNotOpen', 'AppointmentNotOpen', 'AppointmentNotOpen', undefined]);
  });

  test('is open whatever else its status says', () => {
    for (const status of [null, '', 'confirmed', 'checked in']) {
      const context = contextOf(patientId, { appointment: { ...openAppointment, status }, session: null });
      expect(refusalOf('create', context, rules)).toBeUndefined();
    }
  });
});

describe('somebody who was removed', () => {
  test.each([...ofMeetings, 'create'] as const)('may nothing until she is named again: %s', (action) => {
    for (const id of [patientId, other]) {
      const context = contextOf(id, { participant: rowOf(id, { status: 'removed' }) });
      expect(refusalOf(action, context, rules)).toBe('NotAParticipant');
      const named = { ...context, participant: rowOf(id) };
      expect(refusalOf(action, named, rules)).toBe(byRole[action][id === other ? 'invited' : 'patient']);
    }
  });

  test.each([...ofMeetings, 'create'] as const)('is never the provider: %s', (action) => {
    const context = contextOf(providerId, { participant: rowOf(providerId, { status: 'removed' }) });
    expect(refusalOf(action, context, rules)).toBeUndefined();
  });
});

describe('whose visit it is', () => {
  const taken: Appointment = { ...openAppointment, providerId: stranger };
  const row = (id: string, more: Partial<CallParticipant> = {}) => ({ participant: rowOf(id, more) });

  test.each<[string, string, Partial<CallContext>, ReturnType<typeof roleOf>]>([
    ['the appointment says', stranger, { appointment: taken }, 'provider'],
    [
      'the appointment says, and the session no more',
      providerId,
      { appointment: taken, ...row(providerId) },
      undefined,
    ],
    ['the session says where there is no appointment', patientId, { appointment: null, ...row(patientId) }, 'patient'],
    [
      'the session says of whom the appointment does not',
      providerId,
      { appointment: { ...openAppointment, providerId: null } },
      'provider',
    ],
    ['nobody says where the session has no people', patientId, { appointment: null, session: null }, undefined],
    ['an observer of an older row is somebody else', other, row(other, { role: 'observer' }), 'other'],
  ])('%s', (_, userId, more, role) => {
    const context = contextOf(userId, { participant: null, ...more });
    expect(roleOf(context)).toBe(role);
    if (role === undefined && context.session) expect(refusalOf('join', context, rules)).toBe('NotAParticipant');
  });
});
