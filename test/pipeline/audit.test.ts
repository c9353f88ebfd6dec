import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AuditEntry,
  type AuditEvent,
  canonicalJson,
  chainStart,
  toAuditEntry,
  toHead,
  verifyChain,
} from '../../pipeline/audit.ts';

const event = (n: number): AuditEvent => ({
  action: 'RECORDING_RECEIVED',
  meetingId: 'meeting-1',
  appointmentId: null,
  recordingId: `rec-${n}`,
  executionArn: null,
  actor: 'inspectRecording',
  detail: { size: n },
});

const now = new Date('2026-06-01T00:00:00.000Z');

async function chain(length: number): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let n = 0; n < length; n += 1) {
    const last = entries.at(-1);
    const at = new Date(Date.UTC(2026, 0, 1, 9, 0, n));
    entries.push(await toAuditEntry(event(n), last ? toHead(last) : chainStart, at));
  }
  return entries;
}

describe('an entry', () => {
  test('is addressed by meeting, action, time and sequence', async () => {
    const entry = await toAuditEntry(event(1), { sequence: 4, hash: 'abc' }, new Date('2026-03-02T09:30:00.123Z'));
    expect(entry).toMatchObject({
      pk: 'MEETING#meeting-1',
      sk: 'RECORDING_RECEIVED#2026-03-02T09:30:00.123Z#000005',
      sequence: 5,
      previousHash: 'abc',
    });
    expect(entry.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['2025-11-22T00:00:00.000Z', '2032-12-22T00:00:00.000Z'],
    ['2024-02-29T12:00:00.000Z', '2031-03-31T12:00:00.000Z'],
  ])('of %s is kept seven calendar years and 30 days, to %s', async (at, until) => {
    const { ttl } = await toAuditEntry(event(1), chainStart, new Date(at));
    expect(new Date(ttl * 1000).toISOString()).toBe(until);
  });
});

describe('a chain', () => {
  test('that nobody touched verifies, in whatever order it is read', async () => {
    const entries = await chain(5);
    expect(await verifyChain(entries.toReversed(), entries[4] ?? chainStart, now)).toEqual({ entries: 5, faults: [] });
  });

  test('without entries verifies only when nothing was ever written', async () => {
    expect((await verifyChain([], chainStart, now)).faults).toEqual([]);
    expect((await verifyChain([], { sequence: 2, hash: 'x' }, now)).faults).toHaveLength(1);
  });

  test('shows any altered, removed or repeated entry', async () => {
    const entries = await chain(6);
    const head = entries[5] ?? chainStart;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 5 }),
        fc.constantFrom('alter', 'remove', 'repeat', 'redate', 'rehash'),
        async (at, how) => {
          const tampered = entries.map((entry) => ({ ...entry }));
          const target = tampered[at] as AuditEntry;
          if (how === 'alter') target.recordingId = 'rec-other';
          if (how === 'remove') tampered.splice(at, 1);
          if (how === 'repeat') tampered.push({ ...target });
          if (how === 'redate') target.timestamp = '2027-01-01T00:00:00.000Z';
          if (how === 'rehash') target.hash = '0'.repeat(64);
          expect((await verifyChain(tampered, head, now)).faults.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  describe('whose first entries have expired', () => {
    const expired = new Date('2033-01-31T09:00:02.500Z');

    test.each<[what: string, kept: number[], at: Date, faults: number]>([
      ['is whole without them', [4, 5, 6], expired, 0],
      ['is whole when some of them are still there', [3, 4, 5, 6], expired, 0],
      ['is broken without one that has not expired', [5, 6], expired, 1],
      ['is broken without any before their time', [2, 3, 4, 5, 6], now, 1],
      ['is broken with a hole behind the first that is left', [2, 4, 5, 6], expired, 1],
      ['is whole once all of them have expired', [], new Date('2033-03-01T00:00:00.000Z'), 0],
      ['is broken without its last entries', [4], expired, 1],
    ])('%s', async (_, kept, at, faults) => {
      const entries = await chain(6);
      const left = entries.filter(({ sequence }) => kept.includes(sequence));
      const head = toHead(entries[5] as AuditEntry);
      expect((await verifyChain(left, head, at)).faults).toHaveLength(faults);
    });

    test('is broken when the entry that is left has been made to say so', async () => {
      const entries = await chain(3);
      const [, second, third] = entries as [AuditEntry, AuditEntry, AuditEntry];
      const report = await verifyChain([{ ...second, previousExpires: 0 }, third], toHead(third), now);
      expect(report.faults).toEqual(['sequence 2 was altered']);
    });
  });

  test('shows an entry that was altered together with its own hash', async () => {
    const entries = await chain(3);
    const forged = await toAuditEntry({ ...event(1), recordingId: 'rec-other' }, entries[0] ?? chainStart, new Date(0));
    const report = await verifyChain([entries[0], forged, entries[2]] as AuditEntry[], entries[2] ?? chainStart, now);
    expect(report.faults).toContain('sequence 3 does not follow its predecessor');
  });
});

test('canonical JSON does not depend on the order of keys, and drops what is undefined', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
});
