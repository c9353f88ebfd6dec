import { expect, test } from 'vitest';
import { isQuestion, type Manner, mannerOf } from '../../../../pipeline/clinical/assertion/acts.ts';
import { marked } from '../../marked.ts';

test.each<[string, Manner, boolean]>([
  ['C: Any cough?', 'asked', true],
  ['C: Okay, so, any cough.', 'asked', true],
  ['C: Do you smoke.', 'asked', true],
  ['C: No history of asthma.', 'asked', true],
  ['C: Anyway, you have asthma.', 'stated', false],
  ['C: You have asthma.', 'stated', false],
  ["C: I'll order an x-ray, okay?", 'tagged', true],
  ["C: We'll stop the aspirin, does that sound good?", 'tagged', true],
  ['C: Is that okay for your asthma?', 'asked', true],
  ['P: Is it asthma?', 'patientAsked', false],
  ['P: Any cough I get is short.', 'patientStated', false],
  ['O: She has a cough.', 'otherStated', false],
  ['O: Is it asthma?', 'unknownAsked', true],
  ['U: Any cough.', 'unknownStated', false],
  ['U: Any cough?', 'unknownAsked', true],
])('%s is %s; it waits for an answer: %s', (line, manner, waits) => {
  const [turn] = marked(line).transcript.turns;
  if (!turn) throw new Error('nobody speaks');
  expect(mannerOf(turn, turn.text)).toBe(manner);
  expect(isQuestion(manner)).toBe(waits);
});
