import { expect, test } from 'vitest';
import { answeringCues } from '../../../../../pipeline/clinical/assertion/cues/answering.ts';
import { mentionsIn } from '../../../marked.ts';

function cuesIn(dialogue: string): string[] {
  const { talk, mentions } = mentionsIn(dialogue);
  const last = mentions.at(-1);
  if (!last) throw new Error('nothing is marked');
  return answeringCues(last, talk);
}

test.each<[string, string[]]>([
  ['C: What do you take? / P: No, just [+aspirin].', ['asked for take', 'answers', 'opens with no', 'sentence 0']],
  ['C: What do you take? Any allergies? / P: [+Aspirin].', ['asked for whether', 'asked for allergy', 'answers']],
  ['C: What do you take? / P: Hm. / C: Mm. / P: [+Aspirin].', ['asked for take', 'answers']],
  ['C: You take a lot. / P: Yes. Hm. [+Aspirin].', ['asked for take', 'opens with yes', 'sentence 2']],
])('%s: %j', (dialogue, cues) => expect(cuesIn(dialogue)).toEqual(expect.arrayContaining(cues)));

test.each<[string, string]>([
  ['what is said after a statement answers no question', 'C: You take a lot. / P: [+Aspirin].'],
  [
    'a question is not answered four turns later',
    'C: What do you take? / P: a. / C: b. / P: c. / C: d. / P: [+Aspirin].',
  ],
  ['a "Mm?" is no question', 'C: Mm? / P: [+Aspirin].'],
  ["one's own question is none", 'P: What is it? / C: Hm. / P: [+Aspirin].'],
])('%s', (_, dialogue) => expect(cuesIn(dialogue)).not.toContain('answers'));

test.each([
  ['C: What is it? / C: You have [asthma].'],
  ['P: Is it bad? / C: Any [asthma]?'],
  ['P: Is it bad? / C: It is [asthma].'],
])('the clinician answers nothing: %s', (dialogue) => expect(cuesIn(dialogue)).toEqual([]));

test('the same question is heard alike by every mention that answers it', () => {
  const { talk, mentions } = mentionsIn('C: What do you take? / P: [+Aspirin]. / P: [+Ramipril].');
  const heard = mentions.map((one) => answeringCues(one, talk).filter((cue) => cue.startsWith('asked for')));
  expect(heard).toEqual([expect.arrayContaining(['asked for take']), heard[0]]);
});
