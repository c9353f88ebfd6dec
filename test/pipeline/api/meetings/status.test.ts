import { describe, expect, test } from 'vitest';
import { status } from '../../../../pipeline/api/meetings/status.ts';
import type { CallStatus } from '../../../../pipeline/callPorts.ts';
import type { Consent } from '../../../../pipeline/meetings/call.ts';
import { newestConsentVersion } from '../../../../pipeline/meetings/consentTexts.ts';
import { memoryCall, patientId, providerId, rowOf, sessionId } from '../../memoryCall.ts';

// It is nine o'clock.
test.each<[string, string | null, string | null, number]>([
  ['has not begun', null, null, 0],
  ['goes on', '2026-11-28T08:59:00.400Z', null, 60],
  ['began a moment later by the clock of Chime', '2026-11-28T09:00:02.000Z', null, 0],
  ['has ended', '2026-11-28T08:00:00.000Z', '2026-11-28T08:10:00.000Z', 600],
  ['ended before anybody came', null, '2026-11-28T08:10:00.000Z', 0],
])('how long a visit has lasted that %s', async (_, startedAt, endedAt, seconds) => {
  const { ports, kept, grantedOf } = memoryCall();
  const present = [{ userId: patientId, role: 'patient', since: '2026-11-28T08:59:30.000Z' }];
  kept.status = { status: 'active', startedAt, endedAt, present, waiting: [patientId] };
  const answer = await status(ports)(grantedOf(patientId), { action: 'status', meetingId: 'm' });
  expect(answer).toEqual({
    session: { id: sessionId },
    status: 'active',
    startedAt,
    endedAt,
    seconds,
    present,
    waiting: [patientId],
    isRecording: false,
    captions: { on: false, language: null, engine: null },
    recordings: [],
    participants: [...kept.rows.values()],
    recording: { may: false, reason: 'NotHere' },
    toAgree: [],
  });
});

describe('of the recording', () => {
  const yes = { decision: 'given', textVersion: newestConsentVersion } as const;

  async function asked(
    by: string,
    consents: Readonly<Record<string, Consent | null>>,
    mediaRegion = 'eu-west-1',
    more: Partial<CallStatus> = {},
  ) {
    const call = memoryCall({ env: { RECORDS: 'on' } });
    const { kept, ports, grantedOf } = call;
    Object.assign(kept.session, { recordingEnabled: true, providerCame: true, mediaRegion });
    for (const [userId, consent] of Object.entries(consents)) kept.rows.set(userId, rowOf(userId, { consent }));
    const present = [...kept.rows.values()].map(({ userId, role }) => ({ userId, role, since: '' }));
    const data = { MeetingId: 'meeting-1', MediaRegion: mediaRegion };
    const meeting = { meetingId: 'meeting-1', attempt: 1, controlRegion: 'eu-central-1', data, isSpoilt: false };
    kept.meetings.push({ ...meeting, ended: false });
    kept.status = { present, ...more };
    return (await status(ports)(grantedOf(by), { action: 'status', meetingId: 'm' })) as {
      recording: object;
      toAgree: string[];
      participants: { userId: string; consent: Consent | null }[];
    };
  }

  test('that there is none for want of a transfer is said', async () => {
    const { ports, kept, grantedOf } = memoryCall({ env: { RECORDS: 'on', AWS_CHIME_REGION: 'af-south-1' } });
    kept.session.mediaRegion = 'eu-west-1';
    expect(await status(ports)(grantedOf(patientId), { action: 'status', meetingId: 'm' })).toMatchObject({
      recording: { may: false, reason: 'NoTransfer' },
    });
  });

  test('a meeting in a region that has no bucket of ours is not recorded here', async () => {
    const consents = { [providerId]: yes, [patientId]: yes };
    expect(await asked(patientId, consents, 'af-south-1')).toMatchObject({
      recording: { may: false, reason: 'NotHere' },
    });
  });

  test('everybody is told whether it may be, and the provider who has not agreed', async () => {
    const consents = { [providerId]: null, [patientId]: null };
    const ofProvider = await asked(providerId, consents);
    expect(ofProvider).toMatchObject({
      recording: { may: false, reason: 'NotAgreed' },
      toAgree: [providerId, patientId],
    });
    expect(await asked(patientId, consents)).toMatchObject({ recording: ofProvider.recording, toAgree: [patientId] });
    expect(await asked(patientId, { [providerId]: yes, [patientId]: yes })).toMatchObject({
      recording: { may: true, reason: 'Agreed' },
      toAgree: [],
    });
  });

  test.each([
    ['is over', 'meeting-1', false, { may: false, reason: 'Over' }],
    ['goes on', 'meeting-1', true, { may: true, reason: 'Running' }],
    ['was of the meeting before', 'meeting-0', false, { may: true, reason: 'Agreed' }],
  ])('what is said of one that %s', async (_, meetingId, isRecording, recording) => {
    const recordings = [{ meetingId, state: isRecording ? 'recording' : 'ready', reason: 'LongEnough' }];
    const consents = { [providerId]: yes, [patientId]: yes };
    expect(await asked(patientId, consents, 'eu-west-1', { isRecording, recordings })).toMatchObject({ recording });
  });

  test('nobody but the provider is told what another person has said', async () => {
    const consents = { [providerId]: yes, [patientId]: yes };
    const seen = async (by: string) =>
      (await asked(by, consents)).participants.flatMap(({ userId, consent }) => (consent ? userId : []));
    expect([await seen(providerId), await seen(patientId)]).toEqual([[providerId, patientId], [patientId]]);
  });
});
