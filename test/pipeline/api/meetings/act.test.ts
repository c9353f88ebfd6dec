import { describe, expect, test } from 'vitest';
import { act } from '../../../../pipeline/api/meetings/act.ts';
import type { EnterAnswer } from '../../../../pipeline/api/meetings/enterAs.ts';
import { appointmentId, callerOf, memoryCall, patientId, providerId, sessionId, userOf } from '../../memoryCall.ts';

const ofChime = [
  'create',
  'exists',
  'remove',
  'createAttendee',
  'createAttendees',
  'findAttendee',
  'setCapabilities',
  'removeAttendee',
  'startCaptions',
  'stopCaptions',
];

async function inCall() {
  const call = memoryCall();
  const send = (userId: string, body: unknown) => act(call.ports)(callerOf(userId), { params: {}, body });
  const { meeting } = (await send(providerId, { action: 'create', appointmentId })) as EnterAnswer;
  const meetingId = meeting.MeetingId;
  await send(patientId, { action: 'join', meetingId });
  call.kept.calls.length = 0;
  call.kept.measured.length = 0;
  return { ...call, send, meetingId, asked: () => call.kept.calls.filter((name) => ofChime.includes(name)) };
}

test.each<[string, object, object]>([
  ['create', { appointmentId }, { session: { id: sessionId }, attendee: { ExternalUserId: providerId } }],
  ['join', {}, { session: { id: sessionId }, attendee: { ExternalUserId: providerId } }],
  ['batch-join', { userIds: [userOf(3)] }, { attendees: [{ userId: userOf(3) }], errors: [] }],
  ['admit', { userId: patientId }, { userId: patientId, admitted: true }],
  ['mute', { userId: patientId }, { userId: patientId, muted: true }],
  ['remove', { userId: patientId }, { userId: patientId, status: 'removed' }],
  ['report', { kind: 'quality', values: {} }, {}],
  ['consent', { decision: 'given', textVersion: '2026-11-29' }, { userId: providerId, decision: 'given' }],
  ['transcription', { enabled: false }, { captions: { on: false } }],
  ['status', {}, { session: { id: sessionId }, status: 'active', captions: { on: false } }],
  ['end', {}, { session: { id: sessionId, status: 'ended' } }],
])('%s acts', async (action, more, expected) => {
  const { kept, send, meetingId } = await inCall();
  expect(await send(providerId, { action, meetingId, ...more })).toMatchObject(expected);
  expect([kept.calls[0], kept.refused]).toEqual(['context', []]);
});

describe('what is not granted', () => {
  test.each([
    ['of the patient', patientId, 'end', 'OnlyTheProvider'],
    ['of a stranger', userOf(8), 'join', 'NotAParticipant'],
  ])('%s stands in the trail of the meeting, and asks Chime nothing', async (_, userId, action, code) => {
    const { kept, send, meetingId, asked } = await inCall();
    await expect(send(userId, { action, meetingId })).rejects.toMatchObject({ code });
    expect(kept.refused).toEqual([{ userId, meetingId, action, code }]);
    expect([asked(), kept.measured]).toEqual([[], [['MeetingsRefused', 1]]]);
  });

  test('stands there as well when the meeting has ended', async () => {
    const { kept, send, meetingId } = await inCall();
    await send(providerId, { action: 'end', meetingId });
    const refused = send(userOf(8), { action: 'status', meetingId });
    await expect(refused).rejects.toMatchObject({ code: 'NotAParticipant' });
    expect(kept.refused).toEqual([{ userId: userOf(8), meetingId, action: 'status', code: 'NotAParticipant' }]);
  });

  test('is no entry where there is no meeting', async () => {
    const { ports, kept } = memoryCall();
    const body = { action: 'create', appointmentId };
    const refused = act(ports)(callerOf(userOf(8)), { params: {}, body });
    await expect(refused).rejects.toMatchObject({ code: 'NotAParticipant' });
    await expect(
      act(ports)(callerOf(providerId), { params: {}, body: { action: 'join', meetingId: 'another' } }),
    ).rejects.toMatchObject({ code: 'MeetingNotFound' });
    expect([kept.refused, kept.measured.length]).toEqual([[], 2]);
  });

  test('is no entry for whoever is unknown, or asks too often', async () => {
    const { kept, send, meetingId } = await inCall();
    const body = { action: 'status', meetingId };
    await expect(send('nobody', body)).rejects.toMatchObject({ code: 'UnknownUser' });
    kept.isTooMuch = true;
    await expect(send(patientId, body)).rejects.toMatchObject({ code: 'TooManyRequests' });
    expect(kept.refused).toEqual([]);
  });
});

describe('a request that fails', () => {
  const away = () => Promise.reject(new Error('away'));
  test.each<[string, string, object, number]>([
    ['Chime does not answer', 'create', { appointmentId }, 1],
    ['Chime does not answer', 'join', {}, 1],
    ['Chime does not answer', 'batch-join', { userIds: [userOf(3)] }, 0],
    ['the database does not answer', 'join', {}, 1],
    ['the database does not answer', 'status', {}, 0],
    ['the meeting is controlled elsewhere', 'join', {}, 1],
    ['it is not granted', 'join', {}, 0],
  ])('because %s, of %s, counts as a join that failed where it is one', async (why, action, more, times) => {
    const { ports, kept, send, meetingId } = await inCall();
    const { meetings, calls } = ports;
    if (why.startsWith('Chime')) Object.assign(meetings, { findAttendee: away, createAttendees: away });
    if (why.startsWith('the database')) Object.assign(calls, { context: away });
    if (why.endsWith('elsewhere')) for (const one of kept.meetings) one.controlRegion = 'af-south-1';
    const userId = why.startsWith('it') ? userOf(8) : providerId;
    await expect(send(userId, { action, meetingId, ...more })).rejects.toBeInstanceOf(Error);
    expect(kept.measured.filter(([name]) => name === 'JoinsFailed')).toHaveLength(times);
  });
});

test('a body that is no request asks nobody', async () => {
  const { kept, send } = await inCall();
  await expect(send(providerId, { action: 'delete' })).rejects.toMatchObject({ code: 'InvalidRequest' });
  expect(kept.calls).toEqual([]);
});

describe('of a meeting that is controlled elsewhere', () => {
  test.each([
    ['batch-join', { userIds: [userOf(3)] }],
    ['admit', { userId: patientId }],
    ['mute', { userId: patientId }],
    ['remove', { userId: patientId }],
    ['transcription', { enabled: true }],
    ['join', {}],
  ])('%s is for the door of that region', async (action, more) => {
    const { kept, send, meetingId, asked } = await inCall();
    for (const one of kept.meetings) one.controlRegion = 'af-south-1';
    const refused = send(providerId, { action, meetingId, ...more });
    await expect(refused).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect([asked(), kept.rows.get(patientId)]).toMatchObject([[], { admitted: false, status: 'invited' }]);
  });

  test.each(['status', 'end'])('%s is answered here', async (action) => {
    const { kept, send, meetingId, asked } = await inCall();
    for (const one of kept.meetings) one.controlRegion = 'af-south-1';
    expect(await send(providerId, { action, meetingId })).toMatchObject({ session: { id: sessionId } });
    expect(asked()).toEqual([]);
  });
});
