import { expect, test } from 'vitest';
import { mergeTraits, toTraits } from '../../../pipeline/clinical/traits.ts';

const negated = (score: number) => ({ name: 'NEGATION', score });
const symptom = { name: 'SYMPTOM', score: 0.7 };

test('a trait has a name and a score, whatever the service leaves out', () => {
  expect(toTraits([{ Name: 'SIGN', Score: 0.6 }, {}])).toEqual([
    { name: 'SIGN', score: 0.6 },
    { name: '', score: 0 },
  ]);
  expect(toTraits()).toEqual([]);
});

test.each([
  ['the surer one comes later', [negated(0.4)], [negated(0.9)], [negated(0.9)]],
  ['the surer one comes first', [negated(0.9)], [negated(0.4)], [negated(0.9)]],
  ['they are two', [symptom], [negated(0.4)], [symptom, negated(0.4)]],
  ['there is one', [], [symptom], [symptom]],
])('of two operations each trait is kept once: %s', (_, known, more, expected) => {
  expect(mergeTraits(known, more)).toEqual(expected);
});
