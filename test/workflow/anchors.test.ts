import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyMeeting } from '../../local/audit/verify.ts';
import { reconcile } from '../../local/reconcile/reconcile.ts';
import type { Anchor } from '../../pipeline/anchor.ts';
import { type AuditEntry, chainStart, toAuditEntry, toHead } from '../../pipeline/audit.ts';
import { readAnchors } from '../../pipeline/edge/anchors.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, visit } from './visits.ts';

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.start();
});
afterAll(() => product.stop());

const bucketOf = () => product.deployment.target.anchorsBucket ?? '';
const linksOf = async (name: string) => {
  const anchors = await readAnchors(bucketOf(), meetingOf(name), product.deployment.clients.s3);
  return anchors.flatMap(({ links }) => links).toSorted((a, b) => a.sequence - b.sequence);
};
const rung = () => product.log.filter((line) => line.includes('"AuditEntryModified":1')).length;
const verify = (name: string) =>
  verifyMeeting(product.deployment, meetingOf(name), new Date(product.stack.clock.now()));

/** A consultation whose entries have all been anchored. */
async function anchored(name: string): Promise<AuditEntry[]> {
  await product.run(visit(name));
  const entries = await product.audit(meetingOf(name));
  await expect.poll(async () => (await linksOf(name)).length).toBe(entries.length);
  return entries;
}

const put = (TableName: string, item: object) =>
  product.deployment.clients.dynamodb.send(
    new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }),
  );

test('every entry of a consultation is anchored, and the proof says so', async () => {
  const entries = await anchored('anchored');
  expect(await linksOf('anchored')).toEqual(
    entries.map(({ sequence, hash, ttl }) => ({ sequence, hash, expires: ttl })),
  );
  expect(await verify('anchored')).toEqual({ entries: 6, faults: [], notes: [] });
  expect(rung()).toBe(0);
});

test('an anchor says nothing but hashes and when they expire, and cannot be taken away', async () => {
  const { s3 } = product.deployment.clients;
  await anchored('kept');
  const Bucket = bucketOf();
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: `anchors/${meetingOf('kept')}/` }),
  );
  expect(Contents).not.toEqual([]);
  for (const { Key } of Contents) {
    const { Body, VersionId } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const anchor = JSON.parse((await Body?.transformToString()) ?? '') as Anchor;
    expect(Object.keys(anchor)).toEqual(['meetingId', 'links']);
    for (const link of anchor.links) expect(Object.keys(link)).toEqual(['sequence', 'hash', 'expires']);
    const remove = s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    await expect(remove).rejects.toSatisfy((error) => isNamed(error, 'AccessDenied'));
  }
});

test('a chain that was rewritten with its head is whole in itself, rings, and is not what was anchored', async () => {
  const entries = await anchored('rewritten');
  const before = rung();
  const { auditTable, workflowTable } = product.deployment.target;
  let head = chainStart;
  for (const entry of entries) {
    const { pk: _, sk: __, hash: ___, timestamp, ...event } = entry;
    const told = entry.sequence === 4 ? { ...event, detail: { words: 0 } } : event;
    const forged = await toAuditEntry(told, head, new Date(timestamp));
    await put(auditTable, forged);
    head = toHead(forged);
  }
  await put(workflowTable, { pk: `CHAIN#${meetingOf('rewritten')}`, sk: 'HEAD', ...head });
  expect((await product.chain(meetingOf('rewritten'))).faults).toEqual([]);
  expect((await verify('rewritten')).faults).toEqual(
    [4, 5, 6].map((sequence) => `sequence ${sequence} is not the entry that was anchored`),
  );
  await expect.poll(() => rung() - before).toBe(3);
});

test('a chain that lost its end with its head', async () => {
  const entries = await anchored('cut');
  const before = rung();
  const [fifth, sixth] = entries.slice(4) as [AuditEntry, AuditEntry];
  const { clients, target, supabase } = product.deployment;
  const { pk, sk } = sixth;
  await clients.dynamodb.send(new DeleteItemCommand({ TableName: target.auditTable, Key: marshall({ pk, sk }) }));
  await put(target.workflowTable, { pk: `CHAIN#${meetingOf('cut')}`, sk: 'HEAD', ...toHead(fifth) });
  await supabase.from('recordings').delete().eq('recording_id', sixth.recordingId);
  expect((await product.chain(meetingOf('cut'))).faults).toEqual([]);
  expect((await verify('cut')).faults).toEqual(['sequence 6 was anchored, and is gone']);
  await expect.poll(() => rung() - before).toBe(1);
});

test('while the bucket is away nothing is lost', async () => {
  const until = product.stack.clock.now() + 6 * 3_600_000;
  product.stack.faults.addOutage({ target: 's3', until, when: (_, caller) => caller === 'anchorAudit' });
  await anchored('away');
  expect(product.stack.clock.now()).toBeGreaterThan(until);
});

describe('entries that the stream has lost', () => {
  const hourMs = 3_600_000;
  const now = () => new Date(product.stack.clock.now());
  const lost = (name: string) => {
    const dead = product.stack.deployment.queues.find(({ id }) => id === 'AuditAnchorsDead')?.arn ?? '';
    const before = product.stack.bodies(dead).length;
    return async () => {
      const { faults, clock } = product.stack;
      // A record is given up after 20 hours.
      const until = clock.now() + 60 * hourMs;
      faults.addOutage({ target: 's3', until, when: (_, caller) => caller === 'anchorAudit' });
      const { outcome } = await product.run(visit(name));
      await expect.poll(() => product.stack.bodies(dead).length).toBeGreaterThan(before);
      while (clock.now() < until) await clock.sleep(hourMs);
      return outcome.recordingId;
    };
  };
  const look = async (mend: boolean) => {
    const lines: string[] = [];
    const period = { from: new Date(0), to: now() };
    const outcome = await reconcile(product.deployment, { period, mend, now }, (line) => lines.push(line));
    return { lines, outcome };
  };

  test('are found, anchored late, and proven from then on', async () => {
    const id = await lost('lost')();
    expect((await verify('lost')).notes).toContain('sequence 6 has no anchor');
    const found = await look(false);
    expect(found.lines.join('\n')).toMatch(
      new RegExp(`${id} has audit entries without an anchor: [\\d, ]+\n    with --mend, the entries of its meeting`),
    );
    expect((await look(true)).lines.join('\n')).toMatch(new RegExp(`${id} has audit entries .*\n    mended`));

    const { faults, notes } = await verify('lost');
    expect(faults).toEqual([]);
    expect(notes.length).toBeGreaterThan(0);
    for (const note of notes)
      expect(note).toMatch(
        /^sequence \d was anchored late, at \d{4}-\S+Z, (?:2[4-9]|[3-9]\d) hours after it was written$/,
      );
    expect((await look(false)).lines.join('\n')).not.toContain(id);

    // From now on a change is proven, like that of any other entry.
    const [first] = await product.audit(meetingOf('lost'));
    await put(product.deployment.target.auditTable, { ...first, hash: 'another' });
    expect((await verify('lost')).faults).toContain('sequence 1 is not the entry that was anchored');
  });

  test('are not anchored when they were changed meanwhile', async () => {
    const id = await lost('forged')();
    const entries = await product.audit(meetingOf('forged'));
    await put(product.deployment.target.auditTable, { ...entries[5], actor: 'somebody else' });
    const { lines } = await look(true);
    expect(lines.join('\n')).toMatch(new RegExp(`${id} has audit entries .*\n    the chain is broken`));
    expect(await linksOf('forged')).not.toContainEqual(expect.objectContaining({ sequence: 6 }));
  });
});
