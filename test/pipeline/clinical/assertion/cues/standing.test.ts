import { expect, test } from 'vitest';
import { standingCues } from '../../../../../pipeline/clinical/assertion/cues/standing.ts';
import { mentionsIn } from '../../../marked.ts';

/** The cues of the last mention. */
function cuesIn(lines: readonly string[]): string[] {
  const { talk, mentions } = mentionsIn(lines.join(' / '));
  const last = mentions.at(-1);
  if (!last) throw new Error('nothing is marked');
  return standingCues(last, talk);
}

const chat = (turns: number) => Array.from({ length: turns }, (_, n) => `${'CP'[n % 2]}: Well.`);

test.each<[number, number, string]>([
  [0, 0, 'fifth 0'],
  [4, 5, 'fifth 2'],
  [8, 1, 'fifth 4'],
  [9, 0, 'fifth 4'],
])('after %i turns and before %i: %s', (before, after, fifth) => {
  const lines = [...chat(before), `${'CP'[before % 2]}: It is [asthma].`];
  const all = [...lines, ...chat(after + before + 1).slice(before + 1)];
  expect(cuesIn(all)).toContain(fifth);
});

test.each<[string, string[], string[]]>([
  [
    'a question is of the topic it opens',
    ['C: Any allergies, or [asthma]?'],
    ['topic allergies', 'asked topic allergies'],
  ],
  ['an answer is of the topic of the question', ['C: Any allergies?', 'P: I have [asthma].'], ['p topic allergies']],
  [
    'a clinician knows what was spoken of before',
    ['C: Any allergies?', 'P: No.', 'C: Do you smoke with [asthma]?'],
    ['c topic allergies', 'topic habits'],
  ],
])('%s', (_, lines, cues) => expect(cuesIn(lines)).toEqual(expect.arrayContaining(cues)));

const plan = "C: I'll order a scan.";

test.each<[string, string[], string[]]>([
  ['no plan yet', ['P: It is [asthma].'], ['plans lately 0', 'p plans so far 0', 'examined lately 0']],
  ['a plan just now', [plan, 'P: For [asthma]?'], ['plans lately 1', 'p plans so far 1']],
  ['a plan long ago', [plan, ...chat(9).slice(1), 'P: It is [asthma].'], ['plans lately 0', 'p plans so far 1']],
  [
    'many plans are four',
    [`${plan} ${'I will order a scan. '.repeat(5)}`.trim(), 'P: For [asthma]?'],
    ['plans lately 3', 'p plans so far 4'],
  ],
  ['an examination', ['C: Your heart sounds normal.', 'P: And the [asthma]?'], ['examined lately 1']],
])('%s', (_, lines, cues) => expect(cuesIn(lines)).toEqual(expect.arrayContaining(cues)));
