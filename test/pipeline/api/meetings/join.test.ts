import { expect, test } from 'vitest';
import { create } from '../../../../pipeline/api/meetings/create.ts';
import { join } from '../../../../pipeline/api/meetings/join.ts';
import { appointmentId, memoryCall, patientId, providerId, sessionId } from '../../memoryCall.ts';

async function withMeeting() {
  const call = memoryCall();
  const created = await create(call.ports)(call.grantedOf(patientId), { action: 'create', appointmentId });
  const meetingId = created.meeting.MeetingId;
  const joinAs = (userId: string, more: object = {}) =>
    join(call.ports)(call.grantedOf(userId), { action: 'join', meetingId, ...more });
  return { ...call, created, joinAs };
}

test('somebody who comes back is the same attendee of the same meeting', async () => {
  const { created, joinAs } = await withMeeting();
  expect(await joinAs(patientId)).toEqual(created);
});

test('opens the visit that the meeting belonged to, with the wishes of the provider alone', async () => {
  const { kept, joinAs } = await withMeeting();
  await joinAs(patientId, { enableRecording: true });
  await joinAs(providerId, { enableRecording: true });
  const opening = { sessionId, mediaRegion: 'eu-west-1', waitingRoom: true };
  expect(kept.opened.slice(1)).toEqual([
    { ...opening, userId: patientId, wishes: null },
    {
      ...opening,
      userId: providerId,
      wishes: { recording: true, transcription: undefined, language: undefined },
    },
  ]);
});

test('a meeting that has ended by itself goes on as the next one, and the answer says so', async () => {
  const { ports, created, joinAs } = await withMeeting();
  await ports.calls.meetingEnded({ meetingId: created.meeting.MeetingId, at: '' });
  const answer = await joinAs(patientId);
  expect(answer).toMatchObject({ renewed: true, session: created.session });
  const { meeting } = answer as typeof created;
  expect(meeting.MeetingId).not.toBe(created.meeting.MeetingId);
});

test('a visit that was ended while somebody came is over', async () => {
  const { ports, joinAs } = await withMeeting();
  await ports.calls.closeSession({ sessionId, endedBy: providerId, at: '' });
  await expect(joinAs(patientId)).rejects.toMatchObject({ code: 'MeetingEnded' });
});

test('a language keeps out the provider who wants a transcript in it, before anything is opened', async () => {
  const { kept, joinAs } = await withMeeting();
  kept.calls.length = 0;
  const refused = joinAs(providerId, { enableTranscription: true, transcriptionLanguage: 'ln' });
  await expect(refused).rejects.toMatchObject({ code: 'LanguageNotSupported' });
  expect(kept.calls).toEqual([]);
});
