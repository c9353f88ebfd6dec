import { expect, test } from 'vitest';
import { toMention } from '../../../../pipeline/clinical/assertion/mention.ts';
import { isPassedOver } from '../../../../pipeline/clinical/assertion/passedOver.ts';
import { marked } from '../../marked.ts';

test.each<[string, boolean]>([
  ['C: Are you [allergic to penicillin]? / P: It hurts when I breathe.', true],
  ["C: Are you allergic to [+penicillin]? / P: I don't know.", true],
  ['C: Are you allergic to [+penicillin]? / P: You would have to ask my mother.', true],
  ['C: Any [allergies]? / C: Then I will give you doxycycline. / P: Thank you, doctor.', true],
  ['C: Any [allergies]? / P: I have had this cough since Sunday.', true],
  ['C: Any [allergies]?', true],
  ['C: Are you [allergic to penicillin]? / P: Yes.', false],
  ['C: Are you [allergic to penicillin]? / P: My whole face went up like a pumpkin.', false],
  ['C: Are you allergic to [+sulfa]? / P: Blisters. In my mouth.', false],
  ['C: [Penicillin] allergy, is that right? / P: I was on a drip. They gave me something.', false],
  ['C: You are [allergic to penicillin]. / P: It hurts when I breathe.', false],
  ['C: Any [chest pain]? / P: It hurts when I breathe.', false],
  ['P: Am I [allergic to penicillin]? / C: It hurts when I breathe.', false],
])('%s: %j', (dialogue, expected) => {
  const { transcript, found } = marked(dialogue);
  const [entity] = found;
  const turn = entity && transcript.turns[entity.turn];
  if (!turn) throw new Error('nothing is marked');
  const mention = toMention(turn, {
    kind: 'condition',
    entity,
    name: entity.text,
    ruling: { status: 'possible', reason: 'answer-unclear' },
  });
  expect(isPassedOver(transcript, mention)).toBe(expected);
});
