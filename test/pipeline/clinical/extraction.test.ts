import { describe, expect, test } from 'vitest';
import {
  cutAgain,
  joinAnswers,
  type KeptAnswer,
  type PlanItem,
  slice,
  toPlan,
  units,
} from '../../../pipeline/clinical/extraction.ts';
import { operationNames, operations } from '../../../pipeline/clinical/operations.ts';
import { transcriptOf } from '../transcriptOf.ts';

const visit = transcriptOf([
  [0, 'Hello 🩺 there.'],
  [1, 'I have chest pain and a cough. The cough is new.'],
]);

describe('the plan', () => {
  const long = transcriptOf(Array.from({ length: 600 }, (_, n) => [n % 2, 'Yes, the naïve pain is in my knee.']));

  test.each(operationNames)('of %s covers the text once, each call within its limit', (operation) => {
    const plan = toPlan(long, [operation]);
    expect(plan.map((item) => slice(long.text, item)).join('')).toBe(long.text);
    for (const item of plan) {
      expect(new TextEncoder().encode(slice(long.text, item)).length).toBeLessThanOrEqual(operations[operation].bytes);
    }
    expect(plan.map((item) => item.n)).toEqual(plan.map((_, index) => index + 1));
    expect(plan.length).toBeGreaterThan(1);
  });

  test('of several operations counts the calls of each', () => {
    const plan = toPlan(visit, ['InferRxNorm', 'InferICD10CM']);
    expect(plan.map(({ operation, n }) => `${operation}-${n}`)).toEqual(['InferRxNorm-1', 'InferICD10CM-1']);
  });

  test('of silence has no call, nor has one without operations', () => {
    expect(toPlan(transcriptOf([]), ['InferICD10CM'])).toEqual([]);
    expect(toPlan(visit, [])).toEqual([]);
  });
});

test.each([
  [1, 1],
  [100, 1],
  [101, 2],
])('%i characters are %i units', (characters, expected) => {
  expect(units({ begin: 50, end: 50 + characters })).toBe(expected);
});

describe('a call that was too long', () => {
  const item: PlanItem = { operation: 'InferRxNorm', n: 3, begin: 1_000, end: 1_600 };

  test('is cut into calls of the same name that cover it', () => {
    const text = 'My 🩺 knee. '.repeat(50);
    const parts = cutAgain(text, { ...item, end: item.begin + Array.from(text).length }) ?? [];
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map((part) => slice(text, { begin: part.begin - 1_000, end: part.end - 1_000 })).join('')).toBe(text);
    for (const { operation, n } of parts) expect({ operation, n }).toEqual({ operation: 'InferRxNorm', n: 3 });
  });

  test.each([
    ['500 bytes', 'x'.repeat(500), false],
    ['501 bytes', 'x'.repeat(501), true],
    ['few characters of many bytes', '🩺'.repeat(126), true],
  ])('of %s is cut again: %j', (_, text, isCut) => {
    expect(cutAgain(text, item) !== undefined).toBe(isCut);
  });

  const part = (begin: number, end: number, response: KeptAnswer['response']): KeptAnswer => ({
    ...item,
    begin,
    end,
    textSha256: '',
    response,
  });
  const medicine = { BeginOffset: 2, EndOffset: 6, Attributes: [{ BeginOffset: 7, EndOffset: 9 }] };

  test('is answered as one, with offsets from where it begins, those of attributes too', () => {
    const parts = [
      part(1_000, 1_300, { Entities: [medicine], ModelVersion: '3' }),
      part(1_300, 1_600, { Entities: [medicine] }),
    ];
    const { response, calls } = joinAnswers(item, parts);
    expect(response).toMatchObject({
      ModelVersion: '3',
      Entities: [medicine, { BeginOffset: 302, EndOffset: 306, Attributes: [{ BeginOffset: 307, EndOffset: 309 }] }],
    });
    expect(calls).toEqual([
      { begin: 1_000, end: 1_300 },
      { begin: 1_300, end: 1_600 },
    ]);
  });

  test('has the attributes that its parts could not tie, where they stand', () => {
    const dose = { Type: 'MEDICATION', Attribute: { Type: 'DOSAGE', BeginOffset: 2, EndOffset: 6, Text: '5 mg' } };
    const parts = [
      part(1_000, 1_300, { UnmappedAttributes: [dose] }),
      part(1_300, 1_600, { UnmappedAttributes: [dose, {}] }),
    ];
    expect(joinAnswers(item, parts).response.UnmappedAttributes).toMatchObject([
      { Type: 'MEDICATION', Attribute: { BeginOffset: 2, EndOffset: 6 } },
      { Attribute: { Type: 'DOSAGE', BeginOffset: 302, EndOffset: 306, Text: '5 mg' } },
      {},
    ]);
  });

  test('is cut short when one of its parts is, and counts the calls of a part that was cut itself', () => {
    const halves = [
      { begin: 1_000, end: 1_150 },
      { begin: 1_150, end: 1_300 },
    ];
    const parts = [{ ...part(1_000, 1_300, {}), calls: halves }, part(1_300, 1_600, { PaginationToken: 'more' })];
    const joined = joinAnswers(item, parts);
    expect(joined.response.PaginationToken).toBe('more');
    expect(joined.calls).toEqual([...halves, { begin: 1_300, end: 1_600 }]);
  });
});
