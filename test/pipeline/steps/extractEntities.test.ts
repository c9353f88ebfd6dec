import { expect, test } from 'vitest';
import { PipelineError } from '../../../pipeline/errors.ts';
import { type KeptAnswer, type PlanItem, slice } from '../../../pipeline/extraction.ts';
import { extractEntities } from '../../../pipeline/steps/extractEntities.ts';
import { toTranscript } from '../../../pipeline/transcript.ts';
import { conversation, jobResult } from '../jobResults.ts';
import { inspected, portsOfVisit, recordingId, stepInput } from '../visit.ts';

const transcript = toTranscript(jobResult('newer', conversation([0, 'Any pain 🩺 today?'], [1, 'My knee hurts.'])), {
  recordingId,
  ...inspected.inspection,
});
const transcriptKey = `transcripts/${recordingId}/transcript.json`;
const item: PlanItem = { operation: 'InferICD10CM', n: 2, begin: 9, end: 32 };
const text = slice(transcript.text, item);
const input = { ...stepInput, transcriptKey, item };
const answerKey = `medicalData/answers/${recordingId}/InferICD10CM-2.json`;
const response = { Entities: [{ Text: 'knee', BeginOffset: 12, EndOffset: 16 }], ModelVersion: '3' };

function portsWith(kept?: object) {
  const ports = portsOfVisit();
  ports.kept.documents.set(`transcripts/${transcriptKey}`, JSON.stringify(transcript));
  ports.kept.answers.set(`InferICD10CM ${text}`, response);
  if (kept) ports.kept.documents.set(answerKey, JSON.stringify(kept));
  return ports;
}

const answerIn = (ports: ReturnType<typeof portsWith>) =>
  JSON.parse(ports.kept.documents.get(answerKey) ?? 'null') as KeptAnswer;

test('asks for the code points of its plan item and keeps the answer before it counts', async () => {
  expect(text.startsWith('🩺')).toBe(true);
  const ports = portsWith();
  expect(await extractEntities(ports)(input)).toEqual(item);
  expect(answerIn(ports)).toEqual({ ...item, textSha256: expect.stringMatching(/^[0-9a-f]{64}$/), response });
  expect(ports.kept.effects).toEqual(['clinicalText.ask InferICD10CM', `documents.write ${answerKey}`]);
});

test('a repeat uses the kept answer: no second call is made or paid', async () => {
  const ports = portsWith();
  const first = await extractEntities(ports)(input);
  ports.clinicalText.ask = () => Promise.reject(new Error('a second call'));
  expect(await extractEntities(ports)(input)).toEqual(first);
});

test('an answer that could not be kept does not count', async () => {
  const ports = portsWith();
  ports.documents.write = () => Promise.reject(new PipelineError('ServiceUnavailable', 'S3 answered 503'));
  await expect(extractEntities(ports)(input)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});

test('an answer to the text of an earlier normalization is asked for again', async () => {
  const ports = portsWith({ ...item, textSha256: 'of another text', response: { Entities: [] } });
  await extractEntities(ports)(input);
  expect(answerIn(ports).response).toEqual(response);
});

test('a call that fails leaves no answer behind, and its name reaches the state machine', async () => {
  const ports = portsWith();
  ports.clinicalText.ask = () => Promise.reject(new PipelineError('Throttled', 'busy'));
  await expect(extractEntities(ports)(input)).rejects.toMatchObject({ name: 'Throttled' });
  expect(ports.kept.documents.has(answerKey)).toBe(false);
});

test('a transcript that is not there yet is asked for again', async () => {
  await expect(extractEntities(portsOfVisit())(input)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});

test('no word of the text is in the output or the log', async () => {
  const ports = portsWith();
  const outputs = [await extractEntities(ports)(input), await extractEntities(ports)(input)];
  expect(JSON.stringify([outputs, ports.kept.logged])).not.toMatch(/knee|pain/);
});
