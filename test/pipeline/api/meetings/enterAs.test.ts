import { describe, expect, test } from 'vitest';
import { enterAs } from '../../../../pipeline/api/meetings/enterAs.ts';
import type { Consent } from '../../../../pipeline/meetings/call.ts';
import { consentText, newestConsentVersion } from '../../../../pipeline/meetings/consentTexts.ts';
import { appointmentId, memoryCall, patientId, providerId, rowOf, sessionId } from '../../memoryCall.ts';

const env = { CHIME_SDK_CDN_URL: 'https://cdn.example/sdk.js', CHIME_SDK_INTEGRITY: 'sha384-a' };
const openingOf = (userId: string) => ({
  appointmentId,
  userId,
  wishes: null,
  mediaRegion: 'eu-west-1',
  waitingRoom: true,
});

test('says all that a client needs, and of a recording that there is none where the deployment does not record', async () => {
  const { ports, grantedOf } = memoryCall({ env });
  expect(await enterAs(ports, grantedOf(patientId), openingOf(patientId))).toEqual({
    meeting: { MeetingId: 'meeting-1', MediaRegion: 'eu-west-1' },
    attendee: {
      AttendeeId: 'attendee-2',
      ExternalUserId: patientId,
      JoinToken: 'secret-attendee-2',
      Capabilities: { Audio: 'None', Video: 'None', Content: 'None' },
    },
    session: { id: sessionId, status: 'active' },
    admitted: false,
    recordingEnabled: false,
    transcriptionEnabled: false,
    consent: { needed: false, text: null, textVersion: null, language: null },
    sdk: { url: 'https://cdn.example/sdk.js', integrity: 'sha384-a' },
  });
});

test('the provider is never in her own waiting room', async () => {
  const { ports, grantedOf } = memoryCall();
  expect(await enterAs(ports, grantedOf(providerId), openingOf(providerId))).toMatchObject({ admitted: true });
});

test.each([
  ['the visit was ended', 'ended', 'MeetingEnded'],
  ['the appointment was given to somebody else', 'active', 'NotAParticipant'],
] as const)('nobody comes in when %s meanwhile', async (_, status, code) => {
  const { ports, kept, grantedOf } = memoryCall();
  const granted = grantedOf(patientId);
  kept.rows.clear();
  if (status === 'ended') Object.assign(kept.session, { status, endedBy: providerId });
  await expect(enterAs(ports, granted, openingOf(patientId))).rejects.toMatchObject({ code });
  expect(kept.calls).toEqual(['openSession', 'participant']);
});

test('whoever was sent out of the session in which the visit goes on is not shown to Chime', async () => {
  const { ports, kept, grantedOf } = memoryCall();
  await enterAs(ports, grantedOf(patientId), openingOf(patientId));
  const granted = grantedOf(patientId);
  Object.assign(kept.rows.get(patientId) ?? {}, { status: 'removed' });
  kept.calls.length = 0;
  await expect(enterAs(ports, granted, openingOf(patientId))).rejects.toMatchObject({ code: 'NotAParticipant' });
  expect(kept.calls).toEqual(['openSession', 'participant']);
});

test('measures how long it takes, the opening of the visit included, and only what went well', async () => {
  const { ports, kept, grantedOf } = memoryCall({
    turn: async (name) => void (kept.clock += name === 'openSession' ? 100 : 10),
    fault: (name) => (name === 'createAttendee' && kept.measured.length > 1 ? 'before' : undefined),
  });
  await enterAs(ports, grantedOf(patientId), openingOf(patientId));
  // Each call takes its time twice: before it takes effect, and after.
  expect(kept.measured).toEqual([
    ['MeetingsCreated', 1],
    ['JoinMs', 300],
  ]);
  const refused = enterAs(ports, grantedOf(providerId), openingOf(providerId));
  await expect(refused).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  expect(kept.measured).toHaveLength(2);
});

describe('where the deployment records', () => {
  const yes = { decision: 'given', textVersion: newestConsentVersion } as const;
  const no = { ...yes, decision: 'refused' } as const;

  /** What one of them is told after both have come and said this. */
  async function told(
    session: { recordingEnabled?: boolean; providerCame?: boolean; transcriptionEnabled?: boolean },
    {
      by = patientId,
      said = null,
      isSpoilt = false,
      isRecorded = false,
      language,
      bucketIn = 'eu-west-1',
    }: {
      by?: string;
      said?: Consent | null;
      isSpoilt?: boolean;
      isRecorded?: boolean;
      language?: string;
      bucketIn?: string;
    } = {},
  ) {
    const env = { RECORDS: 'on', AWS_REGION: bucketIn, MEDIA_REGIONS: 'eu-west-1' };
    const { ports, kept, grantedOf, live } = memoryCall({ env });
    await enterAs(ports, grantedOf(by), openingOf(by));
    Object.assign(kept.session, session);
    const { attendeeId = null, attendeeMeetingId = null } = kept.rows.get(by) ?? {};
    kept.rows.set(by, rowOf(by, { attendeeId, attendeeMeetingId, consent: said, isRecorded }));
    Object.assign(live() ?? {}, { isSpoilt });
    const { consent, recordingEnabled, transcriptionEnabled } = await enterAs(
      ports,
      grantedOf(by),
      openingOf(by),
      language,
    );
    return { consent, recordingEnabled, transcriptionEnabled };
  }

  const none = { needed: false, text: null, textVersion: null, language: null };
  const shown = (needed: boolean, language = 'en') => ({
    needed,
    text: consentText(newestConsentVersion, 'keep', [language]).text,
    textVersion: newestConsentVersion,
    language,
  });
  const wished = { recordingEnabled: true, transcriptionEnabled: true, providerCame: true };

  test.each<[string, Parameters<typeof told>, Awaited<ReturnType<typeof told>>]>([
    [
      'who has not decided is asked',
      [wished],
      { consent: shown(true), recordingEnabled: true, transcriptionEnabled: true },
    ],
    [
      'in a language that the caller reads',
      [wished, { language: 'fr-CM' }],
      { consent: shown(true, 'fr'), recordingEnabled: true, transcriptionEnabled: true },
    ],
    [
      'who has agreed is not asked, and can withdraw',
      [wished, { said: yes }],
      { consent: shown(false), recordingEnabled: true, transcriptionEnabled: true },
    ],
    [
      'who comes before the provider is asked, because a deployment that records does so unless she says no',
      [{}],
      { consent: shown(true), recordingEnabled: true, transcriptionEnabled: true },
    ],
    [
      'nobody is asked where the provider wants none',
      [{ recordingEnabled: false, providerCame: true }],
      { consent: none, recordingEnabled: false, transcriptionEnabled: false },
    ],
    [
      'nor is she, whose wish it is',
      [{ recordingEnabled: false }, { by: providerId }],
      { consent: none, recordingEnabled: false, transcriptionEnabled: false },
    ],
    [
      'but whoever comes while it is recorded is told so, and can agree or withdraw',
      [{ ...wished, recordingEnabled: false }, { isRecorded: true }],
      { consent: shown(true), recordingEnabled: true, transcriptionEnabled: true },
    ],
    [
      'nobody is asked while it stops because of a no',
      [wished, { isRecorded: true, isSpoilt: true }],
      { consent: none, recordingEnabled: false, transcriptionEnabled: false },
    ],
    [
      'a recording need not be transcribed',
      [{ ...wished, transcriptionEnabled: false }, { by: providerId }],
      { consent: shown(true), recordingEnabled: true, transcriptionEnabled: false },
    ],
    [
      'nobody is asked once somebody has said no',
      [wished, { isSpoilt: true, said: no }],
      { consent: none, recordingEnabled: false, transcriptionEnabled: false },
    ],
    [
      'nobody is asked where the meeting is not in the region of the bucket',
      [wished, { bucketIn: 'eu-central-1' }],
      { consent: none, recordingEnabled: false, transcriptionEnabled: false },
    ],
  ])('%s', async (_, asked, expected) => {
    expect(await told(...asked)).toEqual(expected);
  });
});
