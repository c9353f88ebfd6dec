import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../pipeline/digest.ts';
import { meetingEventsKey } from '../../../pipeline/recording/recording.ts';
import { normalizeTranscript } from '../../../pipeline/steps/normalizeTranscript.ts';
import { parseTranscript } from '../../../pipeline/transcript/transcript.ts';
import { conversation, jobResult } from '../jobResults.ts';
import { auditedActions, inspected as visited, portsOfVisit, recording, recordingId } from '../visit.ts';

/** The job itself has said that it is done. */
const inspected = { ...visited, wokenBy: 'job status' };
const early = { ...visited, wokenBy: 'job output' };
const job = jobResult(
  'newer',
  conversation([0, 'Any chest pain?'], [1, 'No, doctor.'], [0, 'Good. I will send you for an x-ray.']),
);
const jobKey = `transcripts/jobs/${recordingId}.json`;
const transcriptKey = `transcripts/${recordingId}/transcript.json`;

function portsWith(output: string) {
  const ports = portsOfVisit();
  ports.kept.documents.set(jobKey, output);
  return ports;
}

test('writes transcript and captions and plans a call for each operation', async () => {
  const ports = portsWith(JSON.stringify(job));
  const outcome = await normalizeTranscript(ports)(inspected);
  const transcript = parseTranscript(ports.kept.documents.get(`transcripts/${transcriptKey}`));
  const end = Array.from(transcript.text).length;
  expect(outcome).toEqual({
    transcriptKey,
    textSha256: await sha256(transcript.text),
    provenAt: 0,
    turns: 3,
    words: 13,
    plan: ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'].map((operation) => ({
      operation,
      n: 1,
      begin: 0,
      end,
      bytes: { from: 0, to: end },
      textSha256: outcome.textSha256,
    })),
    isFirst: true,
    chain: null,
  });
  expect(ports.kept.documents.get(`transcripts/transcripts/${recordingId}/text.txt`)).toBe(transcript.text);
  expect(transcript).toMatchObject({ recordingId, meetingId: 'meeting-7', engine: { name: 'transcribe-medical' } });
  expect(ports.kept.documents.get(`transcripts/transcripts/${recordingId}/transcript.vtt`)).toMatch(/^WEBVTT\n/);
  expect(ports.kept.rows.get(recordingId)).toMatchObject({ status: 'extracting', facts: { transcriptKey } });
});

test('writes the text first, and says what it made of the job after all writes', async () => {
  const ports = portsWith(JSON.stringify(job));
  await normalizeTranscript(ports)(inspected);
  expect(ports.kept.effects).toEqual([
    `documents.write transcripts/transcripts/${recordingId}/text.txt`,
    `documents.write transcripts/${transcriptKey}`,
    `documents.write transcripts/transcripts/${recordingId}/transcript.vtt`,
    'ehr.recordStatus extracting',
    'documents.prove medicalData',
    'audit.record TRANSCRIPTION_COMPLETED',
    'audit.record TRANSCRIPT_NORMALIZED',
  ]);
});

test('asks the meeting who spoke, and what was captured, before it asks the dialogue', async () => {
  const ports = portsWith(JSON.stringify(job));
  const line = (second: number, EventType: string, AttendeeId?: string) =>
    JSON.stringify({ Timestamp: second * 1000, EventType, EventParameters: { AttendeeId } });
  // The first voice, which asks, is the patient's: the roster knows it, the dialogue would not.
  const events = [line(0, 'CaptureStarted'), line(0, 'ActiveSpeaker', 'a-2'), line(9_000, 'CaptureEnded')].join('\n');
  const long = jobResult(
    'newer',
    conversation([0, 'Any pain or fever or cough or rash or sweats or chills or aches then?']),
  );
  ports.kept.documents.set(jobKey, JSON.stringify(long));
  ports.kept.documents.set(`recordings/${meetingEventsKey(recording.key)}`, events);
  ports.kept.participants.push({ attendeeId: 'a-2', role: 'patient' });
  await normalizeTranscript(ports)(inspected);
  const { speakers, quality } = parseTranscript(ports.kept.documents.get(`transcripts/${transcriptKey}`));
  expect(speakers).toMatchObject([{ label: 'spk_0', role: 'patient', roleEvidence: 'roster' }]);
  expect(quality.flags).toContain('truncated');
});

test('a repeat writes the same bytes', async () => {
  const ports = portsWith(JSON.stringify(job));
  const first = await normalizeTranscript(ports)(inspected);
  const documents = new Map(ports.kept.documents);
  expect(await normalizeTranscript(ports)(inspected)).toEqual({ ...first, isFirst: false });
  expect(ports.kept.documents).toEqual(documents);
  expect(auditedActions(ports)).toEqual(['TRANSCRIPTION_COMPLETED', 'TRANSCRIPT_NORMALIZED']);
});

test('nothing that was said leaves through the output or the trail', async () => {
  const ports = portsWith(JSON.stringify(job));
  const outcome = await normalizeTranscript(ports)(inspected);
  const visible = JSON.stringify([outcome, [...ports.kept.audit.values()], ports.kept.logged]);
  expect(visible).not.toMatch(/chest|doctor|x-ray/i);
});

test('a byte order mark before the JSON does no harm', async () => {
  const ports = portsWith(`\uFEFF${JSON.stringify(job)}`);
  expect(await normalizeTranscript(ports)(inspected)).toMatchObject({ turns: 3 });
});

test('a text that is not coded has no plan', async () => {
  const input = { ...inspected, inspection: { ...inspected.inspection, coded: false } };
  expect((await normalizeTranscript(portsWith(JSON.stringify(job)))(input)).plan).toEqual([]);
});

test('a recording in which nobody speaks has a transcript and no plan', async () => {
  const outcome = await normalizeTranscript(portsWith(JSON.stringify(jobResult('newer', []))))(inspected);
  expect(outcome).toMatchObject({ turns: 0, words: 0, plan: [] });
});

test.each([
  ['every word filtered away', [{ content: '' }]],
  ['words that are marks', [{ content: '...' }]],
])('%s: a transcript and no plan', async (_, alternatives) => {
  const filtered = jobResult('newer', conversation([0, 'Hello.'], [1, 'Pain.']));
  for (const item of filtered.results.items ?? []) if (item.type === 'pronunciation') item.alternatives = alternatives;
  Reflect.deleteProperty(filtered.results, 'transcripts');
  const outcome = await normalizeTranscript(portsWith(JSON.stringify(filtered)))(inspected);
  expect(outcome).toMatchObject({ plan: [] });
});

test('the result of a job that failed is refused, and no entry says that it is complete', async () => {
  const ports = portsWith(JSON.stringify({ ...job, status: 'FAILED' }));
  await expect(normalizeTranscript(ports)(inspected)).rejects.toMatchObject({ name: 'TranscriptionFailed' });
  expect(ports.kept.effects).toEqual([]);
});

describe('refuses by name', () => {
  test.each([
    ['a missing output', undefined, 'TranscriptionFailed'],
    ['an output that was cut off', JSON.stringify(job).slice(0, -40), 'TranscriptShapeUnknown'],
    ['an empty output', '', 'TranscriptShapeUnknown'],
    ['another document', '{"Conversation":{}}', 'TranscriptShapeUnknown'],
  ])('%s, and writes nothing', async (_, output, name) => {
    const ports = output === undefined ? portsOfVisit() : portsWith(output);
    const error = await normalizeTranscript(ports)(inspected).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name });
    expect(String(error)).not.toMatch(/chest/);
    expect(ports.kept.effects.filter((effect) => effect.startsWith('documents.'))).toEqual([]);
  });
});

describe('an event that came too early, or from somebody else, fails nothing', () => {
  test.each([
    ['no output', undefined, 'TranscriptionFailed'],
    ['half an output', JSON.stringify(job).slice(0, -40), 'TranscriptShapeUnknown'],
    ['the output of a job that works', JSON.stringify({ ...job, status: 'IN_PROGRESS' }), 'TranscriptionFailed'],
    ['another document', '{"results":{}}', 'TranscriptShapeUnknown'],
  ])('with %s the job is to be asked, and nothing says that it is complete', async (_, output, why) => {
    const ports = output === undefined ? portsOfVisit() : portsWith(output);
    const { engine } = inspected.inspection;
    await ports.places.take(engine, { recordingId, since: '' }, 60);
    const error = await normalizeTranscript(ports)(early).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TranscriptNotReady', message: expect.stringContaining(why) as string });
    expect(ports.kept.effects).toEqual([]);
    expect((await ports.kept.places.read(engine)).leases).toHaveProperty(recordingId);
  });

  test('the place is given back once the output has proved that the job is over', async () => {
    const ports = portsWith(JSON.stringify(job));
    const { engine } = inspected.inspection;
    await ports.places.take(engine, { recordingId, since: '' }, 60);
    await normalizeTranscript(ports)(early);
    expect((await ports.kept.places.read(engine)).leases).toEqual({});
  });

  test('with the output, everything is written as if the job had been asked', async () => {
    const [woken, asked] = [portsWith(JSON.stringify(job)), portsWith(JSON.stringify(job))];
    expect(await normalizeTranscript(woken)(early)).toEqual(await normalizeTranscript(asked)(inspected));
    expect(woken.kept.effects).toEqual(asked.kept.effects);
  });
});

test('of meeting events only the beginning is read, and the log says so', async () => {
  const ports = portsWith(JSON.stringify(job));
  const event = JSON.stringify({ Timestamp: 0, EventType: 'CaptureStarted', EventParameters: {} });
  const key = `recordings/${meetingEventsKey(recording.key)}`;
  ports.kept.documents.set(key, `${event}\n`.repeat(200_000));
  expect(await normalizeTranscript(ports)(inspected)).toMatchObject({ turns: 3 });
  expect(ports.kept.logged).toEqual(['["only the first meeting events are read",{"maxEventBytes":8388608}]']);
});

describe('a re-run', () => {
  const again = { ...inspected, recordingId: `${recordingId}-r2`, jobName: recordingId };

  test('reads the output where the earlier run left it, writes its own transcript, and may find answers', async () => {
    const ports = portsWith(JSON.stringify(job));
    const outcome = await normalizeTranscript(ports)(again);
    expect(outcome).toMatchObject({
      transcriptKey: `transcripts/${again.recordingId}/transcript.json`,
      isFirst: false,
    });
    expect([...ports.kept.documents.keys()].filter((key) => key.includes('/jobs/'))).toEqual([jobKey]);
  });

  test('that pays anew has nothing to find', async () => {
    const ports = portsWith(JSON.stringify(job));
    const inspection = { ...inspected.inspection, fresh: true } as const;
    expect(await normalizeTranscript(ports)({ ...again, inspection })).toMatchObject({ isFirst: true });
  });
});
