import { expect, test } from 'vitest';
import { letterOf, toMention } from '../../../../pipeline/clinical/assertion/mention.ts';
import { marked } from '../../marked.ts';

test.each<[string, string, string, string]>([
  ['C: Good. Any [fever]?', 'asked', 'c', 'Any '],
  ['P: Any [fever]?', 'patientAsked', 'p', 'Any '],
  ['O: He has a [fever].', 'otherStated', 'o', 'He has a '],
  ['U: Hm. He has a [fever].', 'unknownStated', 'u', 'He has a '],
])('%s is read with its own sentence, and who says it', (line, manner, letter, before) => {
  const { transcript, found } = marked(line);
  const [turn, entity] = [transcript.turns[0], found[0]];
  if (!turn || !entity) throw new Error('nothing is marked');
  const head = { kind: 'condition', entity, name: 'fever', ruling: { status: 'possible', reason: 'stated' } } as const;
  const mention = toMention(turn, head);
  expect(mention).toMatchObject({ ...head, turn, manner, place: { before } });
  expect(letterOf(mention)).toBe(letter);
});
