import { describe, expect, test } from 'vitest';
import { formatCodeTable, parseCodeTable } from '../../../pipeline/clinical/icd10cm.ts';
import { toEntities } from '../../../pipeline/clinical/merge.ts';
import { sha256 } from '../../../pipeline/digest.ts';
import { answer, length, mention, merged, type ServiceEntity } from '../answers.ts';
import { spanOf, transcriptOf } from '../transcriptOf.ts';
import { byRules } from '../byRules.ts';

const visit = transcriptOf([
  [0, 'Hello 🩺 there.'],
  [1, 'I have chest pain and a cough. The cough is new.'],
]);

describe('an entity', () => {
  test('is named after what it is, and has its place in turn and time, and what was found', async () => {
    const { entities, ...rest } = await merged(
      visit,
      answer(visit, 'InferICD10CM', [
        mention(visit, 'chest pain', {
          Traits: [{ Name: 'SYMPTOM', Score: 0.8 }],
          ICD10CMConcepts: [{ Code: 'R07.9', Description: 'Chest pain, unspecified', Score: 0.7 }],
        }),
      ]),
    );
    expect(entities).toEqual([
      {
        id: 'medical_condition:22-32',
        ...spanOf(visit, 'chest pain'),
        category: 'MEDICAL_CONDITION',
        type: 'DX_NAME',
        score: 0.9,
        turn: 1,
        speaker: 'spk_1',
        role: 'patient',
        startMs: 2200,
        endMs: 2650,
        assertion: {
          status: 'present',
          said: 'present',
          traits: [{ name: 'SYMPTOM', score: 0.8 }],
          reason: 'stated',
          relative: null,
          decidedBy: null,
          toCheck: null,
        },
        attributes: [],
        codes: [
          {
            system: 'ICD-10-CM',
            code: 'R07.9',
            description: 'Chest pain, unspecified',
            score: 0.7,
            rank: 1,
            billable: null,
          },
        ],
      },
    ]);
    expect(rest).toEqual({
      schema: 'medzen.entities/2',
      recordingId: visit.recordingId,
      textSha256: await sha256(visit.text),
      engine: { name: 'comprehend-medical', operations: { InferICD10CM: { modelVersion: '3.0', calls: 1, units: 1 } } },
      unmapped: [],
      coverage: { complete: true, gaps: [] },
    });
  });

  test('of a later call stands where it stands in the whole text', async () => {
    const from = spanOf(visit, 'I have').begin;
    const later = answer(visit, 'InferICD10CM', [mention(visit, 'cough', {}, 2, from)], { n: 2, begin: from });
    const [entity] = (await merged(visit, later)).entities;
    expect(entity).toMatchObject(spanOf(visit, 'cough', 2));
  });

  test('that several operations found is one, with the codes of all', async () => {
    const span = mention(visit, 'chest pain', { Id: 7 } as ServiceEntity);
    const { entities } = await merged(
      visit,
      answer(visit, 'InferSNOMEDCT', [
        {
          ...span,
          Id: 1,
          SNOMEDCTConcepts: [{ Code: '29857009', Description: 'Chest pain', Score: 0.6 }],
        } as ServiceEntity,
      ]),
      answer(visit, 'DetectEntitiesV2', [{ ...span, Score: 0.95, Traits: [{ Name: 'SYMPTOM', Score: 0.5 }] }]),
      answer(visit, 'InferICD10CM', [
        {
          ...span,
          Traits: [
            { Name: 'SYMPTOM', Score: 0.9 },
            { Name: 'LOW_CONFIDENCE', Score: 0.5 },
          ],
          ICD10CMConcepts: [{ Code: 'R07.9', Description: 'Chest pain', Score: 0.7 }],
        },
      ]),
    );
    expect(entities).toHaveLength(1);
    expect(entities[0]).toMatchObject({
      score: 0.95,
      assertion: {
        traits: [
          { name: 'SYMPTOM', score: 0.9 },
          { name: 'LOW_CONFIDENCE', score: 0.5 },
        ],
      },
    });
    expect(entities[0]?.codes.map(({ system, code }) => `${system} ${code}`)).toEqual([
      'ICD-10-CM R07.9',
      'SNOMED-CT 29857009',
    ]);
  });

  test('is not joined by an id: the ids of two calls collide', async () => {
    const one = answer(visit, 'InferICD10CM', [{ ...mention(visit, 'chest pain'), Id: 0 } as ServiceEntity]);
    const two = answer(visit, 'InferRxNorm', [{ ...mention(visit, 'cough'), Id: 0 } as ServiceEntity]);
    const { entities } = await merged(visit, one, two);
    expect(entities.map(({ text }) => text)).toEqual(['chest pain', 'cough']);
    expect(new Set(entities.map(({ id }) => id)).size).toBe(2);
  });

  test('of another category at the same span is another entity', async () => {
    const span = mention(visit, 'chest');
    const { entities } = await merged(
      visit,
      answer(visit, 'DetectEntitiesV2', [span, { ...span, Category: 'ANATOMY' }]),
    );
    expect(entities.map((entity) => entity.category)).toEqual(['ANATOMY', 'MEDICAL_CONDITION']);
    expect(new Set(entities.map(({ id }) => id)).size).toBe(2);
  });

  test('that is a time is one, whichever category an operation gives it', async () => {
    const span = mention(visit, 'chest');
    const { entities } = await merged(
      visit,
      answer(visit, 'DetectEntitiesV2', [{ ...span, Category: 'TIME_EXPRESSION', Type: 'TIME_TO_DX_NAME' }]),
      answer(visit, 'InferICD10CM', [{ ...span, Type: 'TIME_EXPRESSION', ICD10CMConcepts: [] }]),
    );
    expect(entities.map(({ category, type }) => [category, type])).toEqual([['TIME_EXPRESSION', 'TIME_TO_DX_NAME']]);
  });

  test('that is negated is absent and keeps its codes', async () => {
    const negated = mention(visit, 'cough', {
      Traits: [
        { Name: 'SYMPTOM', Score: 0.9 },
        { Name: 'NEGATION', Score: 0.9 },
      ],
      ICD10CMConcepts: [{ Code: 'R05.9', Description: 'Cough, unspecified', Score: 0.9 }],
    });
    const { entities } = await merged(visit, answer(visit, 'InferICD10CM', [negated]));
    expect(entities[0]).toMatchObject({ assertion: { status: 'absent' }, codes: [{ code: 'R05.9' }] });
  });

  test('has its codes best first, whatever order the service gave', async () => {
    const concepts = [0.2, 0.9, 0.5].map((Score) => ({ Code: `C${Score}`, Description: '', Score }));
    const { entities } = await merged(
      visit,
      answer(visit, 'InferRxNorm', [mention(visit, 'cough', { RxNormConcepts: concepts })]),
    );
    expect(entities[0]?.codes.map(({ code, rank, billable }) => [code, rank, billable])).toEqual([
      ['C0.9', 1, null],
      ['C0.5', 2, null],
      ['C0.2', 3, null],
    ]);
  });

  test('has each code once with its best score, when a span or a list says it twice', async () => {
    const concept = (Code: string, Score: number) => ({ Code, Description: '', Score });
    const twice = mention(visit, 'cough', { ICD10CMConcepts: [concept('R05.9', 0.4), concept('R05.1', 0.6)] });
    const again = mention(visit, 'cough', { ICD10CMConcepts: [concept('R05.9', 0.8), concept('R05.9', 0.3)] });
    const { entities } = await merged(visit, answer(visit, 'InferICD10CM', [twice, again]));
    expect(entities[0]?.codes.map(({ code, score, rank }) => [code, score, rank])).toEqual([
      ['R05.9', 0.8, 1],
      ['R05.1', 0.6, 2],
    ]);
  });

  test.each<[string, ServiceEntity]>([
    ['empty lists', { Attributes: [], Traits: [], ICD10CMConcepts: [], RxNormConcepts: [] }],
    ['absent lists', {}],
    ['a concept without a code', { ICD10CMConcepts: [{ Description: 'nothing fits', Score: 0.1 }] }],
  ])('with %s has none of them', async (_, more) => {
    const { entities, coverage } = await merged(visit, answer(visit, 'InferICD10CM', [mention(visit, 'cough', more)]));
    expect(entities[0]).toMatchObject({ attributes: [], codes: [], assertion: { traits: [] } });
    expect(coverage.complete).toBe(true);
  });
});

test('with a code table each ICD-10-CM code says whether it may be billed', async () => {
  const table = parseCodeTable(
    formatCodeTable('FY2031', [
      { code: 'R07', billable: false, description: 'Pain in throat and chest' },
      { code: 'R07.9', billable: true, description: 'Chest pain, unspecified' },
    ]),
  );
  const concepts = ['R07.9', 'R07', 'R07.99'].map((Code) => ({ Code, Description: '', Score: 0.5 }));
  const found = mention(visit, 'chest pain', { ICD10CMConcepts: concepts, SNOMEDCTConcepts: concepts.slice(0, 1) });
  const { entities } = await toEntities(visit, [answer(visit, 'InferICD10CM', [found])], [], table, byRules);
  expect(entities[0]?.codes.map(({ code, billable }) => [code, billable])).toEqual([
    ['R07.9', true],
    ['R07', false],
    ['R07.99', null],
    ['R07.9', null],
  ]);
});

describe('an attribute', () => {
  const dose = transcriptOf([[1, 'I take ramipril 5 mg. Also 5 mg of nothing.']]);
  const attribute = { ...mention(dose, '5 mg'), Type: 'DOSAGE', RelationshipScore: 1, RelationshipType: 'DOSAGE' };

  test('stands on the whole text, once, with what relates it', async () => {
    const found = mention(dose, 'ramipril', { Category: 'MEDICATION', Attributes: [attribute] });
    const { entities } = await merged(
      dose,
      answer(dose, 'DetectEntitiesV2', [found]),
      answer(dose, 'InferRxNorm', [found]),
    );
    expect(entities[0]?.attributes).toEqual([
      {
        type: 'DOSAGE',
        ...spanOf(dose, '5 mg'),
        score: 0.9,
        relationshipType: 'DOSAGE',
        relationshipScore: 1,
        traits: [],
      },
    ]);
  });

  test('without a relationship has none', async () => {
    const { RelationshipScore: _, RelationshipType: __, ...bare } = attribute;
    const { entities } = await merged(
      dose,
      answer(dose, 'InferRxNorm', [mention(dose, 'ramipril', { Attributes: [bare] })]),
    );
    expect(entities[0]?.attributes[0]).toMatchObject({ relationshipType: null, relationshipScore: null });
  });

  test('that cannot be placed is a gap; its entity stays', async () => {
    const lost = { ...attribute, BeginOffset: 0, EndOffset: 4 };
    const { entities, coverage } = await merged(
      dose,
      answer(dose, 'InferRxNorm', [mention(dose, 'ramipril', { Attributes: [lost] })]),
    );
    expect(entities).toMatchObject([{ text: 'ramipril', attributes: [] }]);
    expect(coverage.gaps).toMatchObject([{ operation: 'InferRxNorm', error: 'OffsetMismatch' }]);
  });
});

describe('coverage', () => {
  test('is incomplete when a call failed, and when the service cut its answer', async () => {
    const gap = { operation: 'InferRxNorm', begin: 0, end: 10, error: 'Throttled' } as const;
    const whole = answer(visit, 'InferICD10CM', [mention(visit, 'cough')]);
    const cut = { ...whole, response: { ...whole.response, PaginationToken: 'more' } };
    const { coverage, entities } = await toEntities(visit, [cut], [gap], undefined, byRules);
    expect(entities).toHaveLength(1);
    expect(coverage).toEqual({
      complete: false,
      gaps: [gap, { operation: 'InferICD10CM', begin: 0, end: length(visit), error: 'AnswerTruncated' }],
    });
  });

  test('is complete for an answer that found nothing', async () => {
    expect((await merged(visit, answer(visit, 'InferICD10CM', []))).coverage.complete).toBe(true);
  });
});

test('calls and units are summed for each operation', async () => {
  const middle = spanOf(visit, 'I have').begin;
  const { engine } = await merged(
    visit,
    answer(visit, 'InferRxNorm', [], { end: middle }),
    answer(visit, 'InferRxNorm', [], { n: 2, begin: middle }),
    answer(visit, 'InferICD10CM', []),
  );
  expect(engine.operations).toEqual({
    InferRxNorm: { modelVersion: '3.0', calls: 2, units: 2 },
    InferICD10CM: { modelVersion: '3.0', calls: 1, units: 1 },
  });
});

describe('an attribute that the service could not tie to an entity', () => {
  const attribute = (words: string, more: object = {}) => {
    const { begin, end, text } = spanOf(visit, words);
    return { Type: 'QUALITY', Score: 0.7, BeginOffset: begin, EndOffset: end, Text: text, ...more };
  };
  const unmapped = async (...attributes: object[]) => {
    const kept = answer(visit, 'DetectEntitiesV2', []);
    kept.response.UnmappedAttributes = attributes.map((Attribute) => ({ Type: 'MEDICAL_CONDITION', Attribute }));
    return merged(visit, kept);
  };

  test('is kept at its place, in text order, each once', async () => {
    const found = await unmapped(attribute('new'), attribute('chest'), attribute('new'));
    expect(found.unmapped).toEqual([
      { type: 'QUALITY', ...spanOf(visit, 'chest'), score: 0.7 },
      { type: 'QUALITY', ...spanOf(visit, 'new'), score: 0.7 },
    ]);
    expect(found.coverage.complete).toBe(true);
  });

  test('is a gap where its offsets and its text contradict each other', async () => {
    const found = await unmapped(attribute('new', { BeginOffset: 0, EndOffset: 3, Text: 'wheeze' }));
    expect(found.unmapped).toEqual([]);
    expect(found.coverage.gaps).toMatchObject([{ operation: 'DetectEntitiesV2', error: 'OffsetMismatch' }]);
  });

  test('is not listed twice where another operation ties it', async () => {
    const first = answer(visit, 'DetectEntitiesV2', []);
    first.response.UnmappedAttributes = [{ Type: 'MEDICAL_CONDITION', Attribute: attribute('new') }];
    const tied = mention(visit, 'cough', { Attributes: [attribute('new')] }, 2);
    const found = await merged(visit, first, answer(visit, 'InferICD10CM', [tied]));
    expect(found.unmapped).toEqual([]);
    expect(found.entities[0]?.attributes).toMatchObject([{ type: 'QUALITY', text: 'new' }]);
  });
});
