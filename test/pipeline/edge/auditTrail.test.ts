import {
  DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AuditAction, type AuditEvent, chainStart, verifyChain } from '../../../pipeline/audit.ts';
import { readAuditEntries, readChainHead, toAuditTrail } from '../../../pipeline/edge/auditTrail.ts';
import { createTable, startDynamoDb } from '../../local/services/dynamodb/stack.ts';
import { auditContract } from '../portContracts.ts';
import { serviceError } from './serviceError.ts';

/** Real requests over HTTP to the stand-in; every test has tables of its own. */
let stack: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let tables = { auditTable: '', workflowTable: '' };
let made = 0;

beforeAll(async () => {
  stack = await startDynamoDb();
  client = stack.client;
});
afterAll(() => stack.close());
beforeEach(async () => {
  made += 1;
  tables = { auditTable: `audit-${made}`, workflowTable: `workflow-${made}` };
  for (const table of Object.values(tables)) await createTable(client, table);
});

const at = new Date('2026-03-02T09:30:00.123Z');
const now = () => at;

const event = (
  recordingId: string | null,
  action: AuditAction = 'RECORDING_RECEIVED',
  meetingId = 'm1',
): AuditEvent => ({
  action,
  meetingId,
  appointmentId: null,
  recordingId,
  executionArn: null,
  actor: 'test',
  detail: { size: 3 },
});

async function report(meetingId = 'm1') {
  const entries = await readAuditEntries(tables, meetingId, client);
  const head = await readChainHead(tables, meetingId, client);
  const { faults } = await verifyChain(entries, head, at);
  return { entries, head, faults };
}

describe('the audit trail', () => {
  test('records an action once per recording, however often its step runs', async () => {
    const trail = toAuditTrail(tables, now, client);
    expect(await trail.record(event('rec-1'))).toBe('recorded');
    expect(await trail.record(event('rec-1'))).toBe('known');
    expect(await trail.record(event('rec-1', 'RESULTS_STORED'))).toBe('recorded');
    expect(await trail.record(event('rec-2'))).toBe('recorded');
    const { entries, faults } = await report();
    expect(faults).toEqual([]);
    expect(entries.map((entry) => `${entry.sequence} ${entry.recordingId} ${entry.action}`).toSorted()).toEqual([
      '1 rec-1 RECORDING_RECEIVED',
      '2 rec-1 RESULTS_STORED',
      '3 rec-2 RECORDING_RECEIVED',
    ]);
  });

  test('records what happens in a call once per event, in the chain of its meeting', async () => {
    const trail = toAuditTrail(tables, now, client);
    const told = (decision: string, meetingId = 'm1') => ({ ...event(null, 'JOINED', meetingId), decision });
    expect(await trail.record(told('7'))).toBe('recorded');
    expect(await trail.record(told('7'))).toBe('known');
    expect(await trail.record(told('8'))).toBe('recorded');
    expect(await trail.record(told('9', 'm2'))).toBe('recorded');
    expect(await trail.record(event('rec-1'))).toBe('recorded');
    const { entries, faults } = await report();
    expect(faults).toEqual([]);
    const seen = entries.map(({ sequence, decision, recordingId }) => `${sequence} ${decision} ${recordingId}`);
    expect(seen.toSorted()).toEqual(['1 7 null', '2 8 null', '3 undefined rec-1']);
    expect((await report('m2')).faults).toEqual([]);
  });

  test('reads back every field that it hashed, those that are null included', async () => {
    await toAuditTrail(tables, now, client).record(event('rec-1'));
    const { entries } = await report();
    expect(entries).toMatchObject([
      {
        pk: 'MEETING#m1',
        sk: 'RECORDING_RECEIVED#2026-03-02T09:30:00.123Z#000001',
        appointmentId: null,
        executionArn: null,
        detail: { size: 3 },
        previousHash: '',
      },
    ]);
  });

  test('takes an event whose appointment and detail are left out', async () => {
    const { detail: _, ...bare } = event('rec-1');
    await toAuditTrail(tables, now, client).record(bare);
    expect((await report()).faults).toEqual([]);
  });

  test('keeps the chains of two meetings apart', async () => {
    const trail = toAuditTrail(tables, now, client);
    await trail.record(event('rec-1'));
    await trail.record(event('rec-2', 'RECORDING_RECEIVED', 'm2'));
    for (const meeting of ['m1', 'm2']) {
      const { entries, faults } = await report(meeting);
      expect(faults).toEqual([]);
      expect(entries.map((entry) => entry.sequence)).toEqual([1]);
    }
  });

  test('says in each entry when the one before it expires, whoever wrote it, and in the head for the last', async () => {
    const trail = toAuditTrail(tables, now, client);
    await trail.recordAll([event('rec-1'), event('rec-1', 'TRANSCRIPTION_STARTED')]);
    await trail.record(event('rec-2'));
    await toAuditTrail(tables, now, client).record(event('rec-3'));
    const { entries, head } = await report();
    const [first, ...others] = entries.toSorted((a, b) => a.sequence - b.sequence);
    expect(first).not.toHaveProperty('previousExpires');
    expect(others.map(({ previousExpires }) => previousExpires)).toEqual(others.map(() => first?.ttl));
    expect(head.expires).toBe(first?.ttl);
  });

  test('of twenty writers at once is one unbroken chain without duplicates', async () => {
    const trail = toAuditTrail(tables, now, client);
    // Each of ten recordings is recorded by two steps at once, as after a redelivery.
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => trail.record(event(`rec-${n % 10}`))));
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'known')).toHaveLength(10);
    const { entries, head, faults } = await report();
    expect(faults).toEqual([]);
    expect(head.sequence).toBe(10);
    expect(new Set(entries.map((entry) => entry.recordingId)).size).toBe(10);
  });

  test('of twenty different recordings at once holds all twenty', async () => {
    const trail = toAuditTrail(tables, now, client);
    await Promise.all(Array.from({ length: 20 }, (_, n) => trail.record(event(`rec-${n}`))));
    const { entries, faults } = await report();
    expect(faults).toEqual([]);
    expect(entries.map((entry) => entry.sequence).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });

  test('longer than a page is read whole', async () => {
    const detail = { note: 'x'.repeat(200_000) };
    const trail = toAuditTrail(tables, now, client);
    for (let n = 0; n < 7; n += 1) await trail.record({ ...event(`rec-${n}`), detail });
    const { entries, faults } = await report();
    expect(entries).toHaveLength(7);
    expect(faults).toEqual([]);
  });
});

describe('a write of the trail that the service refuses', () => {
  const cancelled = (...codes: string[]) =>
    new TransactionCanceledException({
      message: 'cancelled',
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: codes.map((Code) => ({ Code })),
    });

  test.each<[string, Error, string]>([
    ['because its chain never comes free', cancelled('None', 'ConditionalCheckFailed', 'None'), 'Throttled'],
    ['because a table is too busy', cancelled('None', 'ThrottlingError', 'None'), 'Throttled'],
    ['because the service is too busy', serviceError('ThrottlingException'), 'Throttled'],
    ['because an item is too large', cancelled('ValidationError', 'None', 'None'), 'TransactionCanceledException'],
    ['because a table is not there', serviceError('ResourceNotFoundException'), 'ResourceNotFoundException'],
  ])('%s', async (_, error, name) => {
    const refusing = new DynamoDBClient({ region: 'eu-west-1' });
    mockClient(refusing).onAnyCommand().resolves({}).on(TransactWriteItemsCommand).rejects(error);
    // No pause between attempts.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const trail = toAuditTrail(tables, now, refusing);
    await expect(trail.record(event('rec-1'))).rejects.toMatchObject({ name });
  });
});

describe('where a chain ends', () => {
  /** The requests that the trails have made since. */
  function watch(): () => string[] {
    const sent = vi.spyOn(client, 'send');
    onTestFinished(() => void vi.restoreAllMocks());
    return () => sent.mock.calls.map(([command]) => command.constructor.name);
  }
  const [look, write] = ['GetItemCommand', 'TransactWriteItemsCommand'];

  test('is not looked up again by whoever wrote there last, nor where the caller knows', async () => {
    const sent = watch();
    const trail = toAuditTrail(tables, now, client);
    await trail.record(event('rec-1'), chainStart);
    await trail.record(event('rec-1', 'RESULTS_STORED'));
    await toAuditTrail(tables, now, client).record(event('rec-2'), await trail.headOf('m1'));
    expect(sent()).toEqual([write, write, write]);
    expect((await report()).faults).toEqual([]);
  });

  test('is looked up where nothing is believed, or wrongly', async () => {
    const sent = watch();
    const trail = toAuditTrail(tables, now, client);
    await trail.record(event('rec-1'));
    await toAuditTrail(tables, now, client).record(event('rec-2'), await trail.headOf('m1'));
    await trail.record(event('rec-3'));
    await toAuditTrail(tables, now, client).record(event('rec-4'), chainStart);
    expect(sent()).toEqual([look, write, write, write, look, write, write, look, write]);
    const { entries, faults } = await report();
    expect(faults).toEqual([]);
    expect(entries).toHaveLength(4);
  });

  test('of another meeting says nothing about this one', async () => {
    const trail = toAuditTrail(tables, now, client);
    expect(await trail.headOf('m1')).toBeNull();
    await trail.record(event('rec-1'));
    expect(await trail.headOf('m2')).toBeNull();
    expect((await report()).head).toMatchObject((await trail.headOf('m1')) ?? { sequence: 0 });
  });
});

auditContract(() => toAuditTrail(tables, now, client));

test('a table that is missing is an error, never an answer', async () => {
  const nowhere = { auditTable: 'none', workflowTable: 'none' };
  const trail = toAuditTrail(nowhere, now, client);
  await expect(trail.record(event('rec-1'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('an entry that was altered in the table shows', async () => {
  const trail = toAuditTrail(tables, now, client);
  for (const id of ['rec-1', 'rec-2', 'rec-3']) await trail.record(event(id));
  const entry = (await report()).entries.find(({ sequence }) => sequence === 2);
  const Item = marshall({ ...entry, recordingId: 'rec-9' });
  await client.send(new PutItemCommand({ TableName: tables.auditTable, Item }));
  expect((await report()).faults).toEqual(['sequence 2 was altered']);
});
