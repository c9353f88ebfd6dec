import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteMedicalTranscriptionJobCommand, TranscribeClient } from '@aws-sdk/client-transcribe';
import { beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../../local/services/clock.ts';
import type { Fault } from '../../local/services/faults.ts';
import { awaitDrained, executionArn } from '../../local/replay/execution.ts';
import { redeliver } from '../../local/replay/upload.ts';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import { keys, toRunId } from '../../pipeline/recording/recording.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, sessionOf, visit, visitWithoutResult } from './visits.ts';

const startJob = /^Start.*TranscriptionJob$/;
const clinicalCall = /^(DetectEntitiesV2|Infer\w+)$/;

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

/** What the run of an execution was paid for. */
const paidSince = (calls: (operation: RegExp) => number) => ({ jobs: calls(startJob), clinical: calls(clinicalCall) });

const entryOf = async (name: string, recordingId: string, action: string) =>
  (await product.audit(meetingOf(name))).find((entry) => entry.recordingId === recordingId && entry.action === action);

async function usageOf(recordingId: string): Promise<Consultation['usage']> {
  return (await product.recording(recordingId))?.['usage'] as Consultation['usage'];
}

async function keysUnder(bucket: string, prefix: string): Promise<string[]> {
  const { clients } = product.deployment;
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Contents.map(({ Key = '' }) => Key);
}

describe('a re-run', () => {
  test('adopts the job and the answers of the first run, pays for nothing, and says so', async () => {
    const name = 'rerun';
    const { outcome, collected } = await product.run(visit(name));
    const first = outcome.recordingId;
    const calls = product.countCalls();
    expect(await product.rerun(first, 2)).toMatchObject({ status: 'SUCCEEDED' });
    expect(paidSince(calls)).toEqual({ jobs: 0, clinical: 0 });

    const again = toRunId(first, 2);
    const { text } = collected.transcript ?? { text: '' };
    expect((await product.results(again)).turns.map((turn) => turn['text']).join('\n')).toBe(text);
    expect(await product.recording(again)).toMatchObject({ status: 'completed' });
    expect(await entryOf(name, again, 'TRANSCRIPTION_STARTED')).toMatchObject({ detail: { adopted: first } });
    const paid = await usageOf(first);
    expect(paid).not.toHaveProperty('adopted');
    expect(await usageOf(again)).toEqual({
      ...paid,
      estimatedUsd: 0,
      adopted: { audioSeconds: paid.audioSeconds, units: paid.units },
    });
    const measured = product.log.filter((line) => line.includes(again) && /"(?:EstimatedUsd|AudioMinutes)"/.test(line));
    expect(measured).toEqual([]);
    expect((await product.chain(meetingOf(name))).faults).toEqual([]);
  });

  test('leaves no second copy of what it adopts, and the next one finds it', async () => {
    const { outcome } = await product.run(visit('rerun-twice'));
    const first = outcome.recordingId;
    await product.rerun(first, 2);
    const calls = product.countCalls();
    expect(await product.rerun(first, 3)).toMatchObject({ status: 'SUCCEEDED' });
    expect(paidSince(calls)).toEqual({ jobs: 0, clinical: 0 });
    const { transcriptsBucket, medicalDataBucket } = product.deployment.target;
    expect(await keysUnder(transcriptsBucket, `jobs/${first}`)).toEqual([keys.job(first)]);
    expect(await keysUnder(medicalDataBucket, `answers/${first}-r`)).not.toContainEqual(
      expect.stringContaining('.json'),
    );
  });

  test('with `fresh` pays for everything anew, and what it has paid for is what later ones adopt', async () => {
    const { outcome } = await product.run(visit('rerun-fresh'));
    const first = outcome.recordingId;
    const calls = product.countCalls();
    expect(await product.rerun(first, 2, { fresh: true })).toMatchObject({ status: 'SUCCEEDED' });
    expect(paidSince(calls)).toEqual({ jobs: 1, clinical: 3 });
    expect(await usageOf(toRunId(first, 2))).toEqual(await usageOf(first));
    await product.rerun(first, 3);
    expect(await entryOf('rerun-fresh', toRunId(first, 3), 'TRANSCRIPTION_STARTED')).toMatchObject({
      detail: { adopted: toRunId(first, 2) },
    });
    expect(paidSince(calls)).toEqual({ jobs: 1, clinical: 3 });
  });

  test('asks what an earlier run was not answered, and nothing else', async () => {
    const refused: Fault = {
      target: 'ComprehendMedical_20181030',
      operation: 'InferRxNorm',
      error: 'InvalidRequestException',
      times: 1,
    };
    product.stack.faults.add(refused);
    const { outcome } = await product.run(visit('rerun-partial'));
    expect(outcome.status).toBe('partial');
    const calls = product.countCalls();
    await product.rerun(outcome.recordingId, 2);
    expect({ ...paidSince(calls), rx: calls('InferRxNorm') }).toEqual({ jobs: 0, clinical: 1, rx: 1 });
    const again = toRunId(outcome.recordingId, 2);
    expect(await product.recording(again)).toMatchObject({ status: 'completed' });
    const { units, adopted, estimatedUsd } = await usageOf(again);
    expect(Object.keys(adopted?.units ?? {}).toSorted()).toEqual(['DetectEntitiesV2', 'InferICD10CM']);
    expect(estimatedUsd).toBeCloseTo((units.InferRxNorm ?? 0) * 0.00025, 4);
  });

  test('adopts the output of a job that Transcribe has forgotten', async () => {
    const { outcome } = await product.run(visit('rerun-forgotten'));
    const transcribe = new TranscribeClient(product.clientConfig());
    const MedicalTranscriptionJobName = outcome.recordingId;
    await transcribe.send(new DeleteMedicalTranscriptionJobCommand({ MedicalTranscriptionJobName }));
    transcribe.destroy();
    const calls = product.countCalls();
    expect(await product.rerun(outcome.recordingId, 2)).toMatchObject({ status: 'SUCCEEDED' });
    expect(paidSince(calls)).toEqual({ jobs: 0, clinical: 0 });
  });

  test('starts a job of its own where the first left no output', async () => {
    const { outcome } = await product.run(visit('rerun-no-output'));
    const { clients, target } = product.deployment;
    await clients.s3.send(
      new DeleteObjectCommand({ Bucket: target.transcriptsBucket, Key: keys.job(outcome.recordingId) }),
    );
    const calls = product.countCalls();
    expect(await product.rerun(outcome.recordingId, 2)).toMatchObject({ status: 'SUCCEEDED' });
    // The same words: the answers are still those to this text.
    expect(paidSince(calls)).toEqual({ jobs: 1, clinical: 0 });
  });

  test.each<[string, Record<string, unknown>]>([['another language', { transcription_language: 'en-GB' }]])(
    'in %s adopts no job',
    async (_, change) => {
      const { outcome } = await product.run(visit('rerun-language'));
      await product.deployment.supabase
        .from('video_call_sessions')
        .update(change)
        .eq('id', sessionOf('rerun-language'));
      const calls = product.countCalls();
      await product.rerun(outcome.recordingId, 2);
      expect(calls(startJob)).toBe(1);
    },
  );

  test('of another object than its id says adopts no job', async () => {
    const { outcome } = await product.run(visit('rerun-of-one'));
    const other = await product.run(visit('rerun-of-other'));
    const { recording } = await product.inputOf(other.outcome.recordingId);
    const calls = product.countCalls();
    await product.rerun(outcome.recordingId, 2, { recording });
    expect(calls(startJob)).toBe(1);
  });
});

describe('the same bytes, uploaded again under the same name', () => {
  /** What became of the uploads of a visit: its runs, and the rows of the uploads that were none. */
  async function runsOf(name: string): Promise<{ runs: string[]; duplicates: number }> {
    await awaitDrained(product.deployment);
    const rows = await product.rows('recordings', 'session_id', sessionOf(name));
    const duplicates = rows
      .filter((row) => row['error_name'] === 'Duplicate')
      .map((row) => row['recording_id'] as string);
    const runs = rows.map((row) => row['recording_id'] as string).filter((id) => !duplicates.includes(id));
    return { runs, duplicates: duplicates.length };
  }

  test('after a failure run the first recording again, which pays for nothing twice', async () => {
    const name = 'again-after-failure';
    product.stack.faults.add({ target: 'Lambda', operation: 'storeResults', error: 'TypeError', times: 1 });
    const { outcome } = await product.run(visit(name));
    expect(outcome).toMatchObject({ status: 'failed', error: 'TypeError' });
    const first = outcome.recordingId;
    const calls = product.countCalls();
    const uploaded = await product.upload(visit(name));
    await awaitDrained(product.deployment);
    expect(await product.ended(toRunId(first, 2))).toMatchObject({ status: 'SUCCEEDED' });
    for (let n = 0; n < 3; n += 1) await redeliver(product.deployment, uploaded);

    expect(await runsOf(name)).toEqual({ runs: [first, toRunId(first, 2)], duplicates: 1 });
    expect(paidSince(calls)).toEqual({ jobs: 0, clinical: 0 });
    expect(await entryOf(name, toRunId(first, 2), 'REPROCESSED')).toMatchObject({
      actor: 'startWorkflow',
      detail: { original: first, uploaded: uploaded.recordingId },
    });
    const [session] = await product.rows('video_call_sessions', 'id', sessionOf(name));
    expect(session).toMatchObject({ error_message: null });
    expect(await product.said(sessionOf(name))).toContain('sore throat');
    expect((await product.chain(meetingOf(name))).faults).toEqual([]);
  });

  test('run it again three times, and no more', async () => {
    const name = 'again-and-again';
    const given = visitWithoutResult(name);
    const { outcome } = await product.run(given);
    const first = outcome.recordingId;
    for (const number of [2, 3, 4]) {
      await product.upload(given);
      await awaitDrained(product.deployment);
      await product.ended(toRunId(first, number));
    }
    const calls = product.countCalls();
    await product.upload(given);
    expect(await runsOf(name)).toEqual({ runs: [1, 2, 3, 4].map((number) => toRunId(first, number)), duplicates: 4 });
    expect(calls('StartExecution')).toBe(0);
  });

  test('start one run when twenty come at once', async () => {
    const name = 'again-at-once';
    product.stack.faults.add({ target: 'Lambda', operation: 'storeResults', error: 'TypeError', times: 1 });
    const { outcome } = await product.run(visit(name));
    const calls = product.countCalls();
    await Promise.all(Array.from({ length: 20 }, () => product.upload(visit(name))));
    await awaitDrained(product.deployment);
    const again = toRunId(outcome.recordingId, 2);
    expect(await product.ended(again)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await runsOf(name)).toEqual({ runs: [outcome.recordingId, again], duplicates: 20 });
    expect(paidSince(calls)).toEqual({ jobs: 0, clinical: 0 });
  });
});

describe('an execution that somebody has stopped while its job was running', () => {
  let slow: TestStack;
  beforeAll(async () => {
    slow = await TestStack.start({ clock: realClock(), jobDelayMs: 3_000 });
    return () => slow.stop();
  });

  test('is run again by the same upload, waits for that same job, and is woken by it', async () => {
    const given = visit('stopped-and-again');
    const { recordingId: first } = await slow.upload(given);
    await expect.poll(async () => (await slow.recording(first))?.['status']).toBe('transcribing');
    const stop = new StopExecutionCommand({ executionArn: executionArn(slow.deployment, first) });
    await slow.deployment.clients.sfn.send(stop);
    await slow.upload(given);
    const again = toRunId(first, 2);
    await awaitDrained(slow.deployment);
    expect(await slow.ended(again)).toMatchObject({ status: 'SUCCEEDED' });
    expect(slow.countCalls()(startJob)).toBe(0);
    expect(slow.stack.faults.calls.filter(({ operation }) => startJob.test(operation))).toHaveLength(1);
    expect(await slow.recording(again)).toMatchObject({ status: 'completed' });
    const [woken] = slow.log.filter((line) => line.includes('"woken"') && line.includes('resumeWorkflow'));
    expect(woken).toContain('job output');
  });
});

test('other bytes under the same key are another recording, and the session shows both', async () => {
  const name = 'both-shown';
  const first = await product.run(visit(name));
  const other = ['patient: My knee hurts.', 'clinician: Since when?'];
  const standIn = { durationMs: 90_000, channels: 1 } as const;
  const second = await product.run(visit(name, { standIn }, other));
  expect([first, second].map(({ outcome }) => outcome.status)).toEqual(['completed', 'completed']);
  const said = [first, second].map(({ collected }) => collected.transcript?.text ?? '');
  expect(await product.said(sessionOf(name))).toBe(said.join('\n'));
});
