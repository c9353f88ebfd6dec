import { expect, test } from 'vitest';
import { type Anchor, anchorKey, compareWithAnchors } from '../../pipeline/anchor.ts';
import type { AuditEntry } from '../../pipeline/audit.ts';

const now = new Date(50_000);
const entry = (sequence: number, hash = `h${sequence}`) => ({ sequence, hash }) as AuditEntry;
const anchor = (...links: [sequence: number, expires?: number, hash?: string][]): Anchor => ({
  meetingId: 'm',
  links: links.map(([sequence, expires = 100, hash = `h${sequence}`]) => ({ sequence, hash, expires })),
});

test.each<[what: string, entries: AuditEntry[], anchors: Anchor[], faults: string[], unanchored: number[]]>([
  ['agrees', [entry(1), entry(2)], [anchor([1]), anchor([2])], [], []],
  ['was anchored twice, in other batches', [entry(1), entry(2)], [anchor([1], [2]), anchor([2])], [], []],
  ['has grown since', [entry(1), entry(2)], [anchor([1])], [], [2]],
  [
    'was rewritten',
    [entry(1), entry(2, 'other')],
    [anchor([1], [2])],
    ['sequence 2 is not the entry that was anchored'],
    [],
  ],
  ['lost its end', [entry(1)], [anchor([1], [2])], ['sequence 2 was anchored, and is gone'], []],
  ['lost its beginning too early', [entry(2)], [anchor([1], [2])], ['sequence 1 was anchored, and is gone'], []],
  ['lost what had expired', [entry(2)], [anchor([1, 50], [2])], [], []],
  [
    'was forged beside the entry',
    [entry(1)],
    [anchor([1]), anchor([1, 100, 'other'])],
    ['sequence 1 is not the entry that was anchored'],
    [],
  ],
])('a chain that %s', (_, entries, anchors, faults, unanchored) => {
  const report = compareWithAnchors(entries, anchors, now);
  expect({ ...report, unanchored: report.unanchored.map(({ sequence }) => sequence) }).toEqual({ faults, unanchored });
});

test('the keys of a meeting are in the order of its chain', () => {
  const keys = [anchor([9]), anchor([10], [11]), anchor([1000])].map(anchorKey);
  expect(keys).toEqual(keys.toSorted());
  expect(keys[1]).toBe('anchors/m/000011-h11.json');
});
