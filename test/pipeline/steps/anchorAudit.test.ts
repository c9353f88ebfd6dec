import { expect, test } from 'vitest';
import type { AuditChange } from '../../../pipeline/anchor.ts';
import type { AuditEntry } from '../../../pipeline/audit.ts';
import { anchorAudit } from '../../../pipeline/steps/anchorAudit.ts';
import { portsOfVisit } from '../visit.ts';

const change = (kind: AuditChange['kind'], sequence: number, meetingId = 'm1'): AuditChange => ({
  kind,
  entry: { meetingId, recordingId: 'rec-1', sequence, hash: `h${sequence}`, ttl: 100 + sequence } as AuditEntry,
});

test('keeps the links of each meeting under one key', async () => {
  const ports = portsOfVisit();
  await anchorAudit(ports)([change('inserted', 2), change('inserted', 1), change('inserted', 7, 'm2')]);
  expect([...ports.kept.anchors]).toEqual([
    [
      'anchors/m1/000002-h2.json',
      {
        meetingId: 'm1',
        links: [
          { sequence: 1, hash: 'h1', expires: 101 },
          { sequence: 2, hash: 'h2', expires: 102 },
        ],
      },
    ],
    ['anchors/m2/000007-h7.json', { meetingId: 'm2', links: [{ sequence: 7, hash: 'h7', expires: 107 }] }],
  ]);
  expect(ports.kept.measured).toEqual([]);
});

test('a batch that comes again leaves what is there', async () => {
  const ports = portsOfVisit();
  for (const _ of [1, 2]) await anchorAudit(ports)([change('inserted', 1)]);
  expect(ports.kept.anchors.size).toBe(1);
});

test.each<[AuditChange['kind'], number]>([
  ['modified', 1],
  ['removed', 1],
  ['expired', 0],
])('an entry that was %s rings %i times, and is not anchored', async (kind, rings) => {
  const ports = portsOfVisit();
  await anchorAudit(ports)([change(kind, 3)]);
  expect(ports.kept.measured).toEqual(Array.from({ length: rings }, () => ['AuditEntryModified', 1]));
  expect(ports.kept.anchors.size).toBe(0);
});

test('rings even while nothing can be kept', async () => {
  const ports = portsOfVisit();
  ports.anchors.keep = () => Promise.reject(new Error('away'));
  await expect(anchorAudit(ports)([change('inserted', 1), change('modified', 1)])).rejects.toThrow('away');
  expect(ports.kept.measured).toEqual([['AuditEntryModified', 1]]);
});
