import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entity } from '../../../pipeline/clinical/entities.ts';
import { turnAt } from '../../../pipeline/transcript/transcript.ts';
import { type KeptAnswer, slice, toPlan } from '../../../pipeline/clinical/extraction.ts';
import type { Operation } from '../../../pipeline/clinical/operations.ts';
import type { Transcript } from '../../../pipeline/transcript/transcript.ts';
import { answer, length, mention, merged, type ServiceEntity } from '../answers.ts';
import type { Line } from '../jobResults.ts';
import { spanOf, transcriptOf } from '../transcriptOf.ts';

const visit = transcriptOf([
  [0, 'Hello 🩺 there.'],
  [1, 'I have chest pain and a cough. The cough is new.'],
]);

describe('offsets that do not read as they say', () => {
  const shifted = (words: string, by: number) => {
    const found = mention(visit, words);
    return { ...found, BeginOffset: (found.BeginOffset ?? 0) + by, EndOffset: (found.EndOffset ?? 0) + by };
  };

  test.each<[string, ServiceEntity]>([
    ['counted in UTF-16 units', shifted('chest pain', 1)],
    ['beyond the end', shifted('chest pain', 1000)],
    ['before the beginning', shifted('chest pain', -1000)],
    ['absent', { Text: 'chest pain', Category: 'MEDICAL_CONDITION' }],
  ])('%s, are looked up when the words are there once', async (_, entity) => {
    const { entities, coverage } = await merged(visit, answer(visit, 'InferICD10CM', [entity]));
    expect(entities).toMatchObject([spanOf(visit, 'chest pain')]);
    expect(coverage.complete).toBe(true);
  });

  test.each<[string, ServiceEntity]>([
    ['words that are there twice', shifted('cough', 1)],
    ['words that are nowhere', { ...shifted('cough', 0), Text: 'Cough' }],
    ['no words and no place', { Category: 'MEDICAL_CONDITION' }],
    ['no words and a place outside', { BeginOffset: 900, EndOffset: 905 }],
  ])('of %s are a gap over the call, never a wrong place', async (_, entity) => {
    const { entities, coverage, unplaced } = await merged(visit, answer(visit, 'InferICD10CM', [entity]));
    expect(entities).toEqual([]);
    expect(unplaced).toMatchObject([{ operation: 'InferICD10CM', n: 1, text: entity.Text ?? null }]);
    expect(coverage).toEqual({
      complete: false,
      gaps: [{ operation: 'InferICD10CM', begin: 0, end: length(visit), error: 'OffsetMismatch' }],
    });
  });

  test('that lose several entities are one gap, and every entity is kept with its codes', async () => {
    const lost = { ...shifted('cough', 1), ICD10CMConcepts: [{ Code: 'R05.9', Description: 'Cough', Score: 0.9 }] };
    const { coverage, unplaced } = await merged(visit, answer(visit, 'InferICD10CM', [lost, lost]));
    expect(coverage.gaps).toHaveLength(1);
    expect(unplaced).toHaveLength(2);
    expect(unplaced?.[0]?.codes).toMatchObject([{ system: 'ICD-10-CM', code: 'R05.9', rank: 1 }]);
  });

  test('are looked up in the text of their own call only', async () => {
    const from = spanOf(visit, 'The cough').begin;
    const lost = { ...mention(visit, 'cough', {}, 2, from), BeginOffset: 0, EndOffset: 5 };
    const { entities } = await merged(visit, answer(visit, 'InferICD10CM', [lost], { n: 2, begin: from }));
    expect(entities).toMatchObject([spanOf(visit, 'cough', 2)]);
  });

  test('may not reach into the text of another call', async () => {
    const until = spanOf(visit, ' pain').begin;
    const { entities } = await merged(
      visit,
      answer(visit, 'InferICD10CM', [mention(visit, 'chest pain')], { end: until }),
    );
    expect(entities).toEqual([]);
  });

  test('nor may they begin before it', async () => {
    const from = spanOf(visit, 'pain').begin;
    const before = mention(visit, 'chest pain', {}, 1, from);
    const { entities, coverage } = await merged(visit, answer(visit, 'InferICD10CM', [before], { n: 2, begin: from }));
    expect(entities).toEqual([]);
    expect(coverage.complete).toBe(false);
  });
});

describe('for any dialogue, cuts and order of answers', () => {
  const sentence = fc
    .array(fc.constantFrom('pain', '🩺', 'no', 'e\u0301te\u0301', '𝒜spirin', 'cough.', 'rash?'), {
      minLength: 1,
      maxLength: 8,
    })
    .map((words) => words.join(' '));
  const dialogue = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), sentence), { minLength: 1, maxLength: 8 });
  const operations = fc.constantFrom<Operation>('DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm', 'InferSNOMEDCT');

  /** A service that finds every word, in calls of any length that cut between words or within them. */
  function answersTo(transcript: Transcript, operation: Operation, cuts: readonly number[]): KeptAnswer[] {
    const end = length(transcript);
    const borders = [0, ...cuts.map((cut) => cut % end).toSorted((a, b) => a - b), end];
    return borders.slice(1).flatMap((until, index) => {
      const begin = borders[index] ?? 0;
      const words = transcript.turns
        .flatMap((turn) => turn.words)
        .filter((word) => word[0] >= begin && word[1] <= until);
      const entities = words.map((word) => ({
        BeginOffset: word[0] - begin,
        EndOffset: word[1] - begin,
        Text: slice(transcript.text, { begin: word[0], end: word[1] }),
        Category: 'MEDICAL_CONDITION',
      }));
      return begin === until ? [] : [answer(transcript, operation, entities, { n: index + 1, begin, end: until })];
    });
  }

  test('every text is exactly the code points of its span, and lies in its turn', async () => {
    await fc.assert(
      fc.asyncProperty(dialogue, operations, fc.array(fc.nat(), { maxLength: 4 }), async (lines, operation, cuts) => {
        const transcript = transcriptOf(lines);
        const { entities, coverage } = await merged(transcript, ...answersTo(transcript, operation, cuts));
        expect(coverage.complete).toBe(true);
        for (const entity of entities) expect(slice(transcript.text, entity)).toBe(entity.text);
        for (const entity of entities) expect(turnAt(transcript.turns, entity.begin).index).toBe(entity.turn);
        expect(new Set(entities.map(({ id }) => id)).size).toBe(entities.length);
      }),
    );
  });

  test('the order in which answers arrive changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        dialogue,
        fc.array(fc.nat(), { maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        async (lines, cuts, order) => {
          const transcript = transcriptOf(lines);
          const answers = (['InferRxNorm', 'DetectEntitiesV2', 'InferICD10CM'] as const).flatMap((operation) =>
            answersTo(transcript, operation, cuts),
          );
          const shuffled = answers
            .map((item) => ({ item, at: order.next().value ?? 0 }))
            .toSorted((a, b) => a.at - b.at);
          const entitiesOf = async (list: KeptAnswer[]): Promise<Entity[]> =>
            (await merged(transcript, ...list)).entities;
          expect(await entitiesOf(shuffled.map(({ item }) => item))).toEqual(await entitiesOf(answers));
        },
      ),
    );
  });
});

test('four hours of talk: every entity of every call of the plan is where its words are', async () => {
  const said = [
    'It hurts 🩺 here, été, and',
    '𝒜spirin did not help my cough. No',
    'e\u0301te\u0301 🙂 rash? I feel',
    'so tired.',
  ];
  const lines = Array.from({ length: 2_400 }, (_, turn): Line => [turn % 2, said.slice(turn % 3).join(' ')]);
  const transcript = transcriptOf(lines);
  expect(transcript.quality.words).toBeGreaterThan(30_000);
  const points = Array.from(transcript.text);
  const read = ({ begin, end }: { begin: number; end: number }) => points.slice(begin, end).join('');
  const plan = toPlan(transcript, ['DetectEntitiesV2', 'InferICD10CM']);
  expect(plan.length).toBeGreaterThan(20);
  const words = transcript.turns.flatMap((turn) => turn.words).filter((_, index) => index % 7 === 0);
  const answers = plan.map((item) => {
    const own = words.filter(([begin, end]) => begin >= item.begin && end <= item.end);
    const found = own.map(([begin, end]) => ({
      BeginOffset: begin - item.begin,
      EndOffset: end - item.begin,
      Text: read({ begin, end }),
      Category: 'MEDICAL_CONDITION',
    }));
    return answer(transcript, item.operation, found, item);
  });
  const { entities, coverage } = await merged(transcript, ...answers);
  expect(coverage.complete).toBe(true);
  expect(entities).toHaveLength(words.length);
  expect(entities.filter((entity) => read(entity) !== entity.text)).toEqual([]);
});
