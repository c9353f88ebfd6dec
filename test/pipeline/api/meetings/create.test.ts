import { describe, expect, test } from 'vitest';
import { create, wishesOf } from '../../../../pipeline/api/meetings/create.ts';
import { appointmentId, memoryCall, patientId, providerId } from '../../memoryCall.ts';

const request = { action: 'create', appointmentId } as const;
const asked = { enableRecording: true, enableTranscription: false, transcriptionLanguage: 'en-US' };

test('opens the visit of the appointment, with what the deployment says', async () => {
  const { ports, kept, grantedOf } = memoryCall({ env: { WAITING_ROOM: 'off' } });
  const answer = await create(ports)(grantedOf(providerId), { ...request, ...asked });
  expect(answer).toMatchObject({ session: { status: 'active' }, admitted: true });
  expect(kept.opened).toEqual([
    {
      appointmentId,
      userId: providerId,
      wishes: { recording: true, transcription: false, language: 'en-US' },
      mediaRegion: 'eu-west-1',
      waitingRoom: false,
    },
  ]);
});

test('whoever comes second is in the same meeting', async () => {
  const { ports, grantedOf } = memoryCall();
  const [first, second] = await Promise.all([providerId, patientId].map((id) => create(ports)(grantedOf(id), request)));
  expect(second?.meeting).toEqual(first?.meeting);
  expect(second?.attendee.AttendeeId).not.toBe(first?.attendee.AttendeeId);
});

describe('a region', () => {
  const env = { MEDIA_REGIONS: 'af-south-1,eu-west-1' };

  test("is one of the tenant's, and her own one unless another is asked for", async () => {
    for (const [mediaRegion, expected] of [
      [undefined, 'af-south-1'],
      ['eu-west-1', 'eu-west-1'],
    ] as const) {
      const { ports, grantedOf } = memoryCall({ env });
      const { meeting } = await create(ports)(grantedOf(patientId), { ...request, mediaRegion });
      expect(meeting.MediaRegion).toBe(expected);
    }
  });

  test('of somebody else opens nothing', async () => {
    const { ports, kept, grantedOf } = memoryCall({ env });
    const refused = create(ports)(grantedOf(patientId), { ...request, mediaRegion: 'us-east-1' });
    await expect(refused).rejects.toMatchObject({ code: 'RegionNotAllowed' });
    expect(kept.calls).toEqual([]);
  });
});

describe('wishes', () => {
  const { grantedOf } = memoryCall();

  test("are the provider's", () => {
    const none = { recording: undefined, transcription: undefined, language: undefined };
    expect(wishesOf(grantedOf(providerId), request, { records: false })).toEqual(none);
  });

  test.each<[string, boolean, boolean, object, object]>([
    ['are a recording and a transcript where the deployment records', true, false, {}, [true, true]],
    ['are what she says', true, false, { enableRecording: false, enableTranscription: true }, [false, true]],
    ['stay as they were when she comes back', true, true, {}, [undefined, undefined]],
    ['are left open where it does not', false, false, {}, [undefined, undefined]],
  ])('%s', (_, records, providerCame, more, expected) => {
    const granted = grantedOf(providerId);
    const seen = { ...granted, session: { ...granted.session, providerCame } };
    const wishes = wishesOf(seen, { ...request, ...more }, { records });
    expect([wishes?.recording, wishes?.transcription]).toEqual(expected);
  });

  test.each(['patient', 'other'] as const)("are nobody else's, and keep nobody out: %s", (role) => {
    const granted = grantedOf(patientId, role);
    expect(
      wishesOf(
        granted,
        { ...request, ...asked, enableTranscription: true, transcriptionLanguage: 'ln' },
        { records: true },
      ),
    ).toBeNull();
  });

  test.each([
    [undefined, true],
    [true, true],
    [false, false],
  ])('of a transcript (%j) in a language that nobody transcribes are refused: %j', (enableTranscription, refused) => {
    const wished = { ...request, enableTranscription, transcriptionLanguage: 'ln' };
    const read = () => wishesOf(grantedOf(providerId), wished, { records: false });
    if (refused) expect(read).toThrow(expect.objectContaining({ code: 'LanguageNotSupported' }));
    else expect(read()).toMatchObject({ transcription: false, language: 'ln' });
  });
});
