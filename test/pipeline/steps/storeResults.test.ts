import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../pipeline/digest.ts';
import type { Consultation } from '../../../pipeline/clinical/consultation.ts';
import type { Entities } from '../../../pipeline/clinical/entities.ts';
import type { KeptAnswer, ServiceAnswer } from '../../../pipeline/clinical/extraction.ts';
import { parseCodeTable, formatCodeTable } from '../../../pipeline/clinical/icd10cm.ts';
import { storeResults } from '../../../pipeline/steps/storeResults.ts';
import { toTranscript } from '../../../pipeline/transcript/normalize.ts';
import type { CallOutcome } from '../../../pipeline/workflow.ts';
import { conversation, jobResult } from '../jobResults.ts';
import type { MemoryPorts } from '../memoryPorts.ts';
import { auditedActions, inspected, portsOfVisit, recordingId, session } from '../visit.ts';

const transcript = toTranscript(jobResult('newer', conversation([0, 'Good morning.'], [1, 'I have chest pain.'])), {
  recordingId,
  ...inspected.inspection,
});
const transcriptKey = `transcripts/${recordingId}/transcript.json`;
const textSha256 = await sha256(transcript.text);
const end = Array.from(transcript.text).length;
const begin = transcript.text.indexOf('chest pain');
const item = { operation: 'InferICD10CM', n: 1, begin: 0, end } as const;
const response: ServiceAnswer = {
  ModelVersion: '3',
  Entities: [
    {
      BeginOffset: begin,
      EndOffset: begin + 10,
      Text: 'chest pain',
      Category: 'MEDICAL_CONDITION',
      Type: 'DX_NAME',
      Score: 0.9,
      ICD10CMConcepts: [{ Code: 'R07.9', Description: 'Chest pain, unspecified', Score: 0.8 }],
    },
  ],
};

const keyOf = (name: string) => `medicalData/results/${recordingId}/${name}.json`;

function portsWith(calls: CallOutcome[] = [item]) {
  const ports = portsOfVisit();
  ports.kept.documents.set(`transcripts/${transcriptKey}`, JSON.stringify(transcript));
  const kept: KeptAnswer = { ...item, textSha256: 'unused here', response };
  ports.kept.documents.set(`medicalData/answers/${recordingId}/InferICD10CM-1.json`, JSON.stringify(kept));
  return { ports, input: { ...inspected, transcriptKey, textSha256, calls, startedAt: '2026-03-04T10:25:30.000Z' } };
}

const textIn = ({ kept }: MemoryPorts, name: string) => kept.documents.get(keyOf(name)) ?? 'null';
const entitiesIn = (ports: MemoryPorts) => JSON.parse(textIn(ports, 'entities')) as Entities;
const consultationIn = (ports: MemoryPorts) => JSON.parse(textIn(ports, 'consultation')) as Consultation;

test('writes both results and the health record, and says how many', async () => {
  const { ports, input } = portsWith();
  expect(await storeResults(ports)(input)).toEqual({
    status: 'completed',
    resultsKey: `results/${recordingId}/consultation.json`,
    entities: 1,
    gaps: 0,
  });
  const entities = entitiesIn(ports);
  const consultation = consultationIn(ports);
  expect(consultation.problems.map((finding) => finding.label)).toEqual(['chest pain']);
  expect(ports.kept.rows.get(recordingId)).toMatchObject({
    sessionId: session.sessionId,
    status: 'completed',
    results: { transcript, entities, consultation },
  });
});

test.each<[string, { startedAt?: string }, string | null]>([
  ['of a call began with its capture', { startedAt: '2026-03-04T10:00:00.250Z' }, '2026-03-04T10:00:00.250Z'],
  ['that was uploaded began nobody knows when', {}, null],
])('a recording %s', async (_, known, startedAt) => {
  const { ports, input } = portsWith();
  await storeResults(ports)({ ...input, inspection: { ...input.inspection, ...known } });
  expect(consultationIn(ports).startedAt).toBe(startedAt);
});

test('results are in S3 and in the trail as an intent before the record points there, and as stored after it', async () => {
  const { ports, input } = portsWith();
  await storeResults(ports)(input);
  expect(ports.kept.effects).toEqual([
    `documents.write ${keyOf('entities')}`,
    `documents.write ${keyOf('consultation')}`,
    'audit.record ENTITIES_EXTRACTED',
    'ehr.recordResults',
    'audit.record RESULTS_STORED',
  ]);
  expect(ports.kept.audit.get(`${recordingId} ENTITIES_EXTRACTED`)).toMatchObject({
    detail: {
      textSha256: await sha256(transcript.text),
      resultsKey: keyOf('consultation').replace('medicalData/', ''),
    },
  });
});

test('a health record that refuses fails the step: the trail says that there are results, not that they were stored', async () => {
  const { ports, input } = portsWith();
  ports.ehr.recordResults = () => Promise.reject(new Error('refused'));
  await expect(storeResults(ports)(input)).rejects.toThrow('refused');
  expect(auditedActions(ports)).toEqual(['ENTITIES_EXTRACTED']);
});

test('a transcript that was replaced after its text was read is given no results', async () => {
  const { ports, input } = portsWith();
  const replaced = { ...input, textSha256: await sha256(`${transcript.text} `) };
  await expect(storeResults(ports)(replaced)).rejects.toMatchObject({ name: 'TextReplaced' });
  expect(ports.kept.effects).toEqual([]);
});

test('a repeat writes the same bytes and no second entry', async () => {
  const { ports, input } = portsWith();
  const first = await storeResults(ports)(input);
  const documents = new Map(ports.kept.documents);
  expect(await storeResults(ports)(input)).toEqual(first);
  expect(ports.kept.documents).toEqual(documents);
  expect(auditedActions(ports)).toEqual(['ENTITIES_EXTRACTED', 'RESULTS_STORED']);
});

test('nothing that was said is in the output or the trail', async () => {
  const { ports, input } = portsWith();
  const outcome = await storeResults(ports)(input);
  expect(JSON.stringify([outcome, [...ports.kept.audit.values()], ports.kept.logged])).not.toMatch(/chest|R07/);
});

describe('the status', () => {
  test('is partial when a call finally failed, and its span is a gap', async () => {
    const failed: CallOutcome = { operation: 'InferRxNorm', n: 1, begin: 0, end, error: 'Throttled' };
    const { ports, input } = portsWith([item, failed]);
    expect(await storeResults(ports)(input)).toMatchObject({ status: 'partial', entities: 1, gaps: 1 });
    expect(entitiesIn(ports).coverage).toEqual({
      complete: false,
      gaps: [{ operation: 'InferRxNorm', begin: 0, end, error: 'Throttled' }],
    });
  });

  test('is partial, not empty, when every call failed', async () => {
    const { ports, input } = portsWith([{ ...item, error: 'ServiceUnavailable' }]);
    expect(await storeResults(ports)(input)).toMatchObject({ status: 'partial', entities: 0, gaps: 1 });
  });

  test('is not_coded for a text that is not sent to be coded', async () => {
    const { ports, input } = portsWith([]);
    const spanish = { ...input, inspection: { ...input.inspection, language: 'es-ES', coded: false } };
    expect(await storeResults(ports)(spanish)).toMatchObject({ status: 'not_coded', entities: 0, gaps: 0 });
  });
});

test('an answer that should be kept and is not there is asked for again, never left out', async () => {
  const { ports, input } = portsWith([item, { operation: 'InferRxNorm', n: 1, begin: 0, end }]);
  await expect(storeResults(ports)(input)).rejects.toMatchObject({
    name: 'NotThereYet',
    message: expect.stringContaining('InferRxNorm-1'),
  });
  expect(ports.kept.effects).toEqual([]);
});

test('with a code table the codes say whether they may be billed, and by which release', async () => {
  const { ports, input } = portsWith();
  const rows = [{ code: 'R07.9', billable: true, description: 'Chest pain, unspecified' }];
  ports.kept.codeTable = parseCodeTable(formatCodeTable('FY2031', rows));
  await storeResults(ports)(input);
  expect(consultationIn(ports)).toMatchObject({
    versions: { icd10cm: 'FY2031' },
    problems: [{ codes: [{ code: 'R07.9', billable: true }] }],
  });
});

describe('the results of a re-run', () => {
  const again = `${recordingId}-r2`;
  const unitsOfText = Math.ceil(end / 100);

  /** Its transcript is its own; the answer lies with the first run. */
  const rerun = (change: object = {}) => {
    const { ports, input } = portsWith([{ ...item, adoptedFrom: recordingId }]);
    return { ports, input: { ...input, recordingId: again, jobName: recordingId, ...change } };
  };
  const usageIn = ({ kept }: MemoryPorts) =>
    (JSON.parse(kept.documents.get(`medicalData/results/${again}/consultation.json`) ?? '') as Consultation).usage;

  test('are made of the answers that it has adopted, and cost nothing', async () => {
    const { ports, input } = rerun();
    expect(await storeResults(ports)(input)).toMatchObject({ status: 'completed', entities: 1 });
    const { audioSeconds, ...usage } = usageIn(ports);
    expect(usage).toMatchObject({
      calls: { 'transcribe-medical': 1, InferICD10CM: 1 },
      units: { InferICD10CM: unitsOfText },
      estimatedUsd: 0,
      adopted: { audioSeconds, units: { InferICD10CM: unitsOfText } },
    });
  });

  test('cost the job where only the answers were adopted', async () => {
    const { ports, input } = rerun({ jobName: again });
    await storeResults(ports)(input);
    expect(usageIn(ports)).toMatchObject({ estimatedUsd: 0.75, adopted: { audioSeconds: 0 } });
  });
});
