import { beforeAll, describe, expect, test } from 'vitest';
import { toChart } from '../../../pipeline/reading/draw.ts';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { coded, corrected, findingOf, openVisit, overlaid, reviewed } from './visit.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

const labelsOf = (of: Opened, list: 'problems' | 'ruledOut' | 'pastHistory' | 'familyHistory') =>
  toChart(of).findings[list].map(({ label }) => label);

describe('before anybody has decided', () => {
  test('findings stand where the machine put them, all of them open', () => {
    const chart = toChart(opened);
    expect(labelsOf(opened, 'problems')).toEqual(['cough']);
    expect(labelsOf(opened, 'ruledOut')).toEqual(['asthma']);
    expect(labelsOf(opened, 'familyHistory')).toEqual(['cancer']);
    expect(chart.open).toEqual({ findings: 3, codes: 3 });
    expect(chart.signature).toBe('unsigned');
  });
  test('a code that two mentions have is one, and names both', () => {
    const [cough] = toChart(opened).findings.problems;
    expect(cough?.codes.map(({ code, entities }) => [code, entities.length])).toEqual([['R05.9', 2]]);
  });
  test('a consultation of version 1 has no allergies, and is drawn', () => {
    const { allergies: _, socialHistory: __, ...first } = opened.consultation;
    const chart = toChart({ ...opened, consultation: first as Opened['consultation'] });
    expect(chart.findings.allergies).toEqual([]);
    expect(chart.findings.problems).toHaveLength(1);
  });
});

describe('a decision', () => {
  test('that it was in the past moves the finding', () => {
    const of = reviewed(opened, 'cough', { verdict: 'wrong', status: 'historical' });
    expect(labelsOf(of, 'problems')).toEqual([]);
    expect(labelsOf(of, 'pastHistory')).toEqual(['cough']);
    expect(toChart(of).findings.pastHistory[0]).toMatchObject({
      decision: 'changed',
      foundIn: 'problems',
      decidedBy: 'provider',
    });
  });
  test('that it is wrong takes the finding out, where it is still found', () => {
    const chart = toChart(reviewed(opened, 'cough', { verdict: 'wrong' }));
    expect(chart.findings.problems).toEqual([]);
    expect(chart.dropped.map(({ label, decision }) => [label, decision])).toEqual([['cough', 'wrong']]);
    expect(chart.open).toEqual({ findings: 2, codes: 2 });
  });
  test('to accept a code decides on its finding too; to reject it does not', () => {
    expect(toChart(coded(opened, 'cough', 'accepted')).findings.problems[0]?.decision).toBe('by-code');
    expect(toChart(coded(opened, 'cough', 'rejected')).findings.problems[0]?.decision).toBe('open');
  });
  test('on a code counts from whichever mention it was made on last', () => {
    const [first, second] = findingOf(opened, 'cough').evidence;
    const decide =
      (entity: string | undefined, review: 'accepted' | 'rejected', reviewedAt: string) =>
      (code: Opened['codes'][number]) =>
        code.entity === entity ? { ...code, review, reviewedAt, reviewedBy: 'provider' } : code;
    const codes = opened.codes
      .map(decide(first?.entity, 'rejected', '2026-03-04T12:00:01.000Z'))
      .map(decide(second?.entity, 'accepted', '2026-03-04T12:00:00.000Z'));
    expect(toChart({ ...opened, codes }).findings.problems[0]?.codes[0]?.review).toBe('rejected');
  });
});

describe('a correction', () => {
  test('of words that are a label corrects it, the quote beside the words as transcribed', () => {
    const [cough] = toChart(corrected(opened, 'cough', 'cold')).findings.problems;
    expect(cough?.label).toBe('cold');
    expect(cough?.evidence.map((one) => one.corrected)).toEqual(['I have a cold.', 'The cough is worse at night.']);
    expect(cough?.evidence[0]?.quote).toBe('I have a cough.');
  });
  test('of other words leaves the label', () => {
    const [cough] = toChart(corrected(opened, 'night', 'noon')).findings.problems;
    expect(cough?.label).toBe('cough');
    expect(cough?.evidence[1]?.corrected).toBe('The cough is worse at noon.');
  });
  test('of all turns of a speaker is one of the speaker', () => {
    const of = overlaid(opened, { kind: 'role', speaker: 'spk_1', fromTurn: 0, toTurn: 99, role: 'other' });
    const chart = toChart(of);
    expect(chart.speakers.find(({ label }) => label === 'spk_1')?.role).toBe('other');
    expect(chart.turns.filter(({ speaker }) => speaker === 'spk_1').map(({ role }) => role)).not.toContain('patient');
    expect(chart.findings.problems[0]?.evidence.map(({ role }) => role)).toEqual(['other', 'other']);
  });
  test('of one turn leaves the speaker', () => {
    const of = overlaid(opened, { kind: 'role', speaker: 'spk_1', fromTurn: 1, toTurn: 1, role: 'other' });
    const chart = toChart(of);
    expect(chart.speakers.find(({ label }) => label === 'spk_1')?.role).toBe('patient');
    expect(chart.turns[1]).toMatchObject({ role: 'other', heardRole: 'patient' });
  });
});

describe('signature and release', () => {
  const at = (recording: Partial<Opened['recording']>) =>
    toChart({ ...opened, revision: 5, recording: { ...opened.recording, ...recording } });
  test.each([
    ['nothing', {}, 'unsigned', 'unreleased'],
    ['this revision', { signedRevision: 5, releasedRevision: 5 }, 'signed', 'released'],
    ['an earlier one', { signedRevision: 4, releasedRevision: 4 }, 'amended', 'older'],
  ] as const)('of %s', (_, recording, signature, release) => {
    expect(at(recording)).toMatchObject({ signature, release });
  });
});
