import { expect, test } from 'vitest';
import { describeConsultation } from '../../../local/replay/summary.ts';
import { type Consultation, toConsultation } from '../../../pipeline/clinical/consultation.ts';
import type { Evidence } from '../../../pipeline/clinical/evidence.ts';
import type { Finding, FindingCode, MedicationFinding } from '../../../pipeline/clinical/finding.ts';
import { toEntities } from '../../../pipeline/clinical/merge.ts';
import { transcriptOf } from '../../pipeline/transcriptOf.ts';

const transcript = transcriptOf([
  [0, 'Any cough?'],
  [1, 'Yes.'],
]);
const nothing = toConsultation(transcript, await toEntities(transcript, [], [], undefined), {
  coded: true,
  icd10cm: null,
});

const code = (system: FindingCode['system'], name: string): FindingCode => ({
  system,
  code: name,
  description: '',
  score: 1,
  rank: 1,
  billable: null,
});
const said: Evidence = {
  entity: 'e',
  turn: 0,
  role: 'clinician',
  quote: 'Any cough?\nYes.',
  spans: [],
  startMs: 61_000,
  endMs: 0,
};
const settled: Pick<Finding, 'id' | 'score' | 'reason' | 'toCheck'> = {
  id: 'e',
  score: 1,
  reason: 'stated',
  toCheck: null,
};
const cough: Finding = { ...settled, label: 'cough', codes: [code('ICD-10-CM', 'R05.9')], evidence: [said, said] };
const plain: Finding = { ...cough, codes: [], evidence: [] };
const facts = { dose: ['5 mg'], form: [], route: [], frequency: ['once a day'], duration: [] };
const ramipril: MedicationFinding = {
  ...settled,
  label: 'ramipril',
  codes: [code('RxNorm', '35296')],
  evidence: [said],
  status: 'taking',
  change: null,
  asNeeded: false,
  ...facts,
};

/** The lines under a heading, or undefined when it is not shown. */
function linesUnder(title: string, found: Partial<Consultation>): string[] | undefined {
  const lines = describeConsultation(transcript, { ...nothing, ...found });
  const at = lines.findIndex((line) => line.trim() === title || line.startsWith(`${title} `));
  if (at < 0) return undefined;
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('  '));
  return lines.slice(at + 1, end);
}

test.each<[title: string, found: Partial<Consultation>, lines: string[] | undefined]>([
  [
    'Problems',
    { problems: [cough, { ...cough, label: 'dry cough', codes: [], evidence: [said] }] },
    [
      '  cough      R05.9         1:01 clinician: "Any cough? / Yes." (+1)',
      '  dry cough                1:01 clinician: "Any cough? / Yes."',
    ],
  ],
  [
    'Possible',
    { possible: [{ ...cough, codes: [...cough.codes, code('ICD-10-CM', 'R05.1'), code('SNOMED-CT', '49727002')] }] },
    ['  cough: said as a fact  R05.9       49727002          1:01 clinician: "Any cough? / Yes." (+1)'],
  ],
  [
    'To check',
    { possible: [plain, { ...plain, reason: 'answer-unclear', toCheck: { readings: ['present', 'absent'] } }] },
    ['  cough, present or absent: asked, but the answer is unclear'],
  ],
  ['Allergies', { allergies: [{ ...plain, label: 'penicillin' }] }, ['  penicillin']],
  [
    'Social history',
    { socialHistory: [{ ...plain, label: 'smoke', kind: 'smoking', status: 'former' }] },
    ['  smoke, smoking, former'],
  ],
  [
    'Family history',
    {
      familyHistory: [
        { ...plain, relative: 'mother' },
        { ...plain, relative: null },
      ],
    },
    ['  cough, mother', '  cough'],
  ],
  [
    'Procedures',
    { procedures: [{ ...cough, label: 'graft', codes: [code('SNOMED-CT', '49727002')], results: [] }] },
    ['  graft  49727002          1:01 clinician: "Any cough? / Yes." (+1)'],
  ],
  [
    'Medications',
    { medications: [ramipril] },
    ['  ramipril, taking: 5 mg, once a day  35296     1:01 clinician: "Any cough? / Yes."'],
  ],
  [
    'Medications',
    { medications: [{ ...ramipril, codes: [], evidence: [], change: 'dose-changed', asNeeded: true }] },
    ['  ramipril, taking, dose-changed, as needed: 5 mg, once a day'],
  ],
  ['Tests', { tests: [{ ...plain, label: 'ECG', planned: true, results: [] }] }, ['  ECG, planned']],
  [
    'Tests',
    {
      tests: [
        {
          ...plain,
          label: 'glucose',
          results: [
            { value: '5.6', said: 'five point six', unit: null, startMs: 0 },
            { value: '120', said: '120', unit: 'mg', startMs: 0 },
          ],
        },
      ],
    },
    ['  glucose: 5.6, 120 mg'],
  ],
  [
    'Not read',
    { coverage: { complete: false, gaps: [{ operation: 'InferRxNorm', begin: 0, end: 9, error: 'Throttled' }] } },
    ['  InferRxNorm did not read characters 0 to 9: Throttled'],
  ],
  ['Ruled out', {}, undefined],
])('%s', (title, found, lines) => expect(linesUnder(title, found)).toEqual(lines));

test('speakers stand in columns, however long their names are', () => {
  const [one, other] = transcript.speakers;
  if (!one || !other) throw new Error('the talk has two speakers');
  const speakers = [
    { ...one, label: 'Dr Mirza', role: 'unknown' as const, words: 1_077, speakingMs: 61_000 },
    { ...other, label: 'John', role: 'unknown' as const, words: 1, speakingMs: 2_000 },
  ];
  const lines = describeConsultation({ ...transcript, speakers }, nothing);
  expect(lines.slice(lines.indexOf('\nSpeakers') + 1, lines.indexOf('\nSpeakers') + 3)).toEqual([
    '  unknown    Dr Mirza  1,077 words, 1:01 of speech',
    '  unknown    John           1 word, 0:02 of speech',
  ]);
});

test.each([
  ['roster', "role confidence 0.98 by the meeting's own record of who spoke when"],
  ['dialogue', 'role confidence 0.98'],
] as const)('a role that is known by the %s says so', (roleEvidence, known) => {
  const speakers = transcript.speakers.map((one) => ({ ...one, roleConfidence: 0.98, roleEvidence }));
  const lines = describeConsultation({ ...transcript, speakers }, nothing);
  expect(lines[lines.indexOf('\nSpeakers') + 1]).toMatch(new RegExp(` of speech, ${known}$`));
});

test('a long quote is shown around the mention, found by the times of its words', () => {
  const talk = transcriptOf([[0, `${'Well then. '.repeat(9)}There is a dry cough at night.`]]);
  const [turn] = talk.turns;
  const word = (text: string) => turn?.words.find(([begin, end]) => turn.text.slice(begin, end) === text);
  const [dry, coughed] = [word('dry'), word('cough')];
  if (!turn || !dry || !coughed) throw new Error('the talk has these words');
  const evidence = [{ ...said, quote: turn.text, startMs: dry[2], endMs: coughed[3] }];
  const lines = describeConsultation(talk, { ...nothing, problems: [{ ...cough, evidence }] });
  expect(lines.find((line) => line.startsWith('  cough'))).toMatch(/"….* a dry cough at night\."$/);
});

test('what explains the findings stands below them, and nothing below the cost but the cost', () => {
  const lines = describeConsultation(transcript, { ...nothing, problems: [cough] });
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  const explained = [at('ICD10CM_TABLE'), at('(+2)'), at('Codes are suggestions')];
  expect(explained.every((line) => line > at('Problems') && line < at('Cost'))).toBe(true);
  expect(lines.slice(at('Cost') + 1)).toEqual([expect.stringMatching(/^ {2}about \$/)]);
});
