import { beforeAll, describe, expect, test } from 'vitest';
import { toChart } from '../../pipeline/reading/draw.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { apply, type Change } from '../../viewer/changes.ts';
import { agree, giveStatus, reject, take, wrong } from '../../viewer/verbs.ts';
import { coded, openMedicines, openVisit, reviewed } from '../pipeline/reading/visit.ts';
import { drawn } from './charts.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

const after = (changes: readonly Change[], before = opened) =>
  changes.reduce(
    (of, change) => apply(of, change, { at: '2026-03-04T12:00:00.000Z', by: 'provider', id: 'id' }),
    before,
  );
const reviewsOf = (of: Opened, label: string) => drawn(of, label).codes.map(({ review }) => review);

describe('to accept', () => {
  test('a problem takes its best code on each mention', () => {
    const of = after(agree(drawn(opened, 'cough')));
    expect(drawn(of, 'cough')).toMatchObject({ decision: 'by-code' });
    expect(of.codes.filter(({ review }) => review === 'accepted')).toHaveLength(2);
  });
  test.each(['asthma', 'cancer'])('%s, which the patient does not have, takes no code', (label) => {
    const of = after(agree(drawn(opened, label)));
    expect(drawn(of, label)).toMatchObject({ decision: 'right' });
    expect(reviewsOf(of, label)).toEqual(['rejected']);
  });
  test('a medicine without a code calls it right', async () => {
    const medicines = await openMedicines();
    expect(agree(drawn(medicines, 'metformin'))).toEqual([
      { kind: 'findings', decisions: [{ finding: drawn(medicines, 'metformin').id, verdict: 'right' }] },
    ]);
  });
  test('what is accepted already changes nothing', () => {
    expect(agree(drawn(after(agree(drawn(opened, 'cough'))), 'cough'))).toEqual([]);
  });
  test('a finding whose codes were set aside calls it right', () => {
    const of = coded(opened, 'cough', 'rejected');
    expect(drawn(after(agree(drawn(of, 'cough')), of), 'cough').decision).toBe('right');
  });
  test('what was called wrong takes it back', () => {
    const of = reviewed(opened, 'cough', { verdict: 'wrong' });
    expect(toChart(after(agree(drawn(of, 'cough')), of)).findings.problems).toHaveLength(1);
  });
});

test('everything accepted leaves nothing to decide', () => {
  const of = ['cough', 'asthma', 'cancer'].reduce(
    (before, label) => after(agree(drawn(before, label)), before),
    opened,
  );
  expect(toChart(of).open).toEqual({ findings: 0, codes: 0 });
});

describe('a status', () => {
  test('other than the found one is wrong, with what it is instead', () => {
    const { id } = drawn(opened, 'cough');
    expect(giveStatus(drawn(opened, 'cough'), 'historical')).toEqual([
      { kind: 'findings', decisions: [{ finding: id, verdict: 'wrong', status: 'historical' }] },
    ]);
  });
  test('that was found is right', () => {
    const { id } = drawn(opened, 'cough');
    expect(giveStatus(drawn(opened, 'cough'), 'present')).toEqual([
      { kind: 'findings', decisions: [{ finding: id, verdict: 'right' }] },
    ]);
  });
  test('that was given already changes nothing', () => {
    const of = reviewed(opened, 'cough', { verdict: 'wrong', status: 'historical' });
    expect(giveStatus(drawn(of, 'cough'), 'historical')).toEqual([]);
  });
});

test('to take a code sets the others of its system aside', () => {
  const row = opened.codes.find(({ code }) => code === 'J45.909');
  if (!row) throw new Error('no code');
  const other = { ...row, code: 'J45.998', rank: 2, review: 'accepted' as const, reviewedAt: row.reviewedAt };
  const of = { ...opened, codes: [...opened.codes, other] };
  const [best, second] = drawn(of, 'asthma').codes;
  if (!best || !second) throw new Error('two codes are needed');
  const taken = after(take(drawn(of, 'asthma'), second), of);
  expect(drawn(taken, 'asthma').codes.map(({ code, review }) => [code, review])).toEqual([
    [second.code, 'accepted'],
    [best.code, 'rejected'],
  ]);
});

test('to set codes aside leaves the finding to be decided; to call it wrong takes it out', () => {
  expect(drawn(after(reject(drawn(opened, 'cough'))), 'cough').decision).toBe('open');
  expect(toChart(after(wrong(drawn(opened, 'cough')))).dropped).toHaveLength(1);
});
