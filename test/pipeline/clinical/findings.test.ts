import { describe, expect, test } from 'vitest';
import { toConsultation } from '../../../pipeline/clinical/consultation.ts';
import type { KeptAnswer, ServiceAnswer } from '../../../pipeline/clinical/extraction.ts';
import { toEntities } from '../../../pipeline/clinical/merge.ts';
import { formatCodeTable, parseCodeTable } from '../../../pipeline/clinical/icd10cm.ts';
import type { Line } from '../jobResults.ts';
import { spanOf, transcriptOf } from '../transcriptOf.ts';

type ServiceEntity = NonNullable<ServiceAnswer['Entities']>[number];

/** A consultation in which the service found the words in brackets: `[ramipril]`, `[5 mg|DOSAGE]` is of the one before. */
async function consult(
  lines: readonly string[],
  { category = 'MEDICATION', type = 'GENERIC_NAME', codes = {}, table = false } = {},
) {
  const said = lines.map(
    (line): Line => [line.startsWith('C:') ? 0 : 1, line.slice(3).replaceAll(/\[([^|\]]+)[^\]]*\]/g, '$1')],
  );
  const transcript = transcriptOf(said);
  const entities: ServiceEntity[] = [];
  const seen = new Map<string, number>();
  for (const [, words = '', kind] of lines.join('\n').matchAll(/\[([^|\]]+)(?:\|(\w+))?\]/g)) {
    const nth = (seen.get(words) ?? 0) + 1;
    seen.set(words, nth);
    const { begin, end, text } = spanOf(transcript, words, nth);
    const span = { BeginOffset: begin, EndOffset: end, Text: text, Score: 0.9 };
    if (kind)
      entities.at(-1)?.Attributes?.push({ ...span, Type: kind, RelationshipType: kind, RelationshipScore: 0.9 });
    else {
      const given = (codes as Record<string, string | string[]>)[words];
      const code = Array.isArray(given) ? given[nth - 1] : given;
      const concepts = code ? { ICD10CMConcepts: [{ Code: code, Description: words, Score: 0.9 }] } : {};
      entities.push({ ...span, Category: category, Type: type, Attributes: [], ...concepts });
    }
  }
  const end = Array.from(transcript.text).length;
  const answer: KeptAnswer = {
    operation: 'InferRxNorm',
    n: 1,
    begin: 0,
    end,
    textSha256: '',
    response: { Entities: entities },
  };
  const codeTable = table ? parseCodeTable(formatCodeTable('FY2026', rows)) : undefined;
  return toConsultation(transcript, await toEntities(transcript, [answer], [], codeTable), {
    coded: true,
    icd10cm: codeTable?.release ?? null,
  });
}

const rows = [
  { code: 'R05', billable: false, description: 'Cough' },
  { code: 'R05.9', billable: true, description: 'Cough, unspecified' },
];

describe('a medicine', () => {
  test('tells how it is taken, every distinct value in the order in which it was said', async () => {
    const { medications } = await consult([
      'P: I take [ramipril] [5 mg|DOSAGE] [every morning|FREQUENCY].',
      "C: Then we'll go up with the [ramipril] to [10 mg|DOSAGE] [by mouth|ROUTE_OR_MODE].",
    ]);
    expect(medications).toMatchObject([
      {
        label: 'ramipril',
        status: 'taking',
        dose: ['5 mg', '10 mg'],
        frequency: ['every morning'],
        route: ['by mouth'],
        form: [],
        duration: [],
        evidence: [{ role: 'patient' }, { role: 'clinician' }],
      },
    ]);
  });

  test.each<[string, string[], string]>([
    ['that was stopped', ['P: I was on [sertraline] but I came off it in March.'], 'stopped'],
    [
      'that was stopped, whatever the clinician says of it',
      ['P: I stopped the [sertraline].', 'C: So, the [sertraline].'],
      'stopped',
    ],
    ['that the clinician stops', ['P: I take [diclofenac] daily.', "C: Let's stop the [diclofenac]."], 'stopped'],
    ['that is taken again', ['P: I stopped the [sertraline].', 'P: Now I take [sertraline] again.'], 'taking'],
    ['that is proposed', ["C: I'll start you on [amoxicillin]."], 'planned'],
    ['that is not borne', ['C: Any allergies?', 'P: [Penicillin].'], 'allergic'],
    [
      'that is not borne, though it was taken',
      ['P: I took [penicillin] once.', 'P: I am allergic to [penicillin].'],
      'allergic',
    ],
    ['that was asked about and is taken', ['C: Are you taking [ibuprofen]?', 'P: Yes.'], 'taking'],
  ])('%s', async (_, lines, status) => {
    const { medications, possible, pastHistory } = await consult(lines);
    expect(medications).toMatchObject([{ status }]);
    expect([...possible, ...pastHistory]).toEqual([]);
  });

  test('is one whatever its strength: each has an RxNorm code of its own', async () => {
    const { medications } = await consult(["P: I'm allergic to [amoxicillin].", "C: I'll give you [amoxicillin]."], {
      codes: { amoxicillin: ['723', '308191'] },
    });
    expect(medications).toMatchObject([{ status: 'allergic', evidence: [{}, {}] }]);
  });

  test('that nobody takes is ruled out, and no medicine', async () => {
    const { medications, ruledOut } = await consult(['C: Do you take [aspirin]?', 'P: No.']);
    expect(medications).toEqual([]);
    expect(ruledOut).toMatchObject([{ label: 'aspirin' }]);
  });
});

test('a unit that does not follow its value is none of it', async () => {
  const { tests } = await consult(
    ['C: Your [glucose] was [5.6|TEST_VALUE] in May and [120|TEST_VALUE] [mg|TEST_UNIT] now.'],
    { category: 'TEST_TREATMENT_PROCEDURE', type: 'TEST_NAME' },
  );
  expect(tests[0]?.results).toMatchObject([
    { value: '5.6', unit: null },
    { value: '120', unit: 'mg' },
  ]);
});

test.each<[string, string[], object]>([
  ['to come', ["C: I'd like to arrange a [colonoscopy]."], { planned: true }],
  ['that was done', ['P: I had a [colonoscopy] on Monday.'], {}],
  ['to be done again', ['P: I had a [colonoscopy] on Monday.', "C: I'll arrange another [colonoscopy]."], {}],
])('a procedure %s says so', async (_, lines, expected) => {
  const { procedures } = await consult(lines, { category: 'TEST_TREATMENT_PROCEDURE', type: 'PROCEDURE_NAME' });
  expect(procedures).toHaveLength(1);
  expect(procedures.map(({ planned }) => (planned ? { planned } : {}))).toEqual([expected]);
});

test('what the service tags as an allergy is a problem that says so', async () => {
  const allergy = { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: 'ALLERGIES' };
  const { problems } = await consult(['P: I come up in welts from [Latex].'], allergy);
  expect(problems).toMatchObject([{ label: 'allergy: latex' }]);
});

test('what no relative has is not ruled out for the patient', async () => {
  const { ruledOut, familyHistory } = await consult(['C: Any family history of [diabetes]?', 'P: No.'], {
    category: 'MEDICAL_CONDITION',
    type: 'DX_NAME',
  });
  expect([...ruledOut, ...familyHistory]).toEqual([]);
});

test('a test has its values with their units, in time order', async () => {
  const { tests } = await consult(
    [
      'P: My [blood pressure] was [150|TEST_VALUE].',
      'C: The [blood pressure] is [120|TEST_VALUE] [millimetres|TEST_UNIT] now.',
    ],
    { category: 'TEST_TREATMENT_PROCEDURE', type: 'TEST_NAME' },
  );
  expect(tests).toMatchObject([
    {
      results: [
        { value: '150', unit: null },
        { value: '120', unit: 'millimetres' },
      ],
      evidence: [{}, {}],
    },
  ]);
  expect(tests[0]?.results[0]?.startMs).toBeLessThan(tests[0]?.results[1]?.startMs ?? 0);
});

describe('a condition', () => {
  const conditions = { category: 'MEDICAL_CONDITION', type: 'DX_NAME' };

  test('that is there and is denied is in both lists, and each says so', async () => {
    const { problems, ruledOut } = await consult(
      ['P: I have a [cough].', 'C: Any [cough] at night?', 'P: No.'],
      conditions,
    );
    expect(problems).toMatchObject([{ label: 'cough', contradictedBy: ['ruledOut'] }]);
    expect(ruledOut).toMatchObject([{ label: 'cough', contradictedBy: ['problems'] }]);
  });

  test('that is there and was considered is one finding with every mention', async () => {
    const { problems, possible } = await consult(
      ['P: I have a [cough].', 'C: The [cough] could be viral. A [cough] might stay.'],
      conditions,
    );
    expect(possible).toEqual([]);
    expect(problems[0]?.evidence).toHaveLength(3);
    expect(problems[0]).not.toHaveProperty('contradictedBy');
  });

  test.each([
    ['R05', 'more specific code needed', false],
    ['R05.9', undefined, true],
    ['Z99.99', 'not in the code table', null],
  ])('with the code %s has the hint %s', async (code, hint, billable) => {
    const { problems } = await consult(['P: I have a [cough].'], {
      ...conditions,
      codes: { cough: code },
      table: true,
    });
    expect(problems[0]?.codes[0]).toMatchObject({ code, billable });
    expect(problems[0]?.codes[0]?.hint).toBe(hint);
  });

  test('has no hint when no code table was asked', async () => {
    const { problems } = await consult(['P: I have a [cough].'], { ...conditions, codes: { cough: 'R05' } });
    expect(problems[0]?.codes[0]).not.toHaveProperty('hint');
  });

  test('asked as an allergy and answered by name is not listed beside it', async () => {
    const lines = ['C: Any [allergies]?', 'P: Latex.'];
    expect((await consult(lines, conditions)).possible).toHaveLength(1);
    const transcript = transcriptOf([
      [0, 'Any allergies?'],
      [1, 'Penicillin.'],
    ]);
    const found = (words: string, Category: string) => {
      const { begin, end, text } = spanOf(transcript, words);
      return { BeginOffset: begin, EndOffset: end, Text: text, Category, Score: 0.9 };
    };
    const Entities = [found('allergies', 'MEDICAL_CONDITION'), found('Penicillin', 'MEDICATION')];
    const answer: KeptAnswer = {
      operation: 'DetectEntitiesV2',
      n: 1,
      begin: 0,
      end: 26,
      textSha256: '',
      response: { Entities },
    };
    const consultation = toConsultation(transcript, await toEntities(transcript, [answer], [], undefined), {
      coded: true,
      icd10cm: null,
    });
    expect(consultation.possible).toEqual([]);
    expect(consultation.medications).toMatchObject([{ label: 'penicillin', status: 'allergic' }]);
  });
});
