import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Case, readCase } from '../../../local/cases/caseFolder.ts';
import type { Run } from '../../../local/replay/runCase.ts';
import { keys, toRunId } from '../../../pipeline/recording/recording.ts';
import { leaks } from '../../workflow/spoken.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';
import { run } from '../command.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures');
const documents = ['transcript.json', 'transcript.vtt', 'entities.json', 'consultation.json'];

let root: string;
let marked: string;
let product: TestStack;
let fresh: TestStack;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'record-'));
  marked = join(root, 'marked');
  await mkdir(join(marked, 'deeper'), { recursive: true });
  await writeFile(join(marked, 'SYNTHETIC'), 'a test\n');
  [product, fresh] = await Promise.all([TestStack.shared(), TestStack.start()]);
});
afterAll(async () => {
  await fresh.stop();
  await rm(root, { recursive: true });
});

const record = (recordingId: string, out: string, ...more: string[]) =>
  run('local/commands/record.ts', [recordingId, '--out', out, ...more], product.stack.env);

/** The documents of a run as they were stored; the recording's id, which is that of the upload, is made the same. */
async function documentsOf({ folder, outcome }: Run): Promise<Record<string, string>> {
  const read = documents.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const);
  return Object.fromEntries(
    (await Promise.all(read)).map(([name, text]) => [name, text.replaceAll(outcome.recordingId, 'ID')]),
  );
}

/** Records a run and replays what was recorded on a stack that has never heard of it. */
async function recordAndReplay(first: Run, name: string) {
  const finished = await record(first.outcome.recordingId, join(marked, name));
  expect({ code: finished.code, stderr: finished.stderr }).toEqual({ code: 0, stderr: '' });
  const recorded = await readCase(join(marked, name));
  return { ...finished, recorded, again: await fresh.run(recorded) };
}

test('a re-run is recorded with the job and the answers that it has adopted', async () => {
  const { outcome } = await product.run(visit('recorded-rerun'));
  await product.rerun(outcome.recordingId, 2);
  const { code, stdout } = await record(toRunId(outcome.recordingId, 2), join(marked, 'recorded-rerun'));
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/completed, \d+ words, 3 answers, 0 gaps/),
  });
});

describe('a recorded case replays to the same bytes', () => {
  test.each([
    ['roster-names-speakers', 'with what the meeting itself says of its speakers'],
    ['two-channel-overlaps', 'on two channels'],
    ['unicode-names-and-emoji', 'beyond ASCII'],
    ['long-visit', 'of several calls an operation'],
    ['spanish-consultation', 'that was not coded'],
    ['silent-recording', 'without a word'],
    ['cut-short-recording', 'that is flagged truncated'],
  ])('%s, %s', async (name) => {
    const first = await product.run(await readCase(join(fixtures, name)));
    const { again, stdout } = await recordAndReplay(first, `again-${name}`);
    expect(again.outcome.differences).toEqual([]);
    expect(await documentsOf(again)).toEqual(await documentsOf(first));
    expect(stdout).toContain('a replay gives the same documents');
    expect(leaks(first.collected.transcript?.text ?? '', stdout)).toEqual([]);
    expect(stdout).toContain(`recorded ${first.outcome.recordingId} as again-${name}: ${first.outcome.status}`);
  });

  test.each([
    ['InferRxNorm', 'InvalidEncodingException', 'InvalidEncodingException'],
    ['DetectEntitiesV2', 'InvalidRequestException', 'InvalidRequestException'],
  ])('a gap of %s by %s is a gap again', async (operation, exception, gap) => {
    const lines = [
      'clinician: Hello.',
      `patient: I have a fever, a cough and a headache. I take ${operation} aspirin.`,
    ];
    const read = await product.run(visit(`whole-${operation}`, {}, lines));
    const answers = [{ operation, text: read.collected.transcript?.text, error: { name: exception } }];
    const first = await product.run(visit(`partial-${operation}`, { answers }, lines));
    expect(first.collected.consultation?.coverage.gaps).toEqual([expect.objectContaining({ operation, error: gap })]);

    const { again, stdout } = await recordAndReplay(first, `gap-${operation.toLowerCase()}`);
    expect(again.outcome).toMatchObject({ status: 'partial', differences: [] });
    expect(await documentsOf(again)).toEqual(await documentsOf(first));
    expect(stdout).toContain('2 answers, 1 gap,');
  });
});

test('a recording that SNOMED CT has coded is a case that says so, and replays with it', async () => {
  const given = await readCase(join(fixtures, 'snomed-ct'));
  const operations = given.session?.operations;
  const [coding, again] = await Promise.all([TestStack.start({ operations }), TestStack.start({ operations })]);
  try {
    const first = await coding.run(given);
    const args = [first.outcome.recordingId, '--out', join(marked, 'coded')];
    const { code, stdout } = await run('local/commands/record.ts', args, coding.stack.env);
    expect(code).toBe(0);
    expect(stdout).toContain('4 answers, 0 gaps');
    expect(stdout).toContain('a replay gives the same documents');
    const recorded = await readCase(join(marked, 'coded'));
    expect(recorded.session?.operations).toEqual(operations);
    expect(recorded.expected?.problems).toEqual(expect.arrayContaining(['R07.9', '29857009']));
    const replayed = await again.run(recorded);
    expect(replayed.outcome.differences).toEqual([]);
    expect(await documentsOf(replayed)).toEqual(await documentsOf(first));
  } finally {
    await Promise.all([coding.stop(), again.stop()]);
  }
});

test('the case says what was found, and holds no sound and nobody of the health record', async () => {
  const given = await readCase(join(fixtures, 'two-channel-overlaps'));
  const { outcome, collected } = await product.run(given);
  await record(outcome.recordingId, join(marked, 'deeper', 'said'));
  const recorded: Case = await readCase(join(marked, 'deeper', 'said'));
  expect(Buffer.from(recorded.job ?? '').toString()).toBe(given.job);
  expect(recorded.expected).toMatchObject({ status: 'completed', speakers: given.expected?.speakers });
  expect(recorded.expected?.allergies?.length).toBe(collected.consultation?.allergies.length);
  expect(recorded.expected?.ruledOut?.length).toBe(collected.consultation?.ruledOut.length);
  expect(recorded.recording?.bytes).toHaveProperty(
    'length',
    expect.toSatisfy((length: number) => length < 50_000),
  );
  expect(recorded.session?.session).not.toHaveProperty('patient_id');
  expect(recorded.session).not.toHaveProperty('operations');
});

/** Somebody's other version of a document, in place of the one that was stored. */
async function alter(Bucket: string, Key: string, from: string, to: string): Promise<void> {
  const { s3 } = product.deployment.clients;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const text = (await Body?.transformToString()) ?? '';
  expect(text).toContain(from);
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: text.replace(from, to) }));
}

test('a document of another version of the pipeline is named', async () => {
  const { recordingId } = (await product.run(visit('older'))).outcome;
  const { medicalDataBucket } = product.deployment.target;
  await alter(medicalDataBucket, keys.consultation(recordingId), '"pipeline":"', '"pipeline":"0.0.');
  const { code, stdout } = await record(recordingId, join(marked, 'older'));
  expect(code).toBe(0);
  expect(stdout).toContain('this version of the pipeline writes different documents: consultation.json\n');
  expect(stdout).not.toContain('gives the same documents');
});

test('of a stack that was stopped, by its directory', async () => {
  const dataDir = join(root, 'data');
  const stopped = await TestStack.start({ dataDir });
  const first = await stopped.run(visit('stopped'));
  const wanted = await documentsOf(first);
  await stopped.stop();
  const out = join(marked, 'stopped');
  const { code, stderr } = await run('local/commands/record.ts', [
    first.outcome.recordingId,
    '--out',
    out,
    '--data',
    dataDir,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await documentsOf(await fresh.run(await readCase(out)))).toEqual(wanted);
});

describe('writes nothing', () => {
  let finished: string;
  beforeAll(async () => {
    finished = (await product.run(visit('refusals'))).outcome.recordingId;
    await mkdir(join(root, 'unmarked'));
    await symlink(join(root, 'unmarked'), join(marked, 'way-out'));
  });

  const unknown = `rec-${'0'.repeat(32)}`;
  const entries = async () => (await readdir(root, { recursive: true })).toSorted();

  async function refuses(recordingId: string, out: string, ...more: string[]) {
    const before = await entries();
    const { code, stdout, stderr } = await record(recordingId, join(root, out), ...more);
    expect(await entries()).toEqual(before);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
    return { code, stderr };
  }

  test.each([
    ['unmarked/case', 'has a file named SYNTHETIC'],
    ['marked/way-out/case', 'has a file named SYNTHETIC'],
    ['marked/deeper', 'already exists'],
    ['marked/nowhere/case', 'there is no folder'],
  ])('to %s', async (out, message) => {
    const { code, stderr } = await refuses(finished, out);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^record: .*\n$/);
    expect(stderr).toContain(message);
  });

  test('unless it is forced', async () => {
    expect(await record(finished, join(root, 'unmarked/forced'), '--force')).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(join(root, 'unmarked'))).toEqual(['forced']);
  });

  test('of an unknown recording', async () => {
    expect(await refuses(unknown, 'marked/case')).toEqual({
      code: 1,
      stderr: `record: there is no recording ${unknown}\n`,
    });
  });

  test('of a recording that failed', async () => {
    const { outcome } = await product.run(await readCase(join(fixtures, 'corrupt-recording')));
    expect(await refuses(outcome.recordingId, 'marked/case')).toEqual({
      code: 1,
      stderr: `record: recording ${outcome.recordingId} has no results: failed (UnsupportedMedia)\n`,
    });
  });

  test('of a recording that is not finished yet', async () => {
    const { outcome } = await product.run(visit('unfinished'));
    const { error } = await product.deployment.supabase
      .from('recordings')
      .update({ status: 'extracting' })
      .eq('recording_id', outcome.recordingId);
    expect(error).toBeNull();
    expect(await refuses(outcome.recordingId, 'marked/case')).toEqual({
      code: 1,
      stderr: `record: recording ${outcome.recordingId} is not finished yet: extracting\n`,
    });
  });

  test.each<
    [what: string, name: string, place: 'transcripts' | 'medicalData', key: (id: string) => string, message: string]
  >([
    [
      'a kept answer',
      'no-answer',
      'medicalData',
      (id) => keys.answer(id, 'InferRxNorm', 1),
      'these kept answers are missing',
    ],
    ['the job result', 'no-job', 'transcripts', keys.job, 'the job result of rec-'],
    ['a document', 'no-entities', 'medicalData', keys.entities, 'entities.json of rec-'],
  ])('without %s', async (_, name, place, key, message) => {
    const { outcome } = await product.run(visit(name));
    const { clients, target } = product.deployment;
    const Bucket = place === 'transcripts' ? target.transcriptsBucket : target.medicalDataBucket;
    await clients.s3.send(new DeleteObjectCommand({ Bucket, Key: key(outcome.recordingId) }));
    const { code, stderr } = await refuses(outcome.recordingId, 'marked/case');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^record: .*\n$/);
    expect(stderr).toContain(message);
  });

  test('of a session without an appointment', async () => {
    const { recordingId } = (await product.run(visit('no-appointment'))).outcome;
    const { transcriptsBucket } = product.deployment.target;
    const key = keys.transcript(recordingId);
    await alter(transcriptsBucket, key, '"appointmentId":"', '"appointmentId":null,"was":"');
    expect(await refuses(recordingId, 'marked/case')).toEqual({
      code: 1,
      stderr: 'record: the session has no appointment, and a case cannot express that\n',
    });
  });

  test.each<[args: string[], message: string]>([
    [[], 'usage: npm run record'],
    [[unknown], 'usage: npm run record'],
    [[unknown, unknown, '--out', 'x'], 'usage: npm run record'],
    [[unknown, '--out', 'x', '--fast'], "Unknown option '--fast'"],
    [['patient', '--out', 'x'], 'a recording id is rec- followed by 32 hexadecimal digits'],
    [[unknown, '--out', join(fixtures, 'unwritten')], 'the environment does not set RECORDINGS_BUCKET'],
  ])('for %j, which is bad usage', async (args, message) => {
    const { code, stdout, stderr } = await run('local/commands/record.ts', args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`record: ${message}`);
  });
});
