import { expect, test } from 'vitest';
import { type Place, placeOf } from '../../../../pipeline/clinical/assertion/place.ts';
import { marked, onAndOn } from '../../marked.ts';

function placeIn(line: string): Place {
  const { transcript, found } = marked(line);
  const [turn, mention] = [transcript.turns[found[0]?.turn ?? -1], found[0]];
  if (!turn || !mention) throw new Error('nothing is marked');
  return placeOf(turn, mention);
}

test.each<[string, Partial<Place>]>([
  ['P: I have [asthma] now.', { ahead: 'I have ', before: 'I have ', after: ' now.', index: 0 }],
  ['P: It hurt, but no [fever] so far.', { ahead: 'It hurt, but no ', before: 'but no ' }],
  ['P: No [fever] but I cough.', { before: 'No ', after: '' }],
  ['P: It hurts; a [fever]; no cough.', { before: 'a ', after: '' }],
  ['P: I cough and I have a [fever] and a rash.', { before: 'and I have a ', after: ' and a rash.' }],
  ['P: I cough and a [fever] came.', { before: 'I cough and a ' }],
  ['P: It hurts – a [fever] – at night.', { before: 'a ', after: '' }],
  ['P: It is 37.5 with [fever].', { before: 'It is 37.5 with ' }],
  ['P: One. Two. A [fever]. Four.', { previous: 'Two.', next: 'Four.', index: 2 }],
  ['P: One. A [fever].', { previous: 'One.', next: '', index: 1 }],
  ['P: [Fever]', { ahead: '', before: '', after: '', previous: '', next: '', index: 0 }],
  ['P: 🤒🤒. 🤒 [𝒻ever] 🤧.', { before: '🤒 ', after: ' 🤧.', previous: '🤒🤒.' }],
])('%s', (line, expected) => expect(placeIn(line)).toMatchObject(expected));

test('without a mark it is not all of the turn', () => {
  const { ahead, after } = placeIn(`P: ${onAndOn(500, 500)}`);
  expect([ahead, after.length > 100, after.length < 400]).toEqual(['the ', true, true]);
});

test('what stands over the end of its sentence has nothing after it', () => {
  expect(placeIn('P: No [fever. Cough] is bad.')).toMatchObject({ before: 'No ', after: '' });
});
