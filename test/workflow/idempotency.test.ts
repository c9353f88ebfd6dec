import { beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../local/cases/caseFolder.ts';
import { makeStandIn } from '../../local/cases/standIn.ts';
import { awaitDrained } from '../../local/replay/execution.ts';
import { redeliver } from '../../local/replay/upload.ts';
import type { Run } from '../../local/replay/runCase.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, partOf, sessionOf, visit } from './visits.ts';

const wholeWorkflow = [
  'RECORDING_RECEIVED',
  'TRANSCRIPTION_STARTED',
  'TRANSCRIPTION_COMPLETED',
  'TRANSCRIPT_NORMALIZED',
  'ENTITIES_EXTRACTED',
  'RESULTS_STORED',
];
const startJob = /^Start.*TranscriptionJob$/;
const clinicalCall = /^(DetectEntitiesV2|Infer\w+)$/;

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

describe('one recording, uploaded twice, each event delivered ten times more', () => {
  const name = 'twice';
  const given: Case = visit(name, { session: { recording: { uploads: 2, redeliveries: 10 } } });
  let run: Run;
  let calls: ReturnType<TestStack['countCalls']>;
  let before: Set<string>;
  beforeAll(async () => {
    before = new Set(await product.executions());
    calls = product.countCalls();
    run = await product.run(given);
  });

  test('starts one execution and one job, and pays for each call once', async () => {
    expect(run.outcome).toMatchObject({ status: 'completed', executions: 1 });
    const started = (await product.executions()).filter((name) => !before.has(name));
    expect(started).toEqual([run.outcome.recordingId]);
    expect(calls(startJob)).toBe(1);
    expect({ detect: calls('DetectEntitiesV2'), icd: calls('InferICD10CM'), rx: calls('InferRxNorm') }).toEqual({
      detect: 1,
      icd: 1,
      rx: 1,
    });
  });

  test('leaves one set of rows, and one row that says the second upload is a duplicate', async () => {
    const rows = await product.rows('recordings', 'session_id', sessionOf(name));
    const own = { recording_id: run.outcome.recordingId, status: 'completed', duplicate_of: null };
    const other = { status: 'skipped', error_name: 'Duplicate', duplicate_of: run.outcome.recordingId };
    const firstIsOwn = rows[0]?.['status'] === 'completed';
    expect(rows).toMatchObject(firstIsOwn ? [own, other] : [other, own]);
    const { turns } = await product.results(run.outcome.recordingId);
    expect(turns).toHaveLength(run.collected.transcript?.turns.length ?? 0);
  });

  test('says each action once, and once that the second upload is a duplicate', async () => {
    const entries = await product.audit(meetingOf(name));
    const own = entries.filter((entry) => entry.recordingId === run.outcome.recordingId);
    expect(own.map(({ action }) => action)).toEqual(wholeWorkflow);
    const others = entries.filter((entry) => entry.recordingId !== run.outcome.recordingId);
    expect(others).toMatchObject([
      { action: 'RECORDING_SKIPPED', detail: { reason: 'Duplicate', original: run.outcome.recordingId } },
    ]);
    expect(await product.chain(meetingOf(name))).toEqual({ entries: 7, faults: [] });
  });

  test('stays as it is when it all happens again after the end', async () => {
    const before = {
      audit: await product.audit(meetingOf(name)),
      rows: await product.results(run.outcome.recordingId),
    };
    const again = product.countCalls();
    const second = await product.run(given);
    expect(second.outcome).toMatchObject({ status: 'completed', recordingId: run.outcome.recordingId });
    expect({ jobs: again(startJob), executions: again('StartExecution'), clinical: again(clinicalCall) }).toEqual({
      jobs: 0,
      executions: 0,
      clinical: 0,
    });
    expect(await product.results(run.outcome.recordingId)).toEqual(before.rows);
    const entries = await product.audit(meetingOf(name));
    expect(entries.slice(0, before.audit.length)).toEqual(before.audit);
    expect(entries.slice(before.audit.length).map(({ action }) => action)).toEqual([
      'RECORDING_SKIPPED',
      'RECORDING_SKIPPED',
    ]);
    expect((await product.chain(meetingOf(name))).faults).toEqual([]);
  });
});

test('an event that comes again after everything has ended changes nothing', async () => {
  const name = 'late-event';
  const recording = await product.upload(visit(name));
  await awaitDrained(product.deployment);
  const ended = await product.ended(recording.recordingId);
  const before = await product.audit(meetingOf(name));
  const calls = product.countCalls();
  for (let n = 0; n < 10; n += 1) await redeliver(product.deployment, recording);
  await awaitDrained(product.deployment);
  expect({ jobs: calls(startJob), executions: calls('StartExecution'), clinical: calls(clinicalCall) }).toEqual({
    jobs: 0,
    executions: 0,
    clinical: 0,
  });
  expect(await product.ended(recording.recordingId)).toEqual(ended);
  expect(await product.audit(meetingOf(name))).toEqual(before);
});

test('every step can run again over what it did before, and nothing is paid for twice', async () => {
  const name = 'repeated';
  const { outcome } = await product.run(visit(name));
  const stateOf = async () => ({
    audit: await product.audit(meetingOf(name)),
    entities: await product.entities(outcome.recordingId),
    rows: await product.results(outcome.recordingId),
    recording: await product.recording(outcome.recordingId),
    session: await product.rows('video_call_sessions', 'id', sessionOf(name)),
  });
  const before = await stateOf();
  const calls = product.countCalls();
  const again = await product.repeat(outcome.recordingId);
  expect(again.status).toBe('SUCCEEDED');
  expect(again.states.map((state) => state.name)).toContain('storeResults');
  // The one request for a job is answered that its name is taken.
  expect({ requests: calls(startJob), deleted: calls(/^Delete.*Job$/), clinical: calls(clinicalCall) }).toEqual({
    requests: 1,
    deleted: 0,
    clinical: 0,
  });
  expect(await stateOf()).toEqual(before);
});

test('other bytes under the same key are another recording', async () => {
  const name = 'replaced';
  const first = await product.run(visit(name));
  const calls = product.countCalls();
  const second = await product.run(visit(name, { standIn: { durationMs: 90_000, channels: 1 } }));
  expect(second.outcome.status).toBe('completed');
  expect(second.outcome.recordingId).not.toBe(first.outcome.recordingId);
  expect(calls(startJob)).toBe(1);
  expect(await product.chain(meetingOf(name))).toEqual({ entries: 12, faults: [] });
});

test('a job is never started on other bytes than were inspected', async () => {
  const name = 'overwritten';
  const older = await product.run(visit(name));
  await product.run(visit(name, { standIn: { durationMs: 90_000, channels: 1 } }));
  const calls = product.countCalls();
  expect(await product.repeat(older.outcome.recordingId)).toMatchObject({
    error: 'TranscriptionFailed',
    cause: expect.stringContaining('a newer version of the object has taken its place') as string,
  });
  expect(calls(startJob)).toBe(0);
});

test('the same bytes, uploaded twenty times at once, start one execution, and nineteen times nothing', async () => {
  const name = 'twenty-times';
  const uploads = await Promise.all(Array.from({ length: 20 }, () => product.upload(visit(name))));
  await awaitDrained(product.deployment);
  const ids = new Set(uploads.map(({ recordingId }) => recordingId));
  expect(ids.size).toBe(20);
  const [started = '', ...others] = (await product.executions()).filter((id) => ids.has(id));
  expect(others).toEqual([]);
  expect((await product.ended(started)).status).toBe('SUCCEEDED');
  const entries = await product.audit(meetingOf(name));
  expect(entries.filter(({ action }) => action === 'RECORDING_SKIPPED')).toHaveLength(19);
  expect((await product.chain(meetingOf(name))).faults).toEqual([]);
});

describe('the same bytes under another name', () => {
  const under = async (meeting: string, part: string, more: Partial<Case> = {}): Promise<Case> => {
    const recording = await makeStandIn({ durationMs: 90_000, channels: 1 });
    return visit(part, { recording, session: partOf(meeting, part), ...more });
  };

  test('are skipped, and the session holds the talk once', async () => {
    const first = await product.run(await under('renamed', 'renamed-1'));
    const calls = product.countCalls();
    const second = await product.run(await under('renamed', 'renamed-2'));
    expect(second.outcome.recordingId).toBe(first.outcome.recordingId);
    expect(calls(startJob) + calls('StartExecution')).toBe(0);
    expect(await product.said(sessionOf('renamed'))).toBe(first.collected.transcript?.text);
    const entries = wholeWorkflow.length + 1;
    expect(await product.chain(meetingOf('renamed'))).toEqual({ entries, faults: [] });
  });

  test('are tried again when the first came to nothing, whose error then leaves the session', async () => {
    const { session = {} } = await under('renamed-failed', 'renamed-failed-1');
    const unread = { ...session, session: { ...session.session, transcription_language: 'yo' } };
    const first = await product.run(await under('renamed-failed', 'renamed-failed-1', { session: unread }));
    expect(first.outcome).toMatchObject({ status: 'failed', error: 'LanguageNotSupported' });
    const second = await product.run(await under('renamed-failed', 'renamed-failed-2'));
    expect(second.outcome).toMatchObject({ status: 'completed' });
    const [row] = await product.rows('video_call_sessions', 'id', sessionOf('renamed-failed'));
    expect(row).toMatchObject({ error_message: null, transcript: null });
    expect(await product.said(sessionOf('renamed-failed'))).toBe(second.collected.transcript?.text);
  });
});

test('another file in the folder of a good visit puts no error on its session', async () => {
  const good = visit('with-a-form');
  await product.run(good);
  const form = { fileName: 'consent.pdf', bytes: Buffer.from('%PDF-1.7\n%%EOF\n') };
  const key = `recordings/${meetingOf('with-a-form')}/consent.pdf`;
  const session = { ...partOf('with-a-form', 'form'), recording: { key } };
  const { outcome } = await product.run({ ...good, name: 'the-form', recording: form, session });
  expect(outcome).toMatchObject({ status: 'skipped', error: 'NotARecording' });
  const [row] = await product.rows('video_call_sessions', 'id', sessionOf('with-a-form'));
  expect(row).toMatchObject({ error_message: null, error_occurred_at: null });
  const trail = await product.audit(meetingOf('with-a-form'));
  expect(trail.filter(({ recordingId }) => recordingId === outcome.recordingId)).toMatchObject([
    { action: 'RECORDING_SKIPPED', detail: { reason: 'NotARecording' } },
  ]);
});

test('two recordings of one meeting are both in its transcript, on one chain', async () => {
  const meeting = 'interrupted';
  const parts = [
    visit('before', { session: partOf(meeting, 'before') }, ['patient: I cough at night.', 'clinician: I see.']),
    visit('after', { session: partOf(meeting, 'after') }, ['patient: My knee hurts too.', 'clinician: Since when?']),
  ];
  for (const part of parts) expect((await product.run(part)).outcome.status).toBe('completed');
  expect(await product.said(sessionOf(meeting))).toBe('I cough at night.\nI see.\nMy knee hurts too.\nSince when?');
  expect(await product.chain(meetingOf(meeting))).toEqual({ entries: 12, faults: [] });
});

test('twenty recordings of one meeting at once leave one unbroken chain', async () => {
  const meeting = 'crowded';
  const names = Array.from({ length: 20 }, (_, n) => `crowded-${n}`);
  const runs = await Promise.all(
    names.map((name, n) =>
      product.run(visit(name, { session: partOf(meeting, name) }, [`patient: This is part ${n}.`, 'clinician: Yes.'])),
    ),
  );
  await awaitDrained(product.deployment);
  expect(runs.map(({ outcome }) => outcome.status)).toEqual(names.map(() => 'completed'));
  expect(await product.chain(meetingOf(meeting))).toEqual({ entries: 20 * wholeWorkflow.length, faults: [] });
  const entries = await product.audit(meetingOf(meeting));
  for (const { outcome } of runs) {
    const own = entries.filter((entry) => entry.recordingId === outcome.recordingId);
    expect(own.map(({ action }) => action)).toEqual(wholeWorkflow);
  }
  const lines = (await product.said(sessionOf(meeting))).split('\n');
  expect(lines.filter((line) => line.startsWith('This is part')).toSorted()).toEqual(
    names.map((_, n) => `This is part ${n}.`).toSorted(),
  );
});
