import { expect, test } from 'vitest';
import { toOverlaps } from '../../../pipeline/clinical/overlaps.ts';
import { toConsultation } from '../../../pipeline/clinical/consultation.ts';
import { hear } from '../../../pipeline/clinical/assertion/hear.ts';
import { answer, mention, merged } from '../answers.ts';
import { entityOf } from '../entityOf.ts';
import { marked } from '../marked.ts';
import { transcriptOf } from '../transcriptOf.ts';

const talk = 'I have a headache and a fever with a sharp chest pain, and take ramipril 5 mg and aspirin.';

/** Where some words stand, with the code that the service gives them. */
function entity(words: string, code?: string, kind = { category: 'MEDICAL_CONDITION', type: 'DX_NAME' }) {
  const begin = talk.indexOf(words);
  if (begin < 0) throw new Error(`nobody says "${words}"`);
  const codes =
    code === undefined
      ? []
      : [{ system: 'ICD-10-CM' as const, code, description: '', score: 0.9, rank: 1, billable: null }];
  return entityOf({ ...kind, begin, end: begin + words.length, text: words, codes });
}
const medicine = { category: 'MEDICATION', type: 'GENERIC_NAME' };
const anatomy = { category: 'ANATOMY', type: 'SYSTEM_ORGAN_SITE' };
type Given = ReturnType<typeof entity>;

function same(...given: Given[]) {
  return [...toOverlaps(given).same].map(([one, other]) => `${one.text} = ${other.text}`).sort();
}

test.each<[string, Given[], string[]]>([
  ['fewer words of the same', [entity('chest pain'), entity('pain')], ['pain = chest pain']],
  [
    'the wider one without a code',
    [entity('sharp chest pain'), entity('chest pain', 'R07.9')],
    ['sharp chest pain = chest pain'],
  ],
  ['a vague code inside', [entity('chest pain', 'R07.9'), entity('pain', 'R52')], ['pain = chest pain']],
  [
    'codes of one category',
    [entity('sharp chest pain', 'R07.89'), entity('chest pain', 'R07.9')],
    ['chest pain = sharp chest pain'],
  ],
  ['codes of two things', [entity('sharp chest pain', 'R07.9'), entity('sharp', 'S61.4')], []],
  [
    'a medicine with its strength',
    [entity('ramipril 5 mg', undefined, medicine), entity('ramipril', undefined, medicine)],
    ['ramipril = ramipril 5 mg'],
  ],
  [
    'another kind',
    [entity('chest pain'), entity('chest', undefined, anatomy), entity('pain', undefined, medicine)],
    [],
  ],
  ['the same words', [entity('fever'), entity('fever')], []],
  ['words that only touch', [entity('headache '), entity('and')], []],
  [
    'three in each other',
    [entity('a sharp chest pain'), entity('chest pain', 'R07.9'), entity('pain')],
    ['a sharp chest pain = chest pain', 'pain = a sharp chest pain'],
  ],
])('%s', (_, given, expected) => {
  expect(same(...given)).toEqual(expected);
  expect(same(...given.toReversed())).toEqual(expected);
});

test('what joins several that are there is a list of them, and the same as none', () => {
  const list = entity('headache and a fever', 'R51.9');
  const given = [list, entity('headache', 'R51.9'), entity('fever', 'R50.9')];
  expect(toOverlaps(given).lists).toEqual(new Set([list]));
  expect(toOverlaps(given).same.size).toBe(0);
});

test('what joins one that is there with one that is not stays', () => {
  const { lists, same: one } = toOverlaps([entity('headache and a fever'), entity('headache', 'R51.9')]);
  expect([lists.size, one.size]).toEqual([0, 0]);
});

test('the record has each thing of a list once, and the list not at all', async () => {
  const transcript = transcriptOf([[1, 'I have a headache and a fever.']]);
  const coded = (words: string, code: string) => ({
    ...mention(transcript, words),
    ICD10CMConcepts: [{ Code: code, Description: words, Score: 0.9 }],
  });
  const entities = await merged(
    transcript,
    answer(transcript, 'DetectEntitiesV2', [mention(transcript, 'headache and a fever')]),
    answer(transcript, 'InferICD10CM', [coded('headache', 'R51.9'), coded('fever', 'R50.9')]),
  );
  const { problems } = toConsultation(transcript, entities, { coded: true, icd10cm: null });
  expect(entities.entities).toHaveLength(3);
  expect(problems.map(({ label }) => label)).toEqual(['headache', 'fever']);
});

test('a list is heard as no finding, so that its words say nothing of the things in it', () => {
  const { transcript, found } = marked('P: I have a [headache] and a [fever].');
  const [headache, fever] = found;
  if (!headache || !fever) throw new Error('nothing is marked');
  const list = { ...headache, end: fever.end, text: 'headache and a fever' };
  expect(hear(transcript, [headache, list, fever]).map((one) => one !== undefined)).toEqual([true, false, true]);
});
