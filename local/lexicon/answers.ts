/** Complete answers of Comprehend Medical, made from what was read in the text. */
import type { JsonObject } from '../services/jsonService.ts';
import type { Attribute, Qualified, Reading } from './attributes.ts';
import { rankBySide } from './concepts.ts';
import type { Concept } from './tables.ts';
import { textOf } from './tokens.ts';
import type { Document, Span } from './tokens.ts';
import type { Assertion } from './triggers.ts';

/** Not a version of the service, so that a reader can see that no model of AWS gave the answer. */
export const modelVersion = '0.0.0-medzen-lexicon-stand-in';

export interface ReadText extends Reading {
  document: Document;
  assertions: (mention: Qualified['mention']) => Assertion[];
}

interface Kind {
  category: string;
  type: string;
}

const conditionTraits: readonly Assertion[] = [
  'NEGATION',
  'PAST_HISTORY',
  'PERTAINS_TO_FAMILY',
  'HYPOTHETICAL',
  'LOW_CONFIDENCE',
];
const icdTraits: readonly Assertion[] = ['NEGATION', 'PERTAINS_TO_FAMILY', 'HYPOTHETICAL', 'LOW_CONFIDENCE'];
const medicineTraits: readonly Assertion[] = ['NEGATION', 'PAST_HISTORY'];
const testTraits: readonly Assertion[] = ['NEGATION', 'PAST_HISTORY', 'HYPOTHETICAL', 'FUTURE'];
const snomedAttributes = new Set(['ACUITY', 'DIRECTION', 'QUALITY', 'SYSTEM_ORGAN_SITE']);
const rxAttributes = new Set(['DOSAGE', 'STRENGTH', 'FORM', 'FREQUENCY', 'ROUTE_OR_MODE', 'DURATION']);
const triggersOf: Readonly<Record<string, readonly Assertion[]>> = {
  condition: conditionTraits,
  medicine: medicineTraits,
  test: testTraits,
  habit: medicineTraits,
  allergen: medicineTraits,
};

/**
 * DetectEntitiesV2: everything, without codes. A time is an entity of its own, with the entity it times as attribute.
 */
export function toDetectEntities(read: ReadText): JsonObject {
  const ids = counter();
  const habits = new Set(
    read.qualified.flatMap(({ mention }) => (mention.entry.type === 'habit' ? [mention.first] : [])),
  );
  const entities = read.qualified.flatMap((qualified): JsonObject[] => {
    // Smoking is a habit for this operation; InferICD10CM gives it a code instead.
    if (qualified.mention.entry.type === 'condition' && habits.has(qualified.mention.first)) return [];
    const entity = toEntity(read, qualified, triggersOf[qualified.mention.entry.type] ?? [], ids, false);
    const times = qualified.attributes.filter((attribute) => isTime(attribute, qualified));
    return [entity, ...times.map((time) => toTimeEntity(read, time, qualified, ids))];
  });
  const loose = read.loose.map(
    (span): JsonObject => ({
      ...base(read.document, span, looseKind(span), 0.8, ids),
      Traits: [],
      Attributes: [],
    }),
  );
  const inOrder = [...entities, ...loose].toSorted((a, b) => Number(a['BeginOffset']) - Number(b['BeginOffset']));
  return answer(inOrder);
}

/** InferICD10CM: conditions, with up to five codes each. This operation does not tell past conditions apart. */
export function toIcd10cm(read: ReadText): JsonObject {
  const ids = counter();
  return answer(
    read.qualified.flatMap((qualified) => {
      const { entry } = qualified.mention;
      if (entry.type !== 'condition') return [];
      const entity = toEntity(read, qualified, icdTraits, ids, true);
      const sides = qualified.attributes.filter(({ type }) => type === 'DIRECTION');
      const ranked = rankBySide(
        entry.concepts,
        sides.map((side) => textOf(read.document, side)),
      );
      const condition = { ...entity, ICD10CMConcepts: toConcepts(ranked, entry.derived ? 0.72 : 0.86) };
      const times = qualified.attributes.filter((attribute) => isTime(attribute, qualified));
      // To this operation a time is an entity of the conditions' category, without a code.
      const timed = times.map((time) => ({
        ...toTimeEntity(read, time, qualified, ids),
        Category: 'MEDICAL_CONDITION',
        Type: 'TIME_EXPRESSION',
        Attributes: [],
        ICD10CMConcepts: [],
      }));
      return [condition, ...timed];
    }),
  );
}

/** InferRxNorm: medicines. A class ("water tablets") or a name without a certain RxCUI has no concepts. */
export function toRxNorm(read: ReadText): JsonObject {
  const ids = counter();
  return answer(
    read.qualified.flatMap((qualified) => {
      const { entry } = qualified.mention;
      if (entry.type !== 'medicine') return [];
      const attributes = qualified.attributes.filter(({ type }) => rxAttributes.has(type));
      const entity = toEntity(read, { ...qualified, attributes }, medicineTraits, ids, true);
      return [{ ...entity, RxNormConcepts: toConcepts(entry.concepts, 0.9) }];
    }),
  );
}

/**
 * InferSNOMEDCT: conditions, each with the concept that the table has for its best ICD-10-CM code; often there is none.
 * The service knows more than one for each, and concepts of anatomy and of tests too.
 */
export function toSnomedCt(read: ReadText, snomed: ReadonlyMap<string, Concept>): JsonObject {
  const ids = counter();
  return answer(
    read.qualified.flatMap((qualified) => {
      const { entry } = qualified.mention;
      if (entry.type !== 'condition') return [];
      const attributes = qualified.attributes.filter(({ type }) => snomedAttributes.has(type));
      const entity = toEntity(read, { ...qualified, attributes }, conditionTraits, ids, false);
      const concept = snomed.get(entry.concepts[0]?.code ?? '');
      return [{ ...entity, SNOMEDCTConcepts: toConcepts(concept ? [concept] : [], 0.84) }];
    }),
  );
}

function toEntity(
  read: ReadText,
  { mention, attributes }: Qualified,
  allowed: readonly Assertion[],
  ids: () => number,
  withTimes: boolean,
): JsonObject {
  const { document } = read;
  const kept = attributes.filter((attribute) => withTimes || !isTime(attribute, { mention, attributes }));
  const names = read.assertions(mention).filter((name) => allowed.includes(name));
  const { entry } = mention;
  const certainty = entry.type === 'condition' ? [entry.kind.toUpperCase()] : [];
  return {
    ...base(document, mention, kindOf(mention), score(mention), ids),
    Traits: [...certainty.map((Name) => ({ Name, Score: 0.9 })), ...names.map((Name) => ({ Name, Score: 0.92 }))],
    Attributes: kept.map((attribute) => toAttribute(document, attribute, mention, ids)),
  };
}

function toAttribute(
  document: Document,
  attribute: Attribute,
  mention: Qualified['mention'],
  ids: () => number,
): JsonObject {
  const timed = isTime(attribute, { mention, attributes: [] });
  const type = timed ? timeType(mention) : attribute.type;
  const category = timed ? 'TIME_EXPRESSION' : type === 'SYSTEM_ORGAN_SITE' ? 'ANATOMY' : kindOf(mention).category;
  return {
    ...base(document, attribute, { category, type }, 0.88, ids),
    RelationshipScore: 0.9,
    RelationshipType: timed ? 'OVERLAP' : attribute.type,
    Traits: [],
  };
}

function toTimeEntity(read: ReadText, time: Attribute, { mention }: Qualified, ids: () => number): JsonObject {
  const kind = { category: 'TIME_EXPRESSION', type: timeType(mention) };
  const timed = base(read.document, mention, kindOf(mention), score(mention), ids);
  return {
    ...base(read.document, time, kind, 0.88, ids),
    Traits: [],
    Attributes: [{ ...timed, RelationshipScore: 0.9, RelationshipType: 'OVERLAP', Traits: [] }],
  };
}

/** For a medicine, a duration says how long to take it; for a condition, it says since when. */
function isTime({ type }: Attribute, { mention }: Qualified): boolean {
  return type === 'TIME' || (type === 'DURATION' && mention.entry.type !== 'medicine');
}

function timeType({ entry }: Qualified['mention']): string {
  if (entry.type === 'medicine') return 'TIME_TO_MEDICATION_NAME';
  if (entry.type === 'test') return `TIME_TO_${entry.test}`;
  return 'TIME_TO_DX_NAME';
}

function kindOf({ entry }: Qualified['mention']): Kind {
  switch (entry.type) {
    case 'condition':
      return { category: 'MEDICAL_CONDITION', type: 'DX_NAME' };
    case 'medicine':
      return { category: 'MEDICATION', type: entry.brand ? 'BRAND_NAME' : 'GENERIC_NAME' };
    case 'test':
      return { category: 'TEST_TREATMENT_PROCEDURE', type: entry.test };
    case 'habit':
      return { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: entry.habit };
    case 'allergen':
      return { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: 'ALLERGIES' };
    case 'site':
      return { category: 'ANATOMY', type: 'SYSTEM_ORGAN_SITE' };
    case 'modifier':
      return { category: 'MEDICAL_CONDITION', type: entry.attribute };
  }
}

function looseKind({ type }: Attribute): Kind {
  if (type === 'AGE' || type === 'DATE') return { category: 'PROTECTED_HEALTH_INFORMATION', type };
  return { category: 'TIME_EXPRESSION', type: 'TIME_EXPRESSION' };
}

/** The more of the lexicon's own words were said, and said together, the higher the score. */
function score({ entry, first, last, joined }: Qualified['mention']): number {
  if (entry.type === 'condition' && entry.derived) return 0.74;
  if (joined) return 0.86;
  return last > first ? 0.96 : 0.91;
}

function toConcepts(concepts: readonly Concept[], best: number): JsonObject[] {
  return concepts.slice(0, 5).map(({ code, description }, rank) => ({
    Description: description,
    Code: code,
    Score: Number((best * 0.78 ** rank).toFixed(4)),
  }));
}

function base(document: Document, span: Span, { category, type }: Kind, Score: number, ids: () => number): JsonObject {
  return {
    Id: ids(),
    BeginOffset: document.tokens[span.first]?.begin ?? 0,
    EndOffset: (document.tokens[span.last]?.end ?? 0) - (span.clitic ?? 0),
    Score,
    Text: textOf(document, span),
    Category: category,
    Type: type,
  };
}

function answer(entities: JsonObject[]): JsonObject {
  return { Entities: entities, UnmappedAttributes: [], ModelVersion: modelVersion };
}

function counter(): () => number {
  let next = 0;
  return () => next++;
}
