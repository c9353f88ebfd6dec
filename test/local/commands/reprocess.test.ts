import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { toRunId } from '../../../pipeline/recording/recording.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { meetingOf, visit } from '../../workflow/visits.ts';
import { run } from '../command.ts';

const startJob = /^Start.*TranscriptionJob$/;

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

const reprocess = (...args: string[]) => run('local/commands/reprocess.ts', args, product.stack.env);

/** A recording that failed after everything was paid for. */
async function failed(name: string): Promise<string> {
  product.stack.faults.add({ target: 'Lambda', operation: 'storeResults', error: 'TypeError', times: 1 });
  const { outcome } = await product.run(visit(name));
  expect(outcome).toMatchObject({ status: 'failed', error: 'TypeError' });
  return outcome.recordingId;
}

describe('a recording that failed', () => {
  let id: string;
  beforeAll(async () => {
    id = await failed('reprocessed');
  });

  test('is not touched by a dry run, which says what it would do and cost', async () => {
    const { code, stdout } = await reprocess(id, '--dry-run');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        `^${id} would be run again as ${id}-r2\nnothing was done: 1 run would start, for at most 0\\.\\d\\d USD`,
      ) as string,
    });
    expect(await product.executions()).not.toContain(`${id}-r2`);
  });

  test('is run again and pays for nothing, and the trail says who asked for it', async () => {
    const calls = product.countCalls();
    const { code, stdout, stderr } = await reprocess(id);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^1 of 1: ${id} is run again as ${id}-r2\n1 run started, 0 not`));
    expect(await product.ended(`${id}-r2`)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls(startJob)).toBe(0);
    const entries = (await product.audit(meetingOf('reprocessed'))).filter(({ action }) => action === 'REPROCESSED');
    expect(entries).toMatchObject([
      { recordingId: `${id}-r2`, actor: 'reprocess', appointmentId: expect.any(String) as string },
    ]);
    expect((await product.chain(meetingOf('reprocessed'))).faults).toEqual([]);
  });

  test('is not run once more by the same command, but when its newest run is named', async () => {
    const again = await reprocess(id);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stdout).toContain(`${id} is not run again: ${id}-r2 has results: name that run to make another`);
    const calls = product.countCalls();
    expect((await reprocess(`${id}-r2`, '--fresh')).stdout).toContain(`${id}-r2 is run again as ${id}-r3`);
    expect(await product.ended(`${id}-r3`)).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls(startJob)).toBe(1);
  });

  test('that nobody knows is not run', async () => {
    const { code, stdout } = await reprocess(`rec-${'0'.repeat(32)}`);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('there is no such run') as string,
    });
  });

  test('on AWS itself needs --yes: account, region and price are named, and nothing is done', async () => {
    const other = await failed('reprocessed-on-aws');
    const { AWS_ENDPOINT_URL: url = '', ...env } = product.stack.env;
    const services = ['SFN', 'S3', 'DYNAMODB', 'SQS'].map((name) => [`AWS_ENDPOINT_URL_${name}`, url] as const);
    const onAws = { ...env, ...Object.fromEntries(services) };
    const refused = await run('local/commands/reprocess.ts', [other], onAws);
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /this starts 1 run in AWS account 111122223333 in eu-west-1, for at most 0\.\d\d USD .*; add --yes/,
    );
    expect(await product.executions()).not.toContain(`${other}-r2`);
    expect((await run('local/commands/reprocess.ts', [other, '--yes'], onAws)).code).toBe(0);
    expect(await product.ended(`${other}-r2`)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

test('all that failed since a time are run again, unless the file is at fault or a later run has results', async () => {
  const [one, two] = [await failed('failed-since-1'), await failed('failed-since-2')];
  await product.rerun(two, 2);
  const broken = { fileName: 'visit.mp4', bytes: Buffer.from('no recording') };
  const { outcome } = await product.run(visit('failed-since-3', { recording: broken }));
  expect(outcome.error).toBe('UnsupportedMedia');
  const { code, stdout } = await reprocess('--failed-since', '1h');
  expect(code).toBe(0);
  expect(stdout).toContain(`${one} is run again as ${toRunId(one, 2)}`);
  expect(stdout).toContain(`${two} is not run again: ${toRunId(two, 2)} has results`);
  expect(stdout).toContain(`${outcome.recordingId} is not run again: UnsupportedMedia`);
  expect(await product.ended(toRunId(one, 2))).toMatchObject({ status: 'SUCCEEDED' });
  expect((await reprocess('--failed-since', '2099-01-01T00:00Z')).stdout).toMatch(/^0 runs started, 0 not/);
});

test('in the directory of a stack, the runs end with the command', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'reprocess-'));
  const kept = await TestStack.start({ dataDir });
  const { outcome } = await kept.run(visit('reprocessed-in-data'));
  await kept.stop();
  const { code, stdout } = await run('local/commands/reprocess.ts', [outcome.recordingId, '--data', dataDir]);
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toContain(`${outcome.recordingId}-r2 has ended: SUCCEEDED`);
  await rm(dataDir, { recursive: true });
});

test.each<[args: string[], message: string]>([
  [[], 'no recording was named'],
  [['rec-1'], 'rec-1 is no recording id'],
  [['--failed-since', 'yesterday'], '--failed-since yesterday is no time'],
  [['--failed-since', '24h', '--soon'], "Unknown option '--soon'"],
  [['--failed-since', '24h'], 'the environment does not set RECORDINGS_BUCKET'],
])('reprocess %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await run('local/commands/reprocess.ts', args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`reprocess: ${message}`);
  expect(stderr).not.toMatch(/^\s+at /m);
});
