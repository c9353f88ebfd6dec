import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyMeeting } from '../../../local/audit/verify.ts';
import { reconcile } from '../../../local/reconcile/reconcile.ts';
import { awaitDrained, executionArn } from '../../../local/replay/execution.ts';
import { realClock, skippingClock } from '../../../local/services/clock.ts';
import type { Fault } from '../../../local/services/faults.ts';
import { keys } from '../../../pipeline/recording/recording.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { meetingOf, visit, visitWithoutResult } from '../../workflow/visits.ts';
import { run } from '../command.ts';

/** An upload whose event is lost. */
async function loseEvent(product: TestStack, name: string): Promise<string> {
  await product.switchRule('RecordingCreated', 'DISABLED');
  const { recordingId } = await product.upload(visit(name));
  await product.switchRule('RecordingCreated', 'ENABLED');
  return recordingId;
}

/** Results that are not those that the trail meant. */
async function replaceResults({ deployment: { clients, target } }: TestStack, recordingId: string): Promise<void> {
  const Body = JSON.stringify({ textSha256: 'another' });
  const address = { Bucket: target.medicalDataBucket, Key: keys.entities(recordingId) };
  await clients.s3.send(new PutObjectCommand({ ...address, Body }));
}

describe('what differs', () => {
  let product: TestStack;
  const clock = skippingClock();
  const ids: Record<string, string> = {};
  let said: string[][];

  const faults: Record<string, Fault> = {
    unstored: {
      target: 'DynamoDB_20120810',
      operation: 'TransactWriteItems',
      error: 'AccessDeniedException',
      times: 1,
      when: (input) => JSON.stringify(input).includes('"RESULTS_STORED"'),
    },
    unwritten: { target: 'Lambda', operation: 'recordFailure', error: 'Lambda.Unknown', times: Infinity },
  };

  /** One more look, as an operator takes it an hour later. */
  async function look(mend: boolean): Promise<string[]> {
    const lines: string[] = [];
    const now = () => new Date(product.stack.clock.now());
    const period = { from: new Date(0), to: new Date(product.stack.clock.now() + 3_600_000) };
    await reconcile(product.deployment, { period, mend, now }, (line) => lines.push(line));
    return lines;
  }

  beforeAll(async () => {
    product = await TestStack.start({ clock, jobDelayMs: 60_000 });
    const { faults: injected } = product.stack;
    ids['whole'] = (await product.run(visit('whole'))).outcome.recordingId;
    ids['lost'] = await loseEvent(product, 'lost');
    if (faults['unstored']) injected.add(faults['unstored']);
    ids['unstored'] = (await product.run(visit('unstored'))).outcome.recordingId;
    if (faults['unstored']) injected.add(faults['unstored']);
    ids['replaced'] = (await product.run(visit('replaced'))).outcome.recordingId;
    await replaceResults(product, ids['replaced']);
    if (faults['unwritten']) injected.add(faults['unwritten']);
    ids['unwritten'] = (await product.run(visitWithoutResult('unwritten'))).outcome.recordingId;
    injected.clear();
    const release = clock.hold();
    ids['stopped'] = (await product.upload(visit('stopped'))).recordingId;
    while (!(await product.executions()).includes(ids['stopped'])) await pause(20);
    const arn = executionArn(product.deployment, ids['stopped']);
    await product.deployment.clients.sfn.send(new StopExecutionCommand({ executionArn: arn }));
    release();
    said = [await look(false), await look(true)];
    await awaitDrained(product.deployment);
    await product.ended(ids['lost']);
  });
  afterAll(() => product.stop());

  /** The lines about a recording, without its id. */
  const linesOf = (name: string, look: number) => {
    const lines = said[look] ?? [];
    const at = lines.findIndex((line) => line.includes(ids[name] ?? ''));
    return at < 0 ? [] : lines.slice(at, at + 2).map((line) => line.replace(/^\S+ rec-\S+ /, '').trim());
  };

  test.each<[name: string, what: RegExp, remedy: RegExp]>([
    ['lost', /^is not in the health record, and has no execution$/, /its event is sent again/],
    ['unstored', /^is completed, and the audit trail has no RESULTS_STORED$/, /the entry of its end is added/],
    ['unwritten', /^is \w+, and its execution failed$/, /the failure is written/],
    ['stopped', /, and its execution was stopped$/, /the failure is written/],
  ])('%s is said with what would mend it, and mended', (name, what, remedy) => {
    const [found, would] = linesOf(name, 0);
    expect(found).toMatch(what);
    expect(would).toMatch(remedy);
    expect(linesOf(name, 1)).toEqual([found, 'mended']);
  });

  test('results that nothing proves are left to a person, by name', () => {
    expect(linesOf('replaced', 1)[1]).toBe('S3 does not hold the results that the trail meant');
  });

  test('what agrees is not mentioned', () => {
    expect(linesOf('whole', 0)).toEqual([]);
    expect(said[0]?.[0]).toBe('looked at 6 runs');
  });

  test('afterwards everybody sees how each recording ended, and the trail says who found it', async () => {
    const statuses = await Promise.all(Object.values(ids).map(async (id) => (await product.recording(id))?.['status']));
    expect(statuses).toEqual(['completed', 'completed', 'completed', 'completed', 'failed', 'failed']);
    const actors = async (name: string) =>
      (await product.audit(meetingOf(name))).filter(({ actor }) => actor === 'reconcile').map(({ action }) => action);
    expect(await actors('unstored')).toEqual(['RESULTS_STORED']);
    expect(await actors('unwritten')).toEqual(['RECORDING_FAILED']);
    expect(await actors('stopped')).toEqual(['RECORDING_FAILED']);
    expect(await actors('lost')).toEqual([]);
    for (const name of Object.keys(ids).filter((one) => one !== 'replaced')) {
      const at = new Date(product.stack.clock.now());
      expect((await verifyMeeting(product.deployment, meetingOf(name), at)).faults).toEqual([]);
    }
    const [session] = await product.rows('video_call_sessions', 'meeting_id', meetingOf('stopped'));
    expect(session?.['error_message']).toBe('States.Timeout: found by reconcile: the execution ended as ABORTED');
  });

  test('a second mending finds only what it cannot mend', async () => {
    const [first, second, third, ...more] = await look(true);
    expect([first, third, more]).toEqual([
      'looked at 6 runs',
      '    S3 does not hold the results that the trail meant',
      [],
    ]);
    expect(second).toContain(ids['replaced']);
  });
});

describe('the command', () => {
  let product: TestStack;
  beforeAll(async () => {
    product = await TestStack.start({ clock: realClock() });
  });
  afterAll(() => product.stop());
  const command = (...args: string[]) => run('local/commands/reconcile.ts', args, product.stack.env);

  test('says, mends, and then has nothing to say', async () => {
    const recordingId = await loseEvent(product, 'lost-event');
    const dry = await command('--settled', '0');
    expect(dry).toMatchObject({ code: 1, stderr: '' });
    expect(dry.stdout).toContain(`${recordingId} is not in the health record, and has no execution`);
    expect(dry.stdout).toMatch(/1 run: 1 differs; nothing was changed\n$/);
    expect(await command('--settled', '0', '--mend')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/mended\n1 run: 1 differs, 1 mended\n$/) as string,
    });
    expect(await product.ended(recordingId)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await command('--settled', '0')).toMatchObject({
      code: 0,
      stdout: 'looked at 1 run\n1 run: everything agrees\n',
    });
  });

  test('leaves alone what is still young', async () => {
    await loseEvent(product, 'young');
    expect((await command()).stdout).toContain('everything agrees');
  });
});

test.each<[args: string[], message: string]>([
  [['--since', 'yesterday'], '--since yesterday is no point in time'],
  [['--settled', 'soon'], '--settled soon is no number of minutes'],
  [['all'], "Unexpected argument 'all'"],
  [[], 'the environment does not set RECORDINGS_BUCKET'],
])('reconcile %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await run('local/commands/reconcile.ts', args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`reconcile: ${message}`);
});

test('on AWS itself it says whose account it would change, and does not', async () => {
  const arn = 'arn:aws:states:eu-west-1:444455556666:stateMachine:medzen-prod-transcription';
  const { code, stderr } = await run('local/commands/reconcile.ts', ['--mend'], { STATE_MACHINE_ARN: arn });
  expect(code).toBe(2);
  expect(stderr).toMatch(/the audit trail of AWS account 444455556666 in eu-west-1: add --yes/);
});
