import { expect, test } from 'vitest';
import { toColumns, toLegend } from '../../../local/replay/columns.ts';
import type { Finding, FindingCode } from '../../../pipeline/clinical/finding.ts';

const code = (system: FindingCode['system'], name: string, more: Partial<FindingCode> = {}): FindingCode => ({
  system,
  code: name,
  description: '',
  score: 1,
  rank: 1,
  billable: null,
  ...more,
});
const finding = (label: string, ...codes: FindingCode[]): Finding => ({
  id: label,
  label,
  codes,
  score: 1,
  reason: 'stated',
  toCheck: null,
  evidence: [{ entity: 'e', turn: 0, role: 'patient', quote: 'Ow.', spans: [], startMs: 61_000, endMs: 0 }],
});
const long = 'amoxicillin and clavulanic acid, taking: 500 mg, by mouth, every morning and evening';

test('the first and the last column begin at the same place in every section, each code under its system', () => {
  const sections = [
    { title: 'Problems', findings: [finding('cough', code('ICD-10-CM', 'R05.9'), code('ICD-10-CM', 'R05.1'))] },
    {
      title: 'Medications',
      findings: [finding('aspirin', code('RxNorm', '1191')), finding(long, code('RxNorm', '19711'))],
    },
    { title: 'Tests', findings: [] },
    { title: 'Ruled out', findings: [finding('fever')] },
  ];
  expect(toColumns(sections, () => '')).toEqual([
    '',
    'Problems   ICD-10-CM',
    '  cough    R05.9         1:01 patient: "Ow."',
    '',
    'Medications  RxNorm',
    '  aspirin  1191          1:01 patient: "Ow."',
    `  ${long}`,
    '           19711         1:01 patient: "Ow."',
    '',
    'Ruled out',
    '  fever                  1:01 patient: "Ow."',
  ]);
});

test.each<[Partial<FindingCode>, string, string]>([
  [{ billable: true }, 'R05 ✓', '  ✓ billable'],
  [{ billable: false, hint: 'more specific code needed' }, 'R05 ✗', '  ✗ a more specific code is needed'],
  [{ hint: 'not in the code table' }, 'R05 ?', '  ? not in the code table'],
  [{}, 'R05 ', '  Whether a code is billable is known with a code table: set ICD10CM_TABLE'],
])('%j is marked, and the mark is explained', (more, shown, legend) => {
  const findings = [finding('cough', code('ICD-10-CM', 'R05', more))];
  expect(toColumns([{ title: 'Problems', findings }], () => '')[2]).toContain(`  ${shown} `);
  expect(toLegend(findings)).toEqual([legend]);
});

const filler = 'one two three four five six seven eight nine ten eleven';
test.each<[what: string, quote: string, mention: string, shown: string]>([
  ['a short one, whole', 'No cough, no fever.', 'fever', 'No cough, no fever.'],
  [
    'the begin, if the mention is there',
    `A cough, ${filler} ${filler}`,
    'cough',
    'A cough, one two three four five six seven eight nine ten eleve…',
  ],
  [
    'the middle, cut at both ends',
    `${filler} a dry cough at night ${filler}`,
    'dry cough',
    '…eight nine ten eleven a dry cough at night one two three…',
  ],
  [
    'the end, cut at one',
    `${filler} ${filler}\nA cough.`,
    'cough',
    '…two three four five six seven eight nine ten eleven / A cough.',
  ],
  [
    'the begin of a mention that is too long',
    `${filler} ${'very '.repeat(30)}ill`,
    `${'very '.repeat(30)}ill`,
    `…${'very '.repeat(12)}ve…`,
  ],
  [
    'the begin, if the mention is not in it',
    `${filler} ${filler}`,
    'cough',
    'one two three four five six seven eight nine ten eleven one two…',
  ],
])('of a quote is shown %s', (_, quote, mention, shown) => {
  const said = finding('cough');
  const findings = [{ ...said, evidence: said.evidence.map((one) => ({ ...one, quote })) }];
  const line = toColumns([{ title: 'Problems', findings }], () => mention)[2] ?? '';
  const text = /: "(.*)"$/.exec(line)?.[1] ?? '';
  expect(text.length).toBeLessThanOrEqual(64);
  expect(text).toBe(shown);
});
