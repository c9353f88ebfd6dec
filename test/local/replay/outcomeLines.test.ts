import { expect, test } from 'vitest';
import type { Outcome } from '../../../local/replay/outcome.ts';
import { describeIds, describeOutcome, outcomeHeading, outcomeRow } from '../../../local/replay/outcomeLines.ts';

const outcome: Outcome = {
  name: 'visit',
  status: 'completed',
  error: null,
  failure: null,
  recordingId: 'rec-1',
  duplicate: false,
  meetingId: 'meeting-1',
  folder: 'out/visit',
  states: [],
  executions: 1,
  words: 2,
  entities: 3,
  codes: { icd10cm: 2, billable: null, rxNorm: 1, snomedCt: 0 },
  estimatedUsd: 0,
  seconds: 1.25,
  differences: [],
  ok: true,
};

test.each<[what: string, more: Partial<Outcome>, line: RegExp]>([
  ['as expected', {}, /^✓ visit +completed {2}2 words, 3 entities, 1\.3 s$/],
  [
    'as a duplicate',
    { duplicate: true },
    /^✓ visit +duplicate: nothing was run; rec-1 is this recording, and completed$/,
  ],
  ['with little in it', { words: 1, entities: 1 }, / {2}1 word, 1 entity, /],
  [
    'with its failure',
    {
      status: 'failed',
      error: 'UnsupportedMedia',
      failure: {
        step: 'inspectRecording',
        message: 'Transcribe does not take AVI',
        runbook: 'RUNBOOK.md#unsupportedmedia',
      },
      ok: false,
    },
    /^✗ visit +failed \(UnsupportedMedia\) {2}1\.3 s\n {4}inspectRecording: Transcribe does not take AVI\n {4}See RUNBOOK.md#unsupportedmedia; the files are in out\/visit$/,
  ],
  [
    'with more to say than a line holds',
    { differences: [`languages: ${'en-GB '.repeat(30).trim()}`], ok: false },
    /\n {4}languages: [^\n]{80,110}\n {6}en-GB /,
  ],
  [
    'that was skipped',
    { status: 'skipped', error: 'Duplicate', words: 0 },
    /^✓ visit +skipped \(Duplicate\) {2}1\.3 s$/,
  ],
  [
    'of which nothing was started',
    { status: 'ignored' },
    /^✓ visit +ignored {2}no execution started: the log of startWorkflow says why$/,
  ],
  ['with each difference', { differences: ['a', 'b'], ok: false }, /^✗ [^\n]+\n {4}a\n {4}b$/],
])('a case %s', (_, more, line) => expect(describeOutcome({ ...outcome, ...more })).toMatch(line));

test('a table of cases keeps its columns, however long a status or large a number', () => {
  const rows = [
    outcomeHeading(5),
    outcomeRow({ ...outcome, words: 12_345, codes: { ...outcome.codes, billable: 1 } }, 5),
    outcomeRow({ ...outcome, status: 'failed', error: 'TranscriptShapeUnknown', ok: false, seconds: 123 }, 5),
    ...outcomeRow({ ...outcome, duplicate: true }, 5).split('\n'),
  ];
  expect(rows).toEqual([
    '  case   ended                             words  entities  ICD-10-CM  billable  RxNorm  SNOMED CT    time',
    '✓ visit  completed                         12,345         3          2         1       1          0   1.3 s',
    '✗ visit  failed (TranscriptShapeUnknown)                                                           123.0 s',
    '✓ visit  duplicate                                                                                   1.3 s',
    '    nothing was run; rec-1 is this recording, and completed',
  ]);
});

test.each<[status: Outcome['status'], keptBy: string, lines: string[]]>([
  [
    'completed',
    '--data state',
    [
      '    npm run record -- rec-1 --out fixtures/visit --data state',
      '    npm run audit -- verify meeting-1 --data state',
    ],
  ],
  ['failed', '', ['    npm run audit -- verify meeting-1']],
])('the ids of a case that is %s are in the commands that take them', (status, keptBy, lines) => {
  expect(describeIds({ ...outcome, status }, keptBy)).toEqual(lines);
});

test('a case is not recorded into a folder that is there', () => {
  const [record] = describeIds({ ...outcome, name: 'three-people' }, '');
  expect(record).toBe('    npm run record -- rec-1 --out fixtures/three-people-2');
});
