import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Case, readCase } from '../../local/cases/caseFolder.ts';
import type { Run } from '../../local/replay/runCase.ts';
import type { Entities, Entity } from '../../pipeline/clinical/entities.ts';
import type { Operation } from '../../pipeline/clinical/operations.ts';
import type { ServiceAnswer, ServiceConcept, ServiceEntity } from '../../pipeline/clinical/extraction.ts';
import { TestStack } from './testStack.ts';

interface Recorded {
  operation: Operation;
  text: string;
  response: ServiceAnswer;
}

let product: TestStack;
let given: Case;
let run: Run;
let merged: Entities;
let recorded: Recorded[];

beforeAll(async () => {
  product = await TestStack.shared();
  given = await readCase(join(import.meta.dirname, '../../fixtures/recorded-answers'));
  recorded = given.answers as Recorded[];
  run = await product.run(given);
  const entities = await product.entities(run.outcome.recordingId);
  if (!entities) throw new Error('there is no entities.json');
  merged = entities;
});

const said = () => recorded.flatMap(({ response }) => response.Entities ?? []);
const spanOf = ({ BeginOffset: begin, EndOffset: end, Category: category }: ServiceEntity) => ({
  begin,
  end,
  category,
});
const keyOf = (entity: ServiceEntity) => JSON.stringify(spanOf(entity));

/** The one entity of the document at a recorded entity's place. */
function mergedAt(entity: ServiceEntity): Entity {
  const { begin, end, category } = spanOf(entity);
  const found = merged.entities.filter((one) => one.begin === begin && one.end === end && one.category === category);
  expect(found).toHaveLength(1);
  return found[0] as Entity;
}

const named = (text: string) => merged.entities.find((entity) => entity.text === text);

describe('the recording is in the shape of the service', () => {
  test('its text is the transcript, so that nothing was answered by the lexicon', () => {
    expect(recorded.map(({ text }) => text)).toEqual(Array(3).fill(run.collected.transcript?.text));
    const versions = Object.values(merged.engine.operations).map(({ modelVersion }) => modelVersion);
    expect(versions).toEqual(recorded.map(({ response }) => response.ModelVersion));
  });

  test('it has everything that the tests below are about', () => {
    const ids = recorded.map(({ response }) =>
      (response.Entities ?? []).map((entity) => (entity as { Id?: number }).Id),
    );
    expect(ids[0]?.filter((id) => ids[1]?.includes(id)).length).toBeGreaterThan(2);
    expect(said().filter((entity) => entity.Attributes === undefined).length).toBeGreaterThan(2);
    expect(said().filter((entity) => entity.Attributes?.length === 0).length).toBeGreaterThan(2);
    expect(said().filter((entity) => entity.ICD10CMConcepts?.length === 0)).toHaveLength(1);
    expect(new Set(said().flatMap(({ Traits = [] }) => Traits.map(({ Name }) => Name)))).toEqual(
      new Set(['SIGN', 'SYMPTOM', 'DIAGNOSIS', 'NEGATION', 'PERTAINS_TO_FAMILY', 'LOW_CONFIDENCE', 'PAST_HISTORY']),
    );
  });
});

describe('the answers arrive as they were given', () => {
  test('each entity once, whatever id each call gave it', () => {
    expect(merged.entities).toHaveLength(new Set(said().map(keyOf)).size);
    expect(new Set(merged.entities.map(({ id }) => id)).size).toBe(merged.entities.length);
    for (const entity of said()) expect(mergedAt(entity)).toMatchObject({ text: entity.Text, type: entity.Type });
    expect(merged.coverage).toEqual({ complete: true, gaps: [] });
  });

  test('every code with its description and score, the best first, and none besides', () => {
    const concepts = said().flatMap((entity) => [
      ...toCodes(entity, 'ICD-10-CM', entity.ICD10CMConcepts),
      ...toCodes(entity, 'RxNorm', entity.RxNormConcepts),
    ]);
    for (const { at, ...code } of concepts) expect(mergedAt(at).codes).toContainEqual(expect.objectContaining(code));
    expect(merged.entities.flatMap(({ codes }) => codes)).toHaveLength(concepts.length);
  });

  test('every trait, with the surer of two scores', () => {
    for (const entity of said()) {
      const { traits } = mergedAt(entity).assertion;
      const scores = (name: string) =>
        said()
          .filter((other) => keyOf(other) === keyOf(entity))
          .flatMap(({ Traits = [] }) => Traits.flatMap(({ Name, Score }) => (Name === name ? (Score ?? 0) : [])));
      for (const { Name = '' } of entity.Traits ?? []) {
        expect(traits.filter(({ name }) => name === Name)).toEqual([{ name: Name, score: Math.max(...scores(Name)) }]);
      }
    }
  });

  test('every attribute with its relationship; what two operations say twice is there once, as said first', () => {
    const first = new Map<string, { at: ServiceEntity; attribute: object }>();
    for (const at of said()) {
      for (const one of at.Attributes ?? []) {
        const key = `${keyOf(at)} ${one.Type} ${one.BeginOffset}`;
        const attribute = {
          type: one.Type,
          begin: one.BeginOffset,
          end: one.EndOffset,
          text: one.Text,
          score: one.Score,
          relationshipType: one.RelationshipType ?? null, // InferRxNorm has none
          relationshipScore: one.RelationshipScore,
          traits: (one.Traits ?? []).map(({ Name, Score }) => ({ name: Name, score: Score })),
        };
        if (!first.has(key)) first.set(key, { at, attribute });
      }
    }
    for (const { at, attribute } of first.values()) expect(mergedAt(at).attributes).toContainEqual(attribute);
    expect(merged.entities.flatMap(({ attributes }) => attributes)).toHaveLength(first.size);
  });
});

test('one entity, written out', () => {
  expect(named('pain')).toMatchObject({
    category: 'MEDICAL_CONDITION',
    type: 'DX_NAME',
    score: 0.9741820096969604,
    assertion: { status: 'present', traits: [{ name: 'SYMPTOM', score: 0.9027410745620728 }] },
    attributes: [
      { type: 'QUALITY', text: 'sharp', score: 0.7718403339385986, relationshipScore: 0.9013477563858032 },
      { type: 'DIRECTION', text: 'left', relationshipType: 'DIRECTION', relationshipScore: 0.8120473623275757 },
      { type: 'SYSTEM_ORGAN_SITE', text: 'knee', relationshipType: 'SYSTEM_ORGAN_SITE', relationshipScore: 1 },
    ],
    codes: [
      { system: 'ICD-10-CM', code: 'M25.562', description: 'Pain in left knee', score: 0.8146132826805115, rank: 1 },
      { system: 'ICD-10-CM', code: 'M25.569', rank: 2 },
      { system: 'ICD-10-CM', code: 'M25.561', rank: 3 },
    ],
  });
  expect(named('allopurinol')?.attributes.map(({ type, text }) => `${type} ${text}`)).toEqual([
    'DOSAGE two',
    'STRENGTH 100 mg',
    'FORM tablets',
    'FREQUENCY once a day',
  ]);
});

test.each([
  ['fever', 'R50.9'],
  ['chest pain', 'R07.9'],
  ['asthma', 'J45.909'],
])('%s was negated: it is ruled out with its code %s, and nowhere else', (label, code) => {
  const { consultation } = run.collected;
  const finding = consultation?.ruledOut.find((one) => one.label === label);
  expect(finding?.codes[0]).toMatchObject({ code });
  const others = [consultation?.problems, consultation?.medications, consultation?.possible].flatMap(
    (list) => list ?? [],
  );
  expect(others.filter(({ codes }) => codes.some((one) => one.code === code))).toEqual([]);
});

test('ibuprofen was negated: it is a medicine that is not taken, with its code, and nothing else', () => {
  const { medications = [], ruledOut = [], possible = [] } = run.collected.consultation ?? {};
  const own = medications.filter(({ label }) => label === 'ibuprofen');
  expect(own).toMatchObject([{ status: 'not-taking', change: null, codes: [{ code: '5640' }] }]);
  expect([...ruledOut, ...possible].filter(({ codes }) => codes.some(({ code }) => code === '5640'))).toEqual([]);
});

test('a relative, a doubt and an empty list of codes', () => {
  const { consultation } = run.collected;
  const labels = (list: 'problems' | 'familyHistory' | 'possible') => consultation?.[list].map(({ label }) => label);
  expect(labels('familyHistory')).toEqual(['gout']);
  expect(labels('possible')).toEqual(['bronchitis']);
  expect(labels('problems')).toEqual(['pain', 'swollen']);
  expect(consultation?.problems[1]?.codes).toEqual([]);
});

function toCodes(at: ServiceEntity, system: string, concepts: readonly ServiceConcept[] = []) {
  return concepts
    .toSorted((a, b) => (b.Score ?? 0) - (a.Score ?? 0))
    .map(({ Code, Description, Score }, index) => ({
      at,
      system,
      code: Code,
      description: Description,
      score: Score,
      rank: index + 1,
    }));
}
