import { describe, expect, test } from 'vitest';
import { PipelineError } from '../../../pipeline/errors.ts';
import type { Job } from '../../../pipeline/recording/job.ts';
import { mediaUri, toRecordingId } from '../../../pipeline/recording/recording.ts';
import { startTranscription } from '../../../pipeline/steps/startTranscription.ts';
import { auditedActions, portsOfVisit, recording, recordingId, startInput as inspected } from '../visit.ts';

/** Of ten minutes: asked after twelve, after fifteen, and then after twice as long each time, six hours at most. */
const medicalWaits = [720, 180, 1_800, 3_600, 7_200, 14_400, 21_600];

const job = (status: Job['status'], uri = mediaUri(recording)): Job => ({
  status,
  mediaUri: uri,
  failureReason: undefined,
});

test('asks for the job that the inspection chose, named by the recording, and says how long to wait', async () => {
  const ports = portsOfVisit();
  expect(await startTranscription(ports)(inspected)).toEqual({
    outcome: 'started',
    jobName: recordingId,
    waitSeconds: medicalWaits,
    chain: null,
  });
  expect(ports.kept.requests).toEqual([
    {
      engine: 'transcribe-medical',
      jobName: recordingId,
      media: recording,
      language: 'en-US',
      speakersBy: 'voice',
      outputKey: `jobs/${recordingId}.json`,
    },
  ]);
});

test('a job of the other engine, whose failure is an event, is left alone for the whole first wait', async () => {
  const spanish = { ...inspected.inspection, engine: 'transcribe', language: 'es-ES' } as const;
  const waitSeconds = [900, 1_800, 3_600, 7_200, 14_400, 21_600];
  expect(await startTranscription(portsOfVisit())({ ...inspected, inspection: spanish })).toMatchObject({
    waitSeconds,
  });
});

test('a job that was started is in the trail, never before it was', async () => {
  const ports = portsOfVisit();
  await startTranscription(ports)(inspected);
  expect(ports.kept.effects).toEqual([
    'transcription.start',
    'ehr.recordStatus transcribing',
    'audit.record TRANSCRIPTION_STARTED',
  ]);
  expect(ports.kept.rows.get(recordingId)).toMatchObject({
    status: 'transcribing',
    facts: { language: 'en-US', engine: 'transcribe-medical', durationMs: 600_000 },
  });
});

test('a recording whose job cannot start yet is known as received', async () => {
  const ports = portsOfVisit();
  const full = new PipelineError('Throttled', 'Transcribe answered LimitExceededException');
  ports.transcription.start = () => Promise.reject(full);
  await expect(startTranscription(ports)(inspected)).rejects.toBe(full);
  expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'received' });
  expect(auditedActions(ports)).toEqual([]);
});

describe('while all places are taken', () => {
  const other = { recordingId: 'rec-other', since: '2026-03-04T10:00:00.000Z' };
  const portsOfFull = async () => {
    const ports = portsOfVisit({ MEDICAL_JOBS: '1' });
    expect(await ports.places.take('transcribe-medical', other, 900)).toBe('taken');
    return ports;
  };

  test('no job is asked for: the recording is known as received, once', async () => {
    const ports = await portsOfFull();
    expect(await startTranscription(ports)(inspected)).toEqual({ outcome: 'queued' });
    expect(await startTranscription(ports)({ ...inspected, queued: true })).toEqual({ outcome: 'queued' });
    expect(ports.kept.effects).toEqual(['ehr.recordStatus received']);
    expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'received' });
  });

  test('those of the other engine are none of its business', async () => {
    const inspection = { ...inspected.inspection, engine: 'transcribe' } as const;
    expect(await startTranscription(await portsOfFull())({ ...inspected, inspection })).toMatchObject({
      outcome: 'started',
    });
  });

  test('and one was given back: started', async () => {
    const ports = await portsOfFull();
    await startTranscription(ports)(inspected);
    await ports.places.giveBack('transcribe-medical', other.recordingId);
    expect(await startTranscription(ports)({ ...inspected, queued: true })).toMatchObject({ outcome: 'started' });
  });
});

test('a place is kept while Transcribe refuses the job, for as long as the job could take', async () => {
  const ports = portsOfVisit({ MEDICAL_JOBS: '1' });
  const working = ports.transcription;
  const refuse = () => Promise.reject(new PipelineError('Throttled', 'others have jobs too'));
  ports.transcription = { ...working, start: refuse };
  await expect(startTranscription(ports)(inspected)).rejects.toThrow('others');
  const until = Math.floor(ports.now().getTime() / 1000) + 3 * 900;
  expect(ports.kept.places.look('transcribe-medical').leases).toEqual({ [recordingId]: until });
  ports.transcription = working;
  expect(await startTranscription(ports)(inspected)).toMatchObject({ outcome: 'started' });
  expect(ports.kept.places.look('transcribe-medical').used).toBe(1);
});

test.each<Job['status']>(['QUEUED', 'IN_PROGRESS', 'COMPLETED'])('its own job, %s, is adopted', async (status) => {
  const ports = portsOfVisit();
  ports.kept.jobs.set(recordingId, job(status));
  expect(await startTranscription(ports)(inspected)).toEqual({
    outcome: 'started',
    jobName: recordingId,
    waitSeconds: medicalWaits,
    chain: null,
  });
  expect(ports.kept.requests).toEqual([]);
  expect(ports.kept.effects).not.toContain('transcription.remove');
  expect(auditedActions(ports)).toEqual(['TRANSCRIPTION_STARTED']);
});

test('a repeat pays for no second job', async () => {
  const ports = portsOfVisit();
  const first = await startTranscription(ports)(inspected);
  expect(await startTranscription(ports)(inspected)).toEqual(first);
  expect(ports.kept.requests).toHaveLength(1);
});

describe('under the key, when the job is to be started, lies', () => {
  test('another version of the same bytes: started, after both were looked at', async () => {
    const ports = portsOfVisit();
    ports.recordings.newest = async () => ({ versionId: 'v2', checksum: 'the same bytes' });
    ports.recordings.checksum = async ({ versionId }) => `the ${versionId === 'v1' ? 'same' : 'wrong'} bytes`;
    await startTranscription(ports)(inspected);
    expect(ports.kept.requests).toHaveLength(1);
  });

  test('the version that was inspected: started, without a look at its bytes', async () => {
    const ports = portsOfVisit();
    ports.recordings.checksum = () => Promise.reject(new Error('the bytes were looked at'));
    await startTranscription(ports)(inspected);
    expect(ports.kept.requests).toHaveLength(1);
  });

  test.each([
    ['other bytes than were inspected', 'other bytes', 'a newer version of the object has taken its place'],
    ['nothing', undefined, 'the object is gone'],
  ])('%s: refused, and nothing is said to be under way', async (_, now, message) => {
    const ports = portsOfVisit();
    ports.recordings.newest = async () => (now === undefined ? undefined : { versionId: 'v2', checksum: now });
    ports.recordings.checksum = async () => 'the bytes inspected';
    await expect(startTranscription(ports)(inspected)).rejects.toMatchObject({ name: 'TranscriptionFailed', message });
    expect(ports.kept.effects).toEqual([]);
  });
});

describe('when the object has gone and the same bytes lie under another name', () => {
  const copy = { ...recording, key: 'recordings/meeting-7/visit.webm', versionId: 'v9' };
  const portsWithout = (checksumOf: Record<string, string>) => {
    const ports = portsOfVisit();
    const duplicate = { sessionId: null, status: 'skipped', facts: {}, duplicateOf: recordingId } as const;
    ports.kept.rows.set('rec-copy', { ...duplicate, recording: copy, error: { name: 'Duplicate', message: '' } });
    ports.recordings.newest = async () => undefined;
    ports.recordings.checksum = async ({ key, versionId }) => (versionId ? 'the bytes inspected' : checksumOf[key]);
    return ports;
  };

  test('the job reads those', async () => {
    const ports = portsWithout({ [copy.key]: 'the bytes inspected' });
    await startTranscription(ports)(inspected);
    expect(ports.kept.requests).toMatchObject([{ jobName: recordingId, media: { key: copy.key } }]);
  });

  test.each<[string, Record<string, string>]>([
    ['other bytes by now', { [copy.key]: 'other bytes' }],
    ['gone as well', {}],
  ])('unless they are %s', async (_, checksumOf) => {
    const step = startTranscription(portsWithout(checksumOf));
    await expect(step(inspected)).rejects.toMatchObject({ message: 'the object is gone' });
  });
});

describe('the job name is taken', () => {
  test('by a job that failed: it is removed and started again', async () => {
    const ports = portsOfVisit();
    ports.kept.jobs.set(recordingId, job('FAILED'));
    await startTranscription(ports)(inspected);
    expect(ports.kept.effects.filter((effect) => effect.startsWith('transcription.'))).toEqual([
      'transcription.start',
      'transcription.find',
      'transcription.remove',
      'transcription.start',
    ]);
    expect(ports.kept.jobs.get(recordingId)?.status).toBe('IN_PROGRESS');
  });

  test.each<Job['status']>(['FAILED', 'COMPLETED'])(
    'by a job of other media, %s: refused, and left alone',
    async (status) => {
      const ports = portsOfVisit();
      const foreign = job(status, 's3://recordings/recordings/meeting-8/visit.mp4');
      ports.kept.jobs.set(recordingId, foreign);
      await expect(startTranscription(ports)(inspected)).rejects.toMatchObject({ name: 'TranscriptionFailed' });
      expect(ports.kept.jobs.get(recordingId)).toBe(foreign);
      expect(auditedActions(ports)).toEqual([]);
    },
  );

  test('by a job that is gone when it is asked for: started', async () => {
    const ports = portsOfVisit();
    const working = ports.transcription;
    let asked = 0;
    const start: typeof working.start = async (job) => (asked++ === 0 ? 'taken' : working.start(job));
    ports.transcription = { ...working, start };
    await startTranscription(ports)(inspected);
    expect(ports.kept.requests).toHaveLength(1);
  });

  test('still, after the failed job was removed: tried again later, nothing is said to be started', async () => {
    const ports = portsOfVisit();
    ports.kept.jobs.set(recordingId, job('FAILED'));
    ports.transcription.start = async () => 'taken';
    await expect(startTranscription(ports)(inspected)).rejects.toMatchObject({ name: 'NotThereYet' });
    expect(auditedActions(ports)).toEqual([]);
  });
});

describe('a re-run', () => {
  const complete = JSON.stringify({ jobName: 'a job', status: 'COMPLETED', results: {} });

  /** The third run of a recording; what the first two have left is added by each test. */
  async function thirdRun(outputs: Record<string, string> = {}, facts: object = {}) {
    const first = await toRecordingId(recording);
    const ports = portsOfVisit();
    const row = { sessionId: null, status: 'failed', recording } as const;
    const own = { engine: 'transcribe-medical', language: 'en-US', ...facts };
    for (const id of [first, `${first}-r2`]) ports.kept.rows.set(id, { ...row, facts: own });
    for (const [run, output] of Object.entries(outputs)) {
      ports.kept.documents.set(`transcripts/jobs/${first}${run}.json`, output);
    }
    return { ports, first, input: { ...inspected, recordingId: `${first}-r3` } };
  }

  test.each<[string, Record<string, string>, string]>([
    ['the first', { '': complete }, ''],
    ['the newest that has one', { '': complete, '-r2': complete }, '-r2'],
    ['the newest that is whole', { '': `\uFEFF${complete}`, '-r2': '{"status":"FAILED"}' }, ''],
    ['one without a status, which is done', { '-r2': '{"results":{}}' }, '-r2'],
  ])('adopts the output of %s, and pays for nothing', async (_, outputs, run) => {
    const { ports, first, input } = await thirdRun(outputs);
    ports.recordings.newest = () => Promise.reject(new Error('no job will read the object'));
    expect(await startTranscription(ports)(input)).toMatchObject({ jobName: `${first}${run}` });
    expect(ports.kept.requests).toEqual([]);
    expect(ports.kept.measured).toEqual([]);
    const entry = ports.kept.audit.get(`${input.recordingId} TRANSCRIPTION_STARTED`);
    expect(entry?.detail).toMatchObject({ adopted: `${first}${run}` });
    expect(ports.kept.rows.get(input.recordingId)).toMatchObject({ status: 'transcribing' });
  });

  test.each<Job['status']>(['QUEUED', 'IN_PROGRESS'])('adopts a job that is %s still', async (status) => {
    const { ports, first, input } = await thirdRun();
    ports.kept.jobs.set(first, job(status));
    expect(await startTranscription(ports)(input)).toMatchObject({ jobName: first });
    expect(ports.kept.requests).toEqual([]);
  });

  test.each<[string, Record<string, string>, object, object]>([
    ['none is left', {}, {}, {}],
    ['it was made by another engine', { '': complete }, { engine: 'transcribe' }, {}],
    ['it was made in another language', { '': complete }, { language: 'en-GB' }, {}],
    ['it is no JSON', { '': 'cut of' }, {}, {}],
    ['its job failed', { '': '{"status":"FAILED"}' }, {}, {}],
    ['the id is that of another object', { '': complete }, {}, { recording: { ...recording, versionId: 'v2' } }],
    ['all is to be paid for anew', { '': complete }, {}, { inspection: { ...inspected.inspection, fresh: true } }],
  ])('starts a job of its own where %s', async (_, outputs, facts, change) => {
    const { ports, input } = await thirdRun(outputs, facts);
    const own = { ...input, ...change };
    expect(await startTranscription(ports)(own)).toMatchObject({ jobName: input.recordingId });
    expect(ports.kept.requests).toMatchObject([{ jobName: input.recordingId }]);
    expect(ports.kept.measured.map(([name]) => name)).toEqual(['AudioMinutes', 'EstimatedUsd']);
    expect(ports.kept.audit.get(`${input.recordingId} TRANSCRIPTION_STARTED`)?.detail).not.toHaveProperty('adopted');
  });

  test('does not adopt a job that has ended and left nothing', async () => {
    const { ports, first, input } = await thirdRun();
    for (const [id, status] of [
      [first, 'COMPLETED'],
      [`${first}-r2`, 'FAILED'],
    ] as const)
      ports.kept.jobs.set(id, job(status));
    expect(await startTranscription(ports)(input)).toMatchObject({ jobName: input.recordingId });
  });
});
