import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Documents, readAnnotated, toDocuments, type Variant } from '../../../bench/consultations/documents.ts';
import { readCase } from '../../../local/cases/caseFolder.ts';
import { loadEngine } from '../../../local/lexicon/engine.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/consultations');
const recordedAnswers = join(import.meta.dirname, '../../../fixtures/recorded-answers');
const example = join(fixtures, 'earache-before-a-flight');
const engine = loadEngine();

describe('beside a replay', () => {
  let product: TestStack;
  beforeAll(async () => {
    product = await TestStack.start();
  });
  afterAll(() => product.stop());

  test('the documents are the same, byte for byte', async () => {
    const given = await readCase(example);
    const { collected } = await product.run(given);
    const { transcript, consultation } = collected;
    if (!transcript) throw new Error('the replay wrote no transcript');
    const entities = await product.entities(transcript.recordingId);
    const documents = await toDocuments(given, { engine, traits: true }, transcript);
    expect(JSON.stringify(documents)).toBe(JSON.stringify({ transcript, entities, consultation }));
  });
});

test('without traits the dialogue alone decides', async () => {
  const given = visit('denial', {}, ['clinician: Hello, what is it?', 'patient: I have a cough, but no fever.']);
  const read = async (traits: boolean) =>
    (await toDocuments(given, { engine, traits })).entities.entities.find(({ text }) => text === 'fever')?.assertion;
  expect((await read(true))?.traits.map(({ name }) => name)).toContain('NEGATION');
  expect((await read(false))?.traits).toEqual([]);
});

test('a language that is not coded has no entities', async () => {
  const { transcript, entities, consultation } = await toDocuments(visit('consulta', { language: 'es-ES' }), {
    engine,
    traits: true,
  });
  expect(transcript.engine.name).toBe('transcribe');
  expect(entities.entities).toEqual([]);
  expect(consultation.status).toBe('not_coded');
});

test('a case without words is refused', async () => {
  const { job: _, ...given } = visit('silence');
  await expect(toDocuments(given, { engine, traits: true })).rejects.toThrow('silence has no words');
});

test('the annotated consultations of a folder that are chosen are read', async () => {
  const chosen = ['earache-before-a-flight', 'uti-terse', 'diabetes-review'];
  const counts = new Map<string, number[]>();
  for await (const { given, documents } of readAnnotated(fixtures, 'as it is', (id) => chosen.includes(id))) {
    counts.set(given.id, [given.findings.length, documents.entities.entities.length]);
  }
  expect([...counts.keys()].sort()).toEqual(chosen.toSorted());
  expect([...counts.values()].flat().filter((count) => count < 10)).toEqual([]);
});

async function documentsOf(variant: Variant): Promise<Documents[]> {
  const all: Documents[] = [];
  for await (const { documents } of readAnnotated(recordedAnswers, variant)) all.push(documents);
  return all;
}

test("a case's recorded answers are taken word for word, and the lexicon is not asked", async () => {
  const [documents] = await documentsOf('as it is');
  const swollen = documents?.entities.entities.find(({ text }) => text === 'swollen');
  // InferICD10CM's and DetectEntitiesV2's scores in answers.json: the lexicon gives others.
  expect(swollen?.assertion.traits.map(({ name, score }) => [name, score])).toEqual([
    ['SIGN', expect.closeTo(0.612, 3)],
    ['SYMPTOM', expect.closeTo(0.463, 3)],
  ]);
});

test('only consultations with a job of noisy labels have that variant', async () => {
  expect(await documentsOf('noisy labels')).toEqual([]);
});
