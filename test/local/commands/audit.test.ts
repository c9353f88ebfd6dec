import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditAction, AuditEntry } from '../../../pipeline/audit.ts';
import { readAnchors } from '../../../pipeline/edge/anchors.ts';
import type { Fault } from '../../../local/services/faults.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { meetingOf, sessionOf, visit } from '../../workflow/visits.ts';
import { run } from '../command.ts';

const meetings = {
  whole: 'whole',
  altered: 'altered',
  shortened: 'shortened',
  unstored: 'unstored',
  disowned: 'disowned',
  erased: 'erased',
};
const ids: Record<string, string> = {};

let dataDir: string;
let product: TestStack | undefined;
let env: Record<string, string>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'audit-'));
  product = await TestStack.start({ dataDir });
  env = product.stack.env;
  for (const name of Object.values(meetings)) {
    // Results that are shown, and no entry that says so: the chain alone has no hole.
    if (name === meetings.unstored) product.stack.faults.add(refusedEntry('RESULTS_STORED'));
    ids[name] = (await product.run(visit(name))).outcome.recordingId;
  }
  // The hole is made after the entry was anchored, so that both proofs see it.
  const { clients, target } = product.deployment;
  const anchors = () => readAnchors(target.anchorsBucket ?? '', meetingOf(meetings.shortened), clients.s3);
  while ((await anchors()).flatMap(({ links }) => links).length < 6) await pause(20);
  await alter(product, await entry(product, meetings.altered, 3));
  await remove(product, await entry(product, meetings.shortened, 4));
  const { supabase } = product.deployment;
  const failed = { status: 'failed', error_name: 'TextReplaced' };
  await supabase.from('recordings').update(failed).eq('recording_id', ids[meetings.disowned]);
  await supabase.from('recordings').delete().eq('recording_id', ids[meetings.erased]);
});
afterAll(async () => {
  await product?.stop();
  await rm(dataDir, { recursive: true });
});

/** A write of this action to the trail, which is refused for good. */
const refusedEntry = (action: AuditAction): Fault => ({
  target: 'DynamoDB_20120810',
  operation: 'TransactWriteItems',
  error: 'AccessDeniedException',
  times: 1,
  when: (input) => JSON.stringify(input).includes(`"${action}"`),
});

async function entry(of: TestStack, name: string, sequence: number): Promise<AuditEntry> {
  const found = (await of.audit(meetingOf(name))).find((one) => one.sequence === sequence);
  if (!found) throw new Error(`no entry ${sequence} of ${name}`);
  return found;
}

const keyOf = ({ pk, sk }: AuditEntry) => ({ pk: { S: pk }, sk: { S: sk } });

/** Somebody who writes to the table past the pipeline. */
async function alter({ deployment: { target, clients } }: TestStack, found: AuditEntry): Promise<void> {
  await clients.dynamodb.send(
    new UpdateItemCommand({
      TableName: target.auditTable,
      Key: keyOf(found),
      UpdateExpression: 'SET actor = :actor',
      ExpressionAttributeValues: { ':actor': { S: 'nobody' } },
    }),
  );
}

async function remove({ deployment: { target, clients } }: TestStack, found: AuditEntry): Promise<void> {
  await clients.dynamodb.send(new DeleteItemCommand({ TableName: target.auditTable, Key: keyOf(found) }));
}

const verify = (name: string, ...more: string[]) =>
  run('local/commands/audit.ts', ['verify', meetingOf(name), ...more], more.length > 0 ? {} : env);

type Verdict = [name: string, code: number, stdout: string];

const verdicts: Verdict[] = [
  [meetings.whole, 0, `the audit chain of meeting ${meetingOf(meetings.whole)} is whole (6 entries)\n`],
  [
    meetings.altered,
    1,
    `sequence 3 was altered\nthe audit chain of meeting ${meetingOf(meetings.altered)} is BROKEN (6 entries)\n`,
  ],
  [
    meetings.shortened,
    1,
    `sequence 4 is missing before 5\nsequence 4 was anchored, and is gone\nthe audit chain of meeting ${meetingOf(meetings.shortened)} is BROKEN (5 entries)\n`,
  ],
];

/** What is wrong, or to be known, about the recording, before a verdict that says so. */
const comparisons: [name: string, difference: string, verdict: string][] = [
  [meetings.unstored, 'is completed in the health record, without RESULTS_STORED', 'is BROKEN'],
  [meetings.disowned, 'is failed in the health record, without RECORDING_FAILED', 'is BROKEN'],
  [meetings.erased, 'has RESULTS_STORED, and no row in the health record any more', 'is whole'],
];

describe('on a running deployment', () => {
  test.each(verdicts)('%s', async (name, code, stdout) => {
    expect(await verify(name)).toEqual({ code, stdout, stderr: '' });
  });

  test.each(comparisons)('%s: a recording %s', async (name, difference, verdict) => {
    expect(await verify(name)).toEqual({
      code: verdict === 'is whole' ? 0 : 1,
      stdout: `${ids[name]} ${difference}\nthe audit chain of meeting ${meetingOf(name)} ${verdict} (6 entries)\n`,
      stderr: '',
    });
  });

  test('a session leads to the chain of its meeting', async () => {
    const answer = await run('local/commands/audit.ts', ['verify', sessionOf(meetings.whole)], env);
    expect(answer).toEqual({ code: 0, stdout: verdicts[0]?.[2], stderr: '' });
  });

  test('a meeting without entries proves nothing', async () => {
    const { code, stdout, stderr } = await verify('unheard-of');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`audit: there are no audit entries for meeting ${meetingOf('unheard-of')}\n`);
  });
});

test('in the directory of a stack that was stopped', async () => {
  await product?.stop();
  product = undefined;
  const [, whole, shortened] = verdicts.map(([, , stdout]) => stdout);
  expect([whole, shortened]).toEqual([
    (await verify(meetings.altered, '--data', dataDir)).stdout,
    (await verify(meetings.shortened, '--data', dataDir)).stdout,
  ]);
});

test.each<[args: string[], message: string]>([
  [[], 'usage: npm run audit'],
  [['verify'], 'usage: npm run audit'],
  [['prove', 'x'], 'usage: npm run audit'],
  [['verify', 'x', 'y'], 'usage: npm run audit'],
  [['verify', 'x', '--fast'], "Unknown option '--fast'"],
  [['verify', 'x'], 'the environment does not set RECORDINGS_BUCKET'],
])('audit %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await run('local/commands/audit.ts', args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`audit: ${message}`);
  expect(stderr).not.toMatch(/^\s+at /m);
});
