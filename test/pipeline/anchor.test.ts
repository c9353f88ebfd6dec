import { describe, expect, test } from 'vitest';
import { type Anchor, anchorKey, compareWithAnchors, toLateAnchor } from '../../pipeline/anchor.ts';
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
  expect({ ...report, unanchored: report.unanchored.map(({ sequence }) => sequence) }).toEqual({
    faults,
    unanchored,
    late: [],
  });
});

test('the keys of a meeting are in the order of its chain', () => {
  const keys = [anchor([9]), anchor([10], [11]), anchor([1000])].map(anchorKey);
  expect(keys).toEqual(keys.toSorted());
  expect(keys[1]).toBe('anchors/m/000011-h11.json');
});

describe('an anchor that is late', () => {
  const written = { ...entry(1), ttl: 100, meetingId: 'm', timestamp: '2026-01-01T00:00:00.000Z' };
  const late = toLateAnchor('m', [written]);

  test('says so, and hides no other one', () => {
    expect(late).toEqual({ ...anchor([1]), late: true });
    expect(anchorKey(late)).toBe('anchors/m/000001-h1-late.json');
  });

  test.each<[what: string, keptAt: (string | undefined)[], after: number[]]>([
    ['within a day', ['2026-01-02T00:00:00.000Z'], []],
    ['after more than a day', ['2026-01-03T01:00:00.000Z'], [49]],
    ['in time, and once more late', ['2026-01-03T00:00:00.000Z', '2026-01-01T00:05:00.000Z'], []],
    ['at an unknown time', [undefined], []],
  ])('kept %s', (_, times, after) => {
    const kept = times.map((keptAt) => ({ ...late, ...(keptAt && { keptAt }) }));
    const report = compareWithAnchors([written], kept, now);
    expect(report.late.map(({ afterMs }) => afterMs / 3_600_000)).toEqual(after);
    expect(report.faults).toEqual([]);
  });
});
