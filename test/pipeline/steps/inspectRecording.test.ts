import { describe, expect, test } from 'vitest';
import type { Session } from '../../../pipeline/ehr.ts';
import { PipelineError } from '../../../pipeline/errors.ts';
import type { Verdict } from '../../../pipeline/recording/joined.ts';
import { Refusal } from '../../../pipeline/refusals.ts';
import { inspectRecording } from '../../../pipeline/steps/inspectRecording.ts';
import { auditedActions, inspected, media, meetingId, portsOfVisit, recording, recordingId } from '../visit.ts';
import { session, stepInput } from '../visit.ts';

test('says whose recording it is, how long, and how it will be transcribed', async () => {
  const ports = portsOfVisit();
  expect(await inspectRecording(ports)(stepInput)).toEqual({
    outcome: 'transcribe',
    ...inspected.inspection,
    chain: null,
  });
  expect(ports.kept.effects).toEqual(['audit.record RECORDING_RECEIVED']);
  expect(ports.kept.audit.get(`${recordingId} RECORDING_RECEIVED`)).toMatchObject({
    meetingId,
    appointmentId: 'appointment-3',
    executionArn: stepInput.executionArn,
    actor: 'inspectRecording',
  });
});

test('a recording whose bytes cannot be read for now is known as received', async () => {
  const ports = portsOfVisit();
  const away = new PipelineError('ServiceUnavailable', 'S3 answered 503');
  ports.recordings.probe = () => Promise.reject(away);
  await expect(inspectRecording(ports)(stepInput)).rejects.toBe(away);
  expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'received', sessionId: session.sessionId });
});

test('a repeat gives the same and records nothing again', async () => {
  const ports = portsOfVisit();
  const first = await inspectRecording(ports)(stepInput);
  expect(await inspectRecording(ports)(stepInput)).toEqual(first);
  expect(auditedActions(ports)).toEqual(['RECORDING_RECEIVED']);
});

test.each<[string, Partial<Session>, object]>([
  ['Spanish is transcribed, not coded', { language: 'es' }, { engine: 'transcribe', language: 'es-ES', coded: false }],
  ['British English is coded', { language: 'en_gb' }, { engine: 'transcribe', language: 'en-GB', coded: true }],
  ['no language means US English', { language: null }, { engine: 'transcribe-medical', language: 'en-US' }],
])('%s', async (_, change, route) => {
  const ports = portsOfVisit();
  ports.kept.sessions.set(meetingId, { ...session, ...change });
  expect(await inspectRecording(ports)(stepInput)).toMatchObject(route);
});

test("only another client's two channels are told apart by channel", async () => {
  const ports = portsOfVisit();
  const upload = { ...recording, key: `recordings/${meetingId}/visit.webm` };
  const stereo = { ...media, audio: { ...audioOf(media), channels: 2 } };
  ports.kept.media.set(upload.key, stereo);
  ports.kept.media.set(recording.key, stereo);
  expect(await inspectRecording(ports)({ ...stepInput, recording: upload })).toMatchObject({ speakersBy: 'channel' });
  expect(await inspectRecording(ports)(stepInput)).toMatchObject({ speakersBy: 'voice' });
});

test('a file that ends before its recording is transcribed, and what follows knows', async () => {
  const ports = portsOfVisit();
  ports.kept.media.set(recording.key, { ...media, truncated: true });
  expect(await inspectRecording(ports)(stepInput)).toEqual({
    outcome: 'transcribe',
    ...inspected.inspection,
    truncated: true,
    chain: null,
  });
  expect(ports.kept.logged).toEqual([]);
});

test('several audio tracks are told in the log, by their number alone', async () => {
  const ports = portsOfVisit();
  ports.kept.media.set(recording.key, { ...media, audioTracks: 2 });
  expect(await inspectRecording(ports)(stepInput)).toEqual({
    outcome: 'transcribe',
    ...inspected.inspection,
    chain: null,
  });
  expect(ports.kept.logged).toEqual([expect.stringMatching(/several audio tracks.*"audioTracks":2/)]);
});

describe('a session without transcription', () => {
  test('is skipped: nothing is read from its recording, and it is no error', async () => {
    const ports = portsOfVisit();
    ports.kept.sessions.set(meetingId, { ...session, transcriptionEnabled: false });
    ports.recordings.probe = () => Promise.reject(new Error('the recording was opened'));
    const outcome = await inspectRecording(ports)(stepInput);
    expect(outcome).toEqual({ outcome: 'skip', reason: 'TranscriptionDisabled' });
    expect(ports.kept.rows.get(recordingId)).toMatchObject({
      status: 'skipped',
      error: { name: 'TranscriptionDisabled' },
    });
    expect(auditedActions(ports)).toEqual(['RECORDING_RECEIVED', 'RECORDING_SKIPPED']);
    expect(ports.kept.effects.at(-1)).toBe('audit.record RECORDING_SKIPPED');
  });
});

test('skips what is no recording, when somebody starts an execution by hand', async () => {
  const ports = portsOfVisit();
  const chunk = { ...recording, key: 'captures/meeting-7/audio/2026-03-02-09-30-00-000.mp4' };
  await expect(inspectRecording(ports)({ ...stepInput, recording: chunk })).resolves.toEqual({
    outcome: 'skip',
    reason: 'NotARecording',
  });
  expect(auditedActions(ports)).toEqual(['RECORDING_SKIPPED']);
});

describe('an object whose name says nothing', () => {
  const named = (key: string, size = 4_000) => ({ ...stepInput, recording: { ...recording, key, size } });

  test('is received and refused if its bytes are those of damaged media', async () => {
    const ports = portsOfVisit();
    const damaged = new PipelineError('UnsupportedMedia', 'the MP4 file is damaged: its header ends early');
    ports.recordings.probe = () => Promise.reject(damaged);
    await expect(inspectRecording(ports)(named('recordings/meeting-7/visit'))).rejects.toBe(damaged);
    expect(auditedActions(ports)).toEqual(['RECORDING_RECEIVED']);
  });

  test.each([
    'recordings/meeting-7/5f1c2d3e-1111-4222-8333-444455556666',
    'recordings/meeting-7/2026/visit',
    'recordings/meeting-7/visit.bin',
    'recordings/meeting-7/consent.pdf',
  ])('is a recording if its bytes are media: %s', async (key) => {
    const ports = portsOfVisit();
    ports.kept.media.set(key, media);
    expect(await inspectRecording(ports)(named(key))).toMatchObject({ outcome: 'transcribe', durationMs: 600_000 });
    expect(auditedActions(ports)).toEqual(['RECORDING_RECEIVED']);
  });

  test.each([
    ['recordings/meeting-7/consent.pdf', 4_000],
    ['recordings/meeting-7/Thumbs.db', 4_000],
    ['recordings/meeting-7/metadata.json', 40],
    ['recordings/meeting-7/upload.lock', 0],
    ['recordings/meeting-7/', 0],
    ['recordings/meeting-7/audio/notes.txt', 9],
    ['recordings/meeting-7/5f1c2d3e-1111-4222-8333-444455556666', 4_000],
    ['recordings/consent.pdf', 4_000],
    ['recordings/nobody-knows/consent.pdf', 4_000],
  ])('is skipped, with one row and one entry, if they are not: %s', async (key, size) => {
    const ports = portsOfVisit({ MEDIA_REGIONS: 'af-south-1' });
    const skipped = { outcome: 'skip', reason: 'NotARecording' };
    expect(await inspectRecording(ports)(named(key, size))).toEqual(skipped);
    expect(auditedActions(ports)).toEqual(['RECORDING_SKIPPED']);
    expect([...ports.kept.rows.values()]).toMatchObject([{ status: 'skipped', error: { name: 'NotARecording' } }]);
    expect(ports.kept.measured).toEqual([['RecordingsSkipped', 1, 'NotARecording']]);
  });

  test('is not opened in a session without transcription', async () => {
    const ports = portsOfVisit();
    ports.kept.sessions.set(meetingId, { ...session, transcriptionEnabled: false });
    ports.recordings.probe = () => Promise.reject(new Error('the recording was opened'));
    const outcome = await inspectRecording(ports)(named('recordings/meeting-7/consent.pdf'));
    expect(outcome).toEqual({ outcome: 'skip', reason: 'TranscriptionDisabled' });
  });

  test('fails like any other recording if it is media that cannot be transcribed', async () => {
    const ports = portsOfVisit();
    const key = 'recordings/meeting-7/visit';
    ports.kept.media.set(key, { ...media, format: undefined });
    await expect(inspectRecording(ports)(named(key))).rejects.toMatchObject({ name: 'UnsupportedMedia' });
  });

  test('fails if it is media and its key names no meeting, and says where it belongs', async () => {
    const ports = portsOfVisit();
    ports.kept.media.set('recordings/visit', media);
    await expect(inspectRecording(ports)(named('recordings/visit'))).rejects.toMatchObject({
      name: 'UnknownMeeting',
      message: expect.stringContaining('upload it again as recordings/<meetingId>/'),
    });
  });
});

test('a key that nobody can print is skipped by name, also when somebody starts its execution by hand', async () => {
  const ports = portsOfVisit();
  const key = `recordings/${meetingId}/a\u0000b.mp4`;
  const outcome = await inspectRecording(ports)({ ...stepInput, recording: { ...recording, key } });
  expect(outcome).toEqual({ outcome: 'skip', reason: 'KeyUnprintable' });
  expect(ports.kept.rows.get(recordingId)).toMatchObject({
    sessionId: session.sessionId,
    recording: { key: `recordings/${meetingId}/a\\u{0}b.mp4` },
  });
});

describe('refuses by name', () => {
  test('a language that Transcribe does not read', async () => {
    const ports = portsOfVisit();
    ports.kept.sessions.set(meetingId, { ...session, language: 'yo' });
    await expect(inspectRecording(ports)(stepInput)).rejects.toMatchObject({ name: 'LanguageNotSupported' });
  });

  test('a recording of a meeting that nobody knows yet, and records nothing that its session would contradict', async () => {
    const ports = portsOfVisit();
    ports.kept.sessions.clear();
    await expect(inspectRecording(ports)(stepInput)).rejects.toMatchObject({ name: 'UnknownMeeting' });
    expect(ports.kept.effects).toEqual([]);
    ports.kept.sessions.set(meetingId, session);
    expect(await inspectRecording(ports)(stepInput)).toMatchObject({ outcome: 'transcribe' });
    expect(ports.kept.audit.get(`${recordingId} RECORDING_RECEIVED`)).toMatchObject({ appointmentId: 'appointment-3' });
  });

  test('a consultation held in South Africa that nobody has allowed to leave', async () => {
    const ports = portsOfVisit();
    ports.kept.sessions.set(meetingId, { ...session, mediaRegion: 'af-south-1' });
    await expect(inspectRecording(ports)(stepInput)).rejects.toMatchObject({ name: 'RegionNotAllowed' });
  });

  test('a consultation that was held where it may not be processed', async () => {
    const step = inspectRecording(portsOfVisit({ MEDIA_REGIONS: 'eu-west-2,eu-central-1' }));
    await expect(step(stepInput)).rejects.toMatchObject({ name: 'RegionNotAllowed' });
  });

  test.each([
    ['0 bytes', 0, 'RecordingEmpty'],
    ['more than 2 GB', 2 * 1024 ** 3 + 1, 'RecordingTooLarge'],
  ])('%s, before anything is read', async (_, size, name) => {
    const ports = portsOfVisit();
    ports.recordings.probe = () => Promise.reject(new Error('the recording was opened'));
    const input = { ...stepInput, recording: { ...recording, size } };
    await expect(inspectRecording(ports)(input)).rejects.toMatchObject({ name });
  });

  test.each([
    ['no media', undefined, 'UnsupportedMedia'],
    ['a second too short', { ...media.audio, durationMs: 300 }, 'RecordingEmpty'],
    ['four hours and more', { ...media.audio, durationMs: 14_400_500 }, 'RecordingTooLong'],
  ])('%s', async (_, audio, name) => {
    const ports = portsOfVisit();
    if (audio) ports.kept.media.set(recording.key, { ...media, audio: { ...audioOf(media), ...audio } });
    else ports.kept.media.clear();
    await expect(inspectRecording(ports)(stepInput)).rejects.toMatchObject({ name });
  });
});

test.each<[string, string, string | null]>([
  ['in an allowed region', 'eu-west-2, eu-west-1', 'eu-west-1'],
  ['anywhere when no region is named', '', 'us-east-1'],
  ['nobody knows where', 'eu-west-2', null],
])('a consultation held %s is processed', async (_, allowed, mediaRegion) => {
  const ports = portsOfVisit({ MEDIA_REGIONS: allowed });
  ports.kept.sessions.set(meetingId, { ...session, mediaRegion });
  expect(await inspectRecording(ports)(stepInput)).toMatchObject({ outcome: 'transcribe' });
});

test('an audit that cannot be written fails the step before the health record is touched', async () => {
  const ports = portsOfVisit();
  ports.audit.record = () => Promise.reject(new Error('audit away'));
  await expect(inspectRecording(ports)(stepInput)).rejects.toThrow('audit away');
  expect(ports.kept.rows.size).toBe(0);
});

describe('a file that Chime has joined', () => {
  const concatenationId = '7b1f6c0e-52aa-4f0c-9d53-0a1b2c3d4e5f';
  const capture = { captureStartedAt: '2026-03-04T10:00:00.250Z', captureEndedAt: '2026-03-04T10:29:00.000Z' };
  const portsOfCall = (verdict: Verdict, truncated = false) => {
    const ports = portsOfVisit({ API_URL: 'https://api.example.org/' });
    ports.kept.sessions.set(meetingId, { ...session, isCaptured: true });
    ports.kept.joined.set(concatenationId, { verdict, truncated, ...capture });
    return ports;
  };
  const asked = {
    meetingId,
    concatenationId,
    recordingId,
    joinedMs: 600_000,
    url: `https://api.example.org/recordings/${recordingId}/link`,
    at: '2026-03-04T10:30:00.000Z',
  };

  test('is read once and compared with its capture, whose start is when the recording began', async () => {
    const ports = portsOfCall('fits');
    const probes: string[] = [];
    ports.recordings.probe = async ({ key }) => (probes.push(key), media);
    const transcribed = { outcome: 'transcribe', ...inspected.inspection, startedAt: capture.captureStartedAt };
    expect(await inspectRecording(ports)(stepInput)).toEqual({ ...transcribed, chain: null });
    expect([probes, ports.kept.compared, ports.kept.told]).toEqual([[recording.key], [asked], []]);
  });

  test.each<[string, Verdict, boolean]>([
    ['is all that there will be', 'truncated', true],
    ['fits a capture in which something is missing', 'fits', true],
  ])('and %s is transcribed, and what follows knows', async (_, verdict, truncated) => {
    const outcome = await inspectRecording(portsOfCall(verdict, truncated))(stepInput);
    expect(outcome).toMatchObject({ outcome: 'transcribe', truncated: true });
  });

  test.each<[string, Verdict, string, string[]]>([
    ['is too short, and is joined again', 'short', 'Incomplete', [meetingId]],
    ['comes after one that counts', 'other', 'Duplicate', []],
    ['comes after somebody withdrew', 'discarded', 'ConsentWithdrawn', [meetingId]],
  ])('and %s is skipped', async (_, verdict, reason, told) => {
    const ports = portsOfCall(verdict);
    expect(await inspectRecording(ports)(stepInput)).toEqual({ outcome: 'skip', reason });
    expect(auditedActions(ports)).toEqual(['RECORDING_RECEIVED', 'RECORDING_SKIPPED']);
    expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'skipped', error: { name: reason } });
    expect(ports.kept.told).toEqual(told);
    expect(ports.kept.measured).toEqual([
      ['RecordingsReceived', 1],
      ['RecordingsSkipped', 1, reason],
    ]);
  });

  test('is skipped though nobody can be told: the sweep finds its meeting', async () => {
    const ports = portsOfCall('short');
    ports.nudges.tell = () => Promise.reject(new Refusal('ServiceUnavailable'));
    expect(await inspectRecording(ports)(stepInput)).toEqual({ outcome: 'skip', reason: 'Incomplete' });
    expect(ports.kept.logged).toEqual([expect.stringContaining('left to the sweep')]);
  });

  test('is compared though its session wants no transcript', async () => {
    const ports = portsOfCall('fits');
    ports.kept.sessions.set(meetingId, { ...session, isCaptured: true, transcriptionEnabled: false });
    expect(await inspectRecording(ports)(stepInput)).toEqual({ outcome: 'skip', reason: 'TranscriptionDisabled' });
    expect(ports.kept.compared).toEqual([asked]);
  });

  test.each<[string, number, () => Promise<typeof media | undefined>]>([
    ['has no bytes', 0, () => Promise.reject(new Error('nothing was opened'))],
    ['is no media', 4_000, async () => undefined],
    ['is damaged', 4_000, () => Promise.reject(new PipelineError('UnsupportedMedia', 'the MP4 was cut off'))],
    ['has no sound', 4_000, async () => ({ ...media, audio: undefined })],
  ])('and %s is as short as a file can be', async (_, size, probe) => {
    const ports = portsOfCall('short');
    ports.recordings.probe = probe;
    const input = { ...stepInput, recording: { ...recording, size } };
    expect(await inspectRecording(ports)(input)).toEqual({ outcome: 'skip', reason: 'Incomplete' });
    expect(ports.kept.compared).toMatchObject([{ joinedMs: 0 }]);
  });

  test('and that nobody can read fails by its own name when it is all that there will be', async () => {
    const ports = portsOfCall('truncated', true);
    ports.kept.media.clear();
    await expect(inspectRecording(ports)(stepInput)).rejects.toMatchObject({ name: 'UnsupportedMedia' });
  });

  test('is not compared while it cannot be read for now, and nothing is skipped while nobody can compare it', async () => {
    const ports = portsOfCall('short');
    const [recordings, ehr] = [{ ...ports.recordings }, { ...ports.ehr }];
    const away = new PipelineError('ServiceUnavailable', 'away');
    ports.recordings.probe = () => Promise.reject(away);
    await expect(inspectRecording(ports)(stepInput)).rejects.toBe(away);
    expect(ports.kept.compared).toEqual([]);
    ports.recordings = recordings;
    ports.ehr.recordJoined = () => Promise.reject(away);
    await expect(inspectRecording(ports)(stepInput)).rejects.toBe(away);
    expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'received' });
    expect([auditedActions(ports), ports.kept.told]).toEqual([['RECORDING_RECEIVED'], []]);
    ports.ehr = ehr;
    expect(await inspectRecording(ports)(stepInput)).toEqual({ outcome: 'skip', reason: 'Incomplete' });
  });

  test('says once how long it took to be there, and a re-run is about the same file', async () => {
    const ports = portsOfCall('fits');
    await inspectRecording(ports)(stepInput);
    await inspectRecording(ports)(stepInput);
    await inspectRecording(ports)({ ...stepInput, recordingId: `${recordingId}-r2` });
    expect(ports.kept.measured.filter(([name]) => name === 'RecordingReadyMs')).toEqual([['RecordingReadyMs', 60_000]]);
    expect(ports.kept.compared).toEqual([asked, asked, asked]);
  });

  test('is not compared where its name is no joining: another client uses the same folder', async () => {
    const ports = portsOfCall('short');
    const upload = { ...recording, key: `recordings/${meetingId}/audio/visit.mp4` };
    ports.kept.media.set(upload.key, media);
    expect(await inspectRecording(ports)({ ...stepInput, recording: upload })).toMatchObject({ outcome: 'transcribe' });
    expect(ports.kept.compared).toEqual([]);
  });
});

test('a file of a meeting that was not captured is compared with nothing', async () => {
  const ports = portsOfVisit();
  await inspectRecording(ports)(stepInput);
  expect(ports.kept.compared).toEqual([]);
});

test('a deployment without an HTTP API has no link to a recording', async () => {
  const ports = portsOfVisit();
  ports.kept.sessions.set(meetingId, { ...session, isCaptured: true });
  await inspectRecording(ports)(stepInput);
  expect(ports.kept.compared).toMatchObject([{ url: null }]);
});

function audioOf({ audio }: typeof media) {
  if (!audio) throw new Error('the test media has audio');
  return audio;
}

test('a re-run that is to pay anew says so to the states that follow', async () => {
  expect(await inspectRecording(portsOfVisit())({ ...stepInput, fresh: true })).toMatchObject({ fresh: true });
  expect(await inspectRecording(portsOfVisit())({ ...stepInput, fresh: false })).not.toHaveProperty('fresh');
});
