import { expect, test } from 'vitest';
import { isBy } from '../../../../../pipeline/clinical/assertion/rules/stated.ts';
import { statedIn } from '../../../marked.ts';

test.each<[string, object]>([
  ['P: I have [asthma] now.', { words: 'asthma', ahead: 'I have ', before: 'I have ', after: ' now.', rest: ' now.' }],
  ['P: I cough but no [fever] came.', { ahead: 'I cough but no ', before: ' no ', after: ' came.' }],
  ['P: No [fever] but I cough.', { before: 'No ', after: ' ', rest: ' but I cough.' }],
  ['P: It hurts and I have [fever].', { before: 'and I have ' }],
  ['P: It hurts; no [fever].', { before: ' no ' }],
  ['P: It was 37.5. A [fever] came.', { ahead: 'A ', rest: ' came.' }],
  [
    'P: I was afraid it might be / C: Mm. / P: [cancer].',
    { ahead: 'I was afraid it might be ', before: 'I was afraid it might be ' },
  ],
  ['P: I was afraid. / C: Mm. / P: [Cancer].', { ahead: '', before: '' }],
  ['P: 🤒 [𝒻ever] 🤧.', { words: '𝒻ever', before: '🤒 ', rest: ' 🤧.' }],
])('%s', (dialogue, expected) => expect(statedIn(dialogue)).toMatchObject(expected));

test.each([
  ['C: [Fever].', true],
  ['U: [Fever].', true],
  ['P: [Fever].', false],
])('%s is said by a clinician or by nobody knows whom: %s', (line, expected) => {
  expect(isBy(statedIn(line), 'clinician', 'unknown')).toBe(expected);
});

test('a trait is there or not', () => {
  const { has } = statedIn('P: [Fever].', ['NEGATION']);
  expect([has('NEGATION'), has('FUTURE')]).toEqual([true, false]);
});
