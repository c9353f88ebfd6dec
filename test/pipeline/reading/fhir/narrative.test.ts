import { describe, expect, test } from 'vitest';
import type { ChartFinding } from '../../../../pipeline/reading/chart.ts';
import { toItem } from '../../../../pipeline/reading/fhir/narrative.ts';
import { narrative } from '../../../../pipeline/reading/fhir/xhtml.ts';
import { code, evidence, finding, hostile, right } from './charts.ts';
import { parseNarrative } from './parsed.ts';

const linesOf = (of: ChartFinding) => parseNarrative(narrative(toItem('e-problems-0', of))).lines;

test('a finding is its label, what is known of it, and who said what when', () => {
  expect(linesOf(finding())).toEqual([
    'cough',
    'present; ICD-10-CM R05.9 Cough, unspecified (suggested); said as a fact; found by machine, not reviewed',
    'patient, 0:53: I have a cough.',
  ]);
});

test.each<[string, Parameters<typeof finding>[0], string]>([
  ['that it is reviewed', right, 'confirmed by the clinician'],
  ['a note', { ...right, note: 'since March' }, 'note: since March'],
  ['that a code was accepted', { codes: [code({ review: 'accepted' })] }, 'ICD-10-CM R05.9 Cough, unspecified'],
  ['that a code may not be billed', { codes: [code({ billable: false })] }, 'not billable'],
  ['that a code is unknown', { codes: [code({ hint: 'not in the code table' })] }, 'not in the code table'],
  [
    'both readings of what is to be checked',
    { list: 'possible', toCheck: { readings: ['present', 'absent'] } },
    'to be checked: present or absent',
  ],
  [
    'that it is contradicted',
    { contradictedBy: ['ruledOut'] },
    'contradicted: somebody says yes, and somebody says no',
  ],
  ['whose it is', { status: 'family', facts: { relative: 'mother' } }, 'mother'],
  ['how a medicine is taken', { status: 'taking', facts: { dose: ['5 mg'], frequency: ['daily'] } }, '5 mg, daily'],
  ['a result', { facts: { results: [{ said: 'seven', unit: 'millimoles' }] } }, 'seven millimoles'],
])('it says %s', (_, of, fact) => {
  expect(linesOf(finding(of))[1]?.split('; ')).toContain(fact);
});

test('what version 1 did not say is left out', () => {
  const first = finding({ reason: 'said so' as never, facts: { results: [{ value: '7.2', unit: null }] } });
  expect(linesOf(first)[1]).toBe(
    'present; 7.2; ICD-10-CM R05.9 Cough, unspecified (suggested); found by machine, not reviewed',
  );
});

test('it no longer doubts what a clinician has decided', () => {
  const doubted = finding({ ...right, contradictedBy: ['ruledOut'] });
  expect(linesOf(doubted)[1]).not.toContain('contradicted');
});

test('a corrected word stands beside the words as transcribed', () => {
  const of = finding({ evidence: [evidence({ corrected: 'I have a cold.', role: 'unknown' })] });
  expect(linesOf(of).slice(2)).toEqual(['unknown, 0:53: I have a cough.', 'corrected: I have a cold.']);
});

describe('text stays text', () => {
  test.each(hostile)('%s', (_, text) => {
    const of = finding({ label: text, evidence: [evidence({ quote: text, corrected: text })] });
    const { elements, lines } = parseNarrative(narrative(toItem('e-problems-0', of)));
    expect(lines[0]).toBe(text);
    expect(lines[2]).toBe(`patient, 0:53: ${text}`);
    expect(elements.map(({ tag }) => tag)).toEqual(['div', 'li', 'p', 'b', 'p', 'ul', 'li', 'p', 'q']);
  });
});
