import { beforeAll, describe, expect, test } from 'vitest';
import { toChart } from '../../pipeline/reading/draw.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { apply, type Change, inverse } from '../../viewer/changes.ts';
import { findingOf, openVisit } from '../pipeline/reading/visit.ts';
import { drawn } from './charts.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

const stamp = { at: '2026-03-04T12:00:00.000Z', by: 'provider', id: 'correction-1' };
const codesOf = (label: string, review: 'accepted' | 'rejected'): Change => ({
  kind: 'codes',
  decisions: drawn(opened, label).codes.flatMap(({ system, code, entities }) =>
    entities.map((entity) => ({ entity, system, code, review })),
  ),
});

const noted = (change: Change): Change =>
  change.kind === 'codes' || change.kind === 'findings'
    ? ({ ...change, decisions: change.decisions.map((one) => ({ ...one, note: 'As she says.' })) } as Change)
    : change;

/** By name, because the consultation is opened only when the tests run. */
const changes: Readonly<Record<string, () => Change>> = {
  'accepted codes': () => codesOf('cough', 'accepted'),
  'rejected codes': () => codesOf('asthma', 'rejected'),
  'a finding called right': () => ({
    kind: 'findings',
    decisions: [{ finding: findingOf(opened, 'cough').id, verdict: 'right' }],
  }),
  'another status': () => ({
    kind: 'findings',
    decisions: [{ finding: findingOf(opened, 'cough').id, verdict: 'wrong', status: 'historical' }],
  }),
  'accepted codes with a note': () => noted(codesOf('cough', 'accepted')),
  'a finding with a note': () => noted(changes['another status']?.() as Change),
  'a code of her own': () => ({
    kind: 'addCode',
    finding: findingOf(opened, 'cough').id,
    system: 'ICD-10-CM',
    code: 'J20.9',
  }),
  'a suggested code that she typed': () => ({
    kind: 'addCode',
    finding: findingOf(opened, 'cough').id,
    system: 'ICD-10-CM',
    code: 'R05.9',
  }),
  'a corrected role': () => ({ kind: 'role', speaker: 'spk_0', fromTurn: 0, toTurn: 5, role: 'other' }),
  'corrected words': () => ({ kind: 'words', turn: 0, begin: 0, end: 4, was: 'What', becomes: 'Which' }),
};

describe.each(Object.entries(changes))('%s', (_, make) => {
  test('change the chart, count one revision, and can be taken back', () => {
    const change = make();
    const after = apply(opened, change, stamp);
    expect(after.revision).toBe(opened.revision + 1);
    expect({ ...toChart(after), revision: 0 }).not.toEqual({ ...toChart(opened), revision: 0 });
    const back = inverse(opened, after, change);
    if (!back) throw new Error('nothing takes it back');
    expect({ ...apply(after, back, stamp), revision: opened.revision }).toEqual(opened);
  });
});

test('what is taken back gives the decision before it, not none', () => {
  const first = apply(opened, changes['another status']?.() as Change, stamp);
  const second = changes['a finding called right']?.() as Change;
  const after = apply(first, second, { ...stamp, at: '2026-03-04T12:01:00.000Z' });
  const back = inverse(first, after, second);
  expect(back && apply(after, back, stamp).findingReviews).toEqual(first.findingReviews);
});

test('a signature is of a revision and does not make another; nothing takes it back', () => {
  const signed = apply(opened, { kind: 'sign' }, stamp);
  expect(toChart(signed).signature).toBe('signed');
  expect(signed.revision).toBe(opened.revision);
  expect(inverse(opened, signed, { kind: 'sign' })).toBeUndefined();
  expect(toChart(apply(signed, codesOf('cough', 'accepted'), stamp)).signature).toBe('amended');
});

test('a note comes back with the decision that it was of', () => {
  const first = apply(opened, noted(changes['another status']?.() as Change), stamp);
  const second = changes['a finding called right']?.() as Change;
  const after = apply(first, second, stamp);
  expect(after.findingReviews[0]?.note).toBeNull();
  const back = inverse(first, after, second);
  expect(back && apply(after, back, stamp).findingReviews).toEqual(first.findingReviews);
});

test('a release is of a revision, is older after the next decision, and can be withdrawn whatever was decided', () => {
  const released = apply(opened, { kind: 'release' }, stamp);
  expect(released.revision).toBe(opened.revision);
  expect(toChart(released).release).toBe('released');
  expect(inverse(opened, released, { kind: 'release' })).toBeUndefined();
  const decided = apply(released, codesOf('cough', 'accepted'), stamp);
  expect(toChart(decided).release).toBe('older');
  expect(toChart(apply(decided, { kind: 'withdrawRelease' }, stamp)).release).toBe('unreleased');
});

test.each(['sign', 'release'] as const)('%s: what is done already keeps its time', (kind) => {
  const once = apply(opened, { kind }, stamp);
  expect(apply(once, { kind }, { ...stamp, at: '2026-03-05T12:00:00.000Z' })).toEqual(once);
});
