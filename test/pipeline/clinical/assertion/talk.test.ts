import { expect, test } from 'vitest';
import { readTalk, type Topic } from '../../../../pipeline/clinical/assertion/talk.ts';
import { marked } from '../../marked.ts';

const read = (dialogue: string) => readTalk(marked(dialogue).transcript).standings;

test.each<[string, Topic[]]>([
  ['C: Hello. / P: Hello.', ['none', 'none']],
  ['C: Any allergies? / P: No. / C: Good.', ['allergies', 'allergies', 'allergies']],
  ['C: Does anything run in the family? / P: My medication.', ['family', 'family']],
  ['C: Do you take any tablets? / P: No. / C: Do you smoke?', ['medicines', 'medicines', 'habits']],
  ['C: Any other conditions. / P: No.', ['history', 'history']],
  ['P: Do you smoke? / C: No.', ['none', 'none']],
  ["C: Your heart sounds normal. / P: Good. / C: I'll order a scan.", ['examination', 'examination', 'plan']],
  ["C: I'll order a scan. / P: Good. / C: Your heart sounds normal.", ['plan', 'plan', 'plan']],
  ["C: I'll order a scan. / P: Good. / C: Do you drink?", ['plan', 'plan', 'habits']],
  ['C: Should we order a scan? / P: Yes.', ['none', 'none']],
])('%s is about %j', (dialogue, topics) => expect(read(dialogue).map(({ topic }) => topic)).toEqual(topics));

test('what is planned and what is examined is counted up to the end of each turn', () => {
  const dialogue =
    "C: Your heart sounds normal. I'll order a scan. I'll start you on it. / P: Good. / C: Let's stop that.";
  expect(read(dialogue).map(({ planned, examined }) => [planned, examined])).toEqual([
    [2, 1],
    [2, 1],
    [3, 1],
  ]);
});

test('a talk of unknown roles has a topic too', () => {
  expect(read('U: Any allergies? / P: No.').map(({ topic }) => topic)).toEqual(['allergies', 'allergies']);
});
