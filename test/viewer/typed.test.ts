import { beforeAll, describe, expect, test } from 'vitest';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { apply, type Change } from '../../viewer/changes.ts';
import { addCode, notableOf, noteOf, putNote } from '../../viewer/typed.ts';
import { coded, openVisit, reviewed } from '../pipeline/reading/visit.ts';
import { drawn } from './charts.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

const stamp = { at: '2026-03-04T12:00:00.000Z', by: 'provider', id: 'one' };
const after = (of: Opened, changes: readonly Change[]) => changes.reduce((now, one) => apply(now, one, stamp), of);

describe('a typed code', () => {
  test.each([
    [' j20.9 ', 'ICD-10-CM', [{ kind: 'addCode', code: 'J20.9' }]],
    ['r05.9', 'ICD-10-CM', [{ kind: 'codes' }]],
    ['J20.9', 'RxNorm', undefined],
    ['', 'SNOMED-CT', undefined],
  ] as const)('%j of %s', (typed, system, changes) => {
    const made = addCode(drawn(opened, 'cough'), system, typed);
    if (changes) expect(made).toMatchObject(changes);
    else expect(made).toBeUndefined();
  });
  test('that is accepted already changes nothing', () => {
    expect(addCode(drawn(coded(opened, 'cough', 'accepted'), 'cough'), 'ICD-10-CM', 'R05.9')).toEqual([]);
  });
});

describe('a note', () => {
  test('needs a decision', () => {
    expect(notableOf(drawn(opened, 'cough'))).toEqual([]);
    expect(putNote(drawn(opened, 'cough'), 'Since spring.')).toEqual([]);
  });
  test.each([
    ['right', { verdict: 'right' }],
    ['changed', { verdict: 'wrong', status: 'historical' }],
    ['wrong', { verdict: 'wrong' }],
  ] as const)('leaves a finding that is %s so', (decision, review) => {
    const decided = reviewed(opened, 'cough', review);
    const noted = after(decided, putNote(drawn(decided, 'cough'), 'Last winter.\tTwice.\nReally.\n'));
    expect(drawn(noted, 'cough')).toMatchObject({ decision, note: 'Last winter. Twice.\nReally.' });
    expect(noteOf(drawn(noted, 'cough'))).toBe('Last winter. Twice.\nReally.');
    expect(putNote(drawn(noted, 'cough'), noteOf(drawn(noted, 'cough')))).toEqual([]);
    expect(drawn(after(noted, putNote(drawn(noted, 'cough'), ' ')), 'cough')).toMatchObject({ decision, note: null });
  });
  test.each(['accepted', 'rejected'] as const)('is of the codes where those are %s, on each mention', (review) => {
    const decided = coded(opened, 'cough', review);
    const noted = after(decided, putNote(drawn(decided, 'cough'), 'Chronic.'));
    const own = noted.codes.filter(({ code }) => code === 'R05.9');
    expect(own.map((code) => [code.review, code.note])).toEqual([
      [review, 'Chronic.'],
      [review, 'Chronic.'],
    ]);
  });
});
