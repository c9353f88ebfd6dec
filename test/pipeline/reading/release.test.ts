import { beforeAll, describe, expect, test } from 'vitest';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { toReleased } from '../../../pipeline/reading/release.ts';
import { coded, corrected, findingOf, openMedicines, openVisit, overlaid, reviewed } from './visit.ts';

let visit: Opened;
beforeAll(async () => {
  visit = await openVisit();
});

const sentencesOf = (opened: Opened) =>
  Object.values(toReleased(opened).sections).flatMap((lines) => lines.map(({ sentence }) => sentence));

describe('the patient reads', () => {
  test('nothing that nobody has decided', () => {
    expect(sentencesOf(visit)).toEqual([]);
  });
  test('what was called right, each under its heading', () => {
    const { sections } = toReleased(reviewed(reviewed(reviewed(visit, 'cough'), 'asthma'), 'cancer'));
    expect(sections.told.map(({ sentence }) => sentence)).toEqual([
      'You told us about “cough”.',
      'Your father: “cancer”.',
    ]);
    expect(sections.denied.map(({ sentence }) => sentence)).toEqual(['You said no to “asthma”.']);
  });
  test('a finding whose code was accepted, and no code of it', () => {
    expect(sentencesOf(coded(visit, 'cough', 'accepted'))).toEqual(['You told us about “cough”.']);
    expect(JSON.stringify(toReleased(coded(visit, 'cough', 'accepted')))).not.toContain('R05');
  });
  test('what it was changed to', () => {
    const changed = reviewed(visit, 'asthma', { verdict: 'wrong', status: 'historical' });
    expect(sentencesOf(changed)).toEqual(['In the past: “asthma”.']);
  });
  test('the corrected words, in sentence and quote', () => {
    const [line] = toReleased(corrected(reviewed(visit, 'cough'), 'cough', 'cold')).sections.told;
    expect(line?.sentence).toBe('You told us about “cold”.');
    expect(line?.evidence[0]).toMatchObject({ role: 'patient', quote: 'I have a cold.' });
  });
  test('the corrected role', () => {
    const other = overlaid(reviewed(visit, 'cough'), {
      kind: 'role',
      speaker: 'spk_1',
      fromTurn: 0,
      toTurn: 99,
      role: 'other',
    });
    expect(toReleased(other).sections.told[0]?.evidence[0]?.role).toBe('other');
  });
  test('a label with a dollar sign as it stands', () => {
    expect(sentencesOf(corrected(reviewed(visit, 'cough'), 'cough', '$& {label}'))).toEqual([
      'You told us about “$& {label}”.',
    ]);
  });
});

describe('the patient does not read', () => {
  test.each([
    ['what is wrong', { verdict: 'wrong' }],
    ['what is only possible', { verdict: 'wrong', status: 'possible' }],
  ] as const)('%s', (_, review) => {
    expect(sentencesOf(reviewed(visit, 'cough', review))).toEqual([]);
  });
  test('a finding all of whose codes were rejected', () => {
    expect(sentencesOf(coded(visit, 'cough', 'rejected'))).toEqual([]);
  });
  test('what contradicts itself, until somebody has decided', () => {
    const { consultation } = visit;
    const problems = consultation.problems.map((one) => ({ ...one, contradictedBy: ['ruledOut' as const] }));
    const contradicted = { ...visit, consultation: { ...consultation, problems } };
    expect(sentencesOf(coded(contradicted, 'cough', 'accepted'))).toEqual([]);
    expect(sentencesOf(reviewed(contradicted, 'cough'))).toEqual(['You told us about “cough”.']);
  });
});

test('medicines: what is taken and how, what stops, what is new', async () => {
  const opened = await openMedicines();
  const labels = opened.consultation.medications.map(({ label }) => label);
  const all = labels.reduce((of, label) => reviewed(of, label), opened);
  expect(toReleased(all).sections.medicines.map(({ sentence }) => sentence)).toEqual([
    'You take metformin, 500 mg, twice a day.',
    'Stop taking ramipril.',
    'New: losartan, 50 mg.',
  ]);
});

test('a proof begins with the question and ends with the answer', () => {
  const [line] = toReleased(reviewed(visit, 'asthma')).sections.denied;
  const { spans } = findingOf(visit, 'asthma').evidence[0] ?? { spans: [] };
  expect(line?.evidence[0]).toMatchObject({
    quote: 'Do you have asthma?\nNo.',
    startMs: spans[0]?.startMs,
    endMs: spans[1]?.endMs,
  });
});

test.each([
  ['completed', false],
  ['partial', true],
  ['not_coded', true],
] as const)('a consultation that is %s is said to be incomplete: %s', (status, incomplete) => {
  expect(toReleased({ ...visit, recording: { ...visit.recording, status } }).incomplete).toBe(incomplete);
});
