import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../pipeline/audit.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { meetingOf, visit } from '../../workflow/visits.ts';
import { run } from '../command.ts';

const meetings = { whole: 'whole', altered: 'altered', shortened: 'shortened' };

let dataDir: string;
let product: TestStack | undefined;
let env: Record<string, string>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'audit-'));
  product = await TestStack.start({ dataDir });
  env = product.stack.env;
  for (const name of Object.values(meetings)) await product.run(visit(name));
  await alter(product, await entry(product, meetings.altered, 3));
  await remove(product, await entry(product, meetings.shortened, 4));
});
afterAll(async () => {
  await product?.stop();
  await rm(dataDir, { recursive: true });
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

const verdicts: [name: string, code: number, stdout: string][] = [
  [meetings.whole, 0, `the audit chain of meeting ${meetingOf(meetings.whole)} is whole (6 entries)\n`],
  [
    meetings.altered,
    1,
    `sequence 3 was altered\nthe audit chain of meeting ${meetingOf(meetings.altered)} is BROKEN (6 entries)\n`,
  ],
  [
    meetings.shortened,
    1,
    `sequence 4 is missing before 5\nthe audit chain of meeting ${meetingOf(meetings.shortened)} is BROKEN (5 entries)\n`,
  ],
];

describe('on a running deployment', () => {
  test.each(verdicts)('%s', async (name, code, stdout) => {
    expect(await verify(name)).toEqual({ code, stdout, stderr: '' });
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
  [['verify', 'x'], 'the environment does not set AUDIT_TABLE and WORKFLOW_TABLE'],
])('audit %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await run('local/commands/audit.ts', args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`audit: ${message}`);
  expect(stderr).not.toMatch(/^\s+at /m);
});
