import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadEngine } from '../../../local/lexicon/engine.ts';
import { detect, engine, entitiesOf } from './reading.ts';
import type { WireEntity } from './reading.ts';
import { cpuMs } from '../../cpuTime.ts';

const operations = (['detectEntitiesV2', 'inferIcd10cm', 'inferRxNorm', 'inferSnomedCt'] as const).map(
  (operation) => (text: string) => engine[operation](text),
);

test('every answer says that it comes from a stand-in', () => {
  for (const operation of operations) {
    const { Entities, ...rest } = operation('hello');
    expect(Entities).toEqual([]);
    expect(rest).toEqual({ UnmappedAttributes: [], ModelVersion: '0.0.0-medzen-lexicon-stand-in' });
  }
});

test('an entity has the fields of the wire', () => {
  expect(engine.inferIcd10cm('😀 no chest pain')['Entities']).toEqual([
    {
      Id: 0,
      BeginOffset: 5,
      EndOffset: 15,
      Score: 0.96,
      Text: 'chest pain',
      Category: 'MEDICAL_CONDITION',
      Type: 'DX_NAME',
      Traits: [
        { Name: 'SYMPTOM', Score: 0.9 },
        { Name: 'NEGATION', Score: 0.92 },
      ],
      Attributes: [],
      ICD10CMConcepts: [
        { Code: 'R07.9', Description: 'Chest pain, unspecified', Score: 0.86 },
        { Code: 'R07.89', Description: 'Other chest pain', Score: 0.6708 },
      ],
    },
  ]);
});

// Each operation knows traits and attributes of its own; another one would be refused by a client that checks.
const allowed = {
  inferIcd10cm: {
    traits: ['SYMPTOM', 'SIGN', 'DIAGNOSIS', 'NEGATION', 'PERTAINS_TO_FAMILY', 'HYPOTHETICAL', 'LOW_CONFIDENCE'],
    attributes: ['ACUITY', 'DIRECTION', 'QUALITY', 'SYSTEM_ORGAN_SITE', 'TIME_TO_DX_NAME'],
  },
  inferSnomedCt: {
    traits: [
      'SYMPTOM',
      'SIGN',
      'DIAGNOSIS',
      'NEGATION',
      'PAST_HISTORY',
      'PERTAINS_TO_FAMILY',
      'HYPOTHETICAL',
      'LOW_CONFIDENCE',
    ],
    attributes: ['ACUITY', 'DIRECTION', 'QUALITY', 'SYSTEM_ORGAN_SITE'],
  },
  inferRxNorm: {
    traits: ['NEGATION', 'PAST_HISTORY'],
    attributes: ['DOSAGE', 'DURATION', 'FORM', 'FREQUENCY', 'ROUTE_OR_MODE', 'STRENGTH'],
  },
} as const;

const everything = [
  "No fever, but a sharp chest pain on the left side for three days, and I've had asthma before.",
  'My mum might have had a stroke, a rash on her arm, all of a sudden, if you ask me.',
  'I used to take ibuprofen 400 mg tablets twice a day by mouth for two weeks, but no aspirin since Monday.',
  "You probably don't need warfarin. I've never had it, my dad took two tablets last year.",
].join('\n');

test.each(['inferIcd10cm', 'inferSnomedCt', 'inferRxNorm'] as const)(
  '%s keeps to its own traits and attributes',
  (operation) => {
    const found = entitiesOf(engine[operation](everything));
    const traits = new Set(found.flatMap(({ Traits }) => Traits.map(({ Name }) => Name)));
    const attributes = new Set(found.flatMap(({ Attributes }) => Attributes.map(({ Type }) => Type)));
    expect([...traits].filter((name) => !allowed[operation].traits.some((known) => known === name))).toEqual([]);
    expect([...attributes].filter((type) => !allowed[operation].attributes.some((known) => known === type))).toEqual(
      [],
    );
    expect(Math.min(traits.size, attributes.size)).toBeGreaterThan(1);
  },
);

test('InferICD10CM gives a time the category of conditions, without a code', () => {
  const found = entitiesOf(engine.inferIcd10cm("I've had a headache for three days."));
  expect(found).toMatchObject([
    { Text: 'headache', Type: 'DX_NAME', ICD10CMConcepts: [{ Code: 'R51.9' }] },
    { Text: 'for three days', Category: 'MEDICAL_CONDITION', Type: 'TIME_EXPRESSION', ICD10CMConcepts: [] },
  ]);
});

test('a condition has the concept of SNOMED CT that the table has for its code, or an empty list', () => {
  const found = entitiesOf(engine.inferSnomedCt('I have a cough, a tight chest, and a stye. I take aspirin.'));
  const concepts = found.map(({ Text, SNOMEDCTConcepts = [] }) => [Text, ...SNOMEDCTConcepts.map(({ Code }) => Code)]);
  expect(concepts).toEqual([['cough', '49727002'], ['tight chest', '23924001'], ['stye']]);
});

test('concepts are at most five, each less certain than the one before', () => {
  const found = entitiesOf(engine.inferIcd10cm(everything)).map(({ ICD10CMConcepts = [] }) => ICD10CMConcepts);
  const concepts = found.map((list) => list.map(({ Score }) => Score));
  expect(concepts.length).toBeGreaterThan(3);
  for (const scores of concepts) {
    expect(scores.length).toBeLessThanOrEqual(5);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(scores).size).toBe(scores.length);
  }
});

const spoken = fc.constantFrom(
  ...'pain in my |left knee| chest pain|no |fever, |um, |mum |two tablets of |ibuprofen |for three days |BP 120/80 '.split(
    '|',
  ),
  ...'. |? |my throat is |sore |Bell’s palsy |Ménière’s |OK.|U.T.I. |smoke ten a day |since Monday |if |20mg '.split(
    '|',
  ),
  ...'\n|\r\n|OK.\n|😀|🧑‍⚕️|𝒳|e\u0301|\u0301| |Me\u0301nie\u0300re’s disease '.split('|'),
);
const piece = fc.oneof(
  { weight: 8, arbitrary: spoken },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);

test('offsets count code points, whatever the text is made of', () => {
  let entities = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const points = Array.from(text);
      for (const operation of operations) {
        const found = entitiesOf(operation(text));
        const spans = found.flatMap((entity): Pick<WireEntity, 'Text' | 'BeginOffset' | 'EndOffset' | 'Id'>[] => [
          entity,
          ...entity.Attributes,
        ]);
        entities += spans.length;
        for (const { Text, BeginOffset, EndOffset } of spans)
          expect(points.slice(BeginOffset, EndOffset).join('')).toBe(Text);
        expect(new Set(spans.map(({ Id }) => Id)).size).toBe(spans.length);
        expect(spans.every(({ Text }) => Text.length > 0)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
  expect(entities).toBeGreaterThan(500);
});

test('the same text has the same answer, from any engine', () => {
  expect(loadEngine().detectEntitiesV2(everything)).toEqual(engine.detectEntitiesV2(everything));
});

test('a consultation of four times the length takes no more than its share of time', () => {
  const short = everything.repeat(40);
  const long = everything.repeat(160);
  const time = (text: string): number => cpuMs(() => engine.detectEntitiesV2(text));
  time(short);
  expect(long.length).toBeGreaterThan(55_000);
  expect(time(long) / time(short)).toBeLessThan(10);
});

test('one word without end is still read in linear time', () => {
  const found = () => [detect('no '.repeat(20_000)), detect('my '.repeat(20_000))];
  expect(cpuMs(() => expect(found()).toEqual([[], []]), 1)).toBeLessThan(2_000);
});
