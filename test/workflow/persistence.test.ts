import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../local/replay/runCase.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, sessionOf, visit, visitWithoutResult } from './visits.ts';

const kept = visit('kept');
const broken = visitWithoutResult('kept-failure');
const startJob = /^Start.*TranscriptionJob$/;

let dataDir: string;
let product: TestStack;
let before: { run: Run; failed: Run; state: Awaited<ReturnType<typeof stateOf>> };

/** What the services have kept of a run. */
async function stateOf(recordingId: string) {
  return {
    execution: await product.ended(recordingId),
    history: await product.history(recordingId),
    entities: await product.entities(recordingId),
    recording: await product.recording(recordingId),
    rows: await product.results(recordingId),
    session: await product.rows('video_call_sessions', 'id', sessionOf(kept.name)),
    audit: await product.audit(meetingOf(kept.name)),
  };
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kept-'));
  product = await TestStack.start({ dataDir });
  const run = await product.run(kept);
  const failed = await product.run(broken);
  before = { run, failed, state: await stateOf(run.outcome.recordingId) };
  await product.stop();
  product = await TestStack.start({ dataDir });
});
afterAll(async () => {
  await product.stop();
  await rm(dataDir, { recursive: true });
});

test('objects, rows, executions and audit entries are still there', async () => {
  expect(before.run.outcome).toMatchObject({ status: 'completed', executions: 1 });
  expect(await stateOf(before.run.outcome.recordingId)).toEqual(before.state);
  expect(await product.chain(meetingOf(kept.name))).toEqual({ entries: 6, faults: [] });
  expect(await product.ended(before.failed.outcome.recordingId)).toMatchObject({ error: 'TranscriptionFailed' });
});

test('the same upload is a duplicate of what was done before', async () => {
  const calls = product.countCalls();
  const { outcome, folder } = await product.run(kept);
  expect(outcome).toMatchObject({ status: 'completed', recordingId: before.run.outcome.recordingId });
  expect({ jobs: calls(startJob), executions: calls('StartExecution') }).toEqual({ jobs: 0, executions: 0 });
  const audit = JSON.parse(await readFile(join(folder, 'audit.json'), 'utf8')) as { action: string }[];
  expect(audit.map(({ action }) => action)).toContain('RECORDING_SKIPPED');
  expect(await product.chain(meetingOf(kept.name))).toEqual({ entries: 7, faults: [] });
});

test('what is new is processed', async () => {
  const { outcome } = await product.run(visit('after-restart'));
  expect(outcome).toMatchObject({ status: 'completed', executions: 1 });
});
