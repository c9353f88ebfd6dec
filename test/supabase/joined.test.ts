import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { realClock } from '../../local/services/clock.ts';
import { type Postgrest, startPostgrest } from '../../local/services/supabase/postgrest.ts';
import { toEhr } from '../../pipeline/edge/supabase.ts';
import type { Capture } from '../../pipeline/meetings/capture.ts';
import { toRecordingId } from '../../pipeline/recording/recording.ts';
import { inspectRecording } from '../../pipeline/steps/inspectRecording.ts';
import { startWorkflow } from '../../pipeline/steps/startWorkflow.ts';
import { type MemoryPorts, memoryPorts } from '../pipeline/memoryPorts.ts';
import { media } from '../pipeline/visit.ts';
import { Clinic, session, tokenOf } from './clinic.ts';

/** The files of a capture, from their arrival to the verdict of the real database. */

let clinic: Clinic;
let rest: Postgrest;
beforeAll(async () => {
  clinic = await Clinic.open();
  await clinic.db.query('update public.video_call_sessions set transcription_enabled = true');
  rest = await startPostgrest({ db: clinic.db, jwtSecret: 'a secret of the test', clock: realClock(), onRequest() {} });
});
afterAll(async () => {
  await rest.close();
  await clinic.db.close();
});

const minutes = (n: number) => n * 60_000;
const started = '2026-03-04T10:00:00.250Z';
const ended = '2026-03-04T10:20:00.000Z';
const now = '2026-03-04T10:30:00.000Z';

let meetings = 0;
let meetingId: string;
let ports: MemoryPorts;
beforeEach(async () => {
  meetings += 1;
  meetingId = tokenOf(`meeting ${meetings}`);
  ports = memoryPorts({ API_URL: 'https://api.example.org' });
  ports.ehr = toEhr(rest.url, rest.signJwt({ role: 'service_role' }));
  await clinic.db.query(
    `insert into public.call_meetings (meeting_id, session_id, attempt, control_region, data, created_at, seen_at)
     values ($1, $2, $3, 'eu-central-1', '{}', $4, $4)`,
    [meetingId, session, meetings, started],
  );
});

/** Brings the capture of the meeting to where its chunks are joined for the nth time. */
async function join(n: number, more: Partial<Capture> = {}): Promise<void> {
  const [kept] = await clinic.rows<{ version: number }>(
    'select version from public.call_captures where meeting_id = $1',
    [meetingId],
  );
  const capture: Capture = {
    state: 'joining',
    reason: 'Ended',
    since: ended,
    captureId: tokenOf(`capture of ${meetingId}`),
    captureArn: 'arn',
    startedAt: started,
    endedAt: ended,
    expectedMs: minutes(10),
    gapMs: 0,
    joinedMs: null,
    attempt: n,
    concatenationId: fileOf(n),
    concatenationIds: [],
    isSettled: true,
    ...more,
  };
  const p = { meetingId, version: kept?.version ?? 0, capture, at: ended };
  expect(await clinic.answer('service_role', 'keep_capture', { p })).toMatchObject({ outcome: 'kept' });
}

const fileOf = (n: number | string) => tokenOf(`joining ${n} of ${meetingId}`);

/** A file arrives: what becomes of it, or that nothing was started for it. The same bytes have the same checksum. */
async function arrives(n: number | string, durationMs: number, bytes = String(n), versionId = 'v1') {
  const key = `recordings/${meetingId}/audio/${fileOf(n)}.mp4`;
  const object = { bucket: 'recordings', key, versionId, etag: 'e', size: 4_000_000 };
  ports.kept.media.set(key, { ...media, audio: media.audio && { ...media.audio, durationMs } });
  ports.kept.checksums.set(key, bytes);
  const detail = {
    bucket: { name: 'recordings' },
    object: { key, size: object.size, etag: 'e', 'version-id': versionId },
  };
  await startWorkflow(ports)({ 'detail-type': 'Object Created', detail });
  const input = ports.kept.executions.get(await toRecordingId(object));
  if (!input) return 'not started';
  const outcome = await inspectRecording(ports)({ ...input, executionArn: 'arn' });
  return outcome.outcome === 'skip' ? outcome.reason : outcome;
}

const sessionNow = async () =>
  (
    await clinic.rows<{ recording_state: string; recording_url: string | null }>(
      'select recording_state, recording_url from public.video_call_sessions where id = $1',
      [session],
    )
  )[0];
const stateNow = async () =>
  (await clinic.rows<{ state: string }>('select state from public.call_captures where meeting_id = $1', [meetingId]))[0]
    ?.state;

test('a file as long as what was captured is the recording, and the session says where', async () => {
  await join(1);
  expect(await arrives(1, minutes(10) - 1_900)).toMatchObject({ outcome: 'transcribe', startedAt: started });
  expect(await stateNow()).toBe('joined');
  const [recordingId] = ports.kept.executions.keys();
  expect(await sessionNow()).toMatchObject({ recording_url: `https://api.example.org/recordings/${recordingId}/link` });
  const ready = Date.parse(now) - Date.parse(ended);
  expect(ports.kept.measured).toContainEqual(['RecordingReadyMs', ready]);
});

describe('a file that is shorter', () => {
  test.each([
    ['other bytes each time', (n: number) => String(n)],
    ['the same bytes each time', () => 'the same'],
  ])('is joined again, twice, and then it counts: %s', async (_, bytesOf) => {
    for (const n of [1, 2]) {
      await join(n);
      expect(await arrives(n, minutes(9), bytesOf(n))).toBe('Incomplete');
      expect([await stateNow(), ports.kept.told]).toEqual(['over', Array.from({ length: n }, () => meetingId)]);
    }
    await join(3);
    expect(await arrives(3, minutes(9), bytesOf(3))).toMatchObject({ outcome: 'transcribe', truncated: true });
    expect(await stateNow()).toBe('incomplete');
    expect(await arrives('late', minutes(10))).toBe('Duplicate');
  });

  test('counts no more when it comes after one that fits', async () => {
    await join(1);
    expect(await arrives(1, minutes(9))).toBe('Incomplete');
    await join(2);
    expect(await arrives(2, minutes(10))).toMatchObject({ outcome: 'transcribe' });
    expect(await arrives('late', minutes(9))).toBe('Duplicate');
    expect(await stateNow()).toBe('joined');
  });
});

test('of two files that fit and come at once, one is transcribed', async () => {
  await join(1);
  const outcomes = await Promise.all([arrives(1, minutes(10)), arrives('twin', minutes(10))]);
  expect(outcomes.filter((outcome) => outcome === 'Duplicate')).toHaveLength(1);
});

test('a file that was written twice under its name is transcribed once', async () => {
  await join(1);
  expect(await arrives(1, minutes(10))).toMatchObject({ outcome: 'transcribe' });
  expect(await arrives(1, minutes(10), 'other bytes', 'v2')).toBe('Duplicate');
});

test.each<[string, number, string | object]>([
  ['that fits', minutes(10), { outcome: 'transcribe' }],
  ['that is short', minutes(9), 'Incomplete'],
])('a re-run, and a try after one that broke off, are answered like the first: a file %s', async (_, ms, answer) => {
  await join(1);
  const first = await arrives(1, ms);
  if (typeof answer === 'string') expect(first).toBe(answer);
  else expect(first).toMatchObject(answer);
  const [input] = ports.kept.executions.values();
  if (!input) throw new Error('nothing was started');
  for (const recordingId of [input.recordingId, `${input.recordingId}-r2`]) {
    const again = await inspectRecording(ports)({ ...input, recordingId, executionArn: 'arn' });
    expect(again.outcome === 'skip' ? again.reason : again).toEqual(first);
  }
});

test.each<[string, Partial<Capture>]>([
  ['whose service failed', { reason: 'Failed' }],
  ['with a gap of more than two seconds', { gapMs: 2_001 }],
])('a file that fits a capture %s is transcribed as cut short', async (_, more) => {
  await join(1, { state: 'over', concatenationId: null, attempt: 0, ...more });
  await join(1, more);
  expect(await arrives(1, minutes(10))).toMatchObject({ outcome: 'transcribe', truncated: true });
});

test('a file that comes after somebody withdrew is left alone, and somebody is told', async () => {
  await join(1);
  await join(1, { state: 'discarded', reason: 'Withdrawn' });
  expect(await arrives(1, minutes(10))).toBe('ConsentWithdrawn');
  expect(ports.kept.told).toEqual([meetingId]);
});

test('a file of a meeting that was never captured is transcribed as ever', async () => {
  const outcome = await arrives(1, minutes(10));
  expect(outcome).toMatchObject({ outcome: 'transcribe' });
  expect(outcome).not.toHaveProperty('startedAt');
  expect(outcome).not.toHaveProperty('truncated');
});

test('of a session without transcription the recording is there all the same', async () => {
  await clinic.db.query('update public.video_call_sessions set transcription_enabled = false');
  try {
    await join(1);
    expect(await arrives(1, minutes(10))).toBe('TranscriptionDisabled');
    expect(await stateNow()).toBe('joined');
  } finally {
    await clinic.db.query('update public.video_call_sessions set transcription_enabled = true');
  }
});
