import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAnnotated, toDocuments } from '../../../bench/consultations/documents.ts';
import { readCase } from '../../../local/cases/caseFolder.ts';
import { loadEngine } from '../../../local/lexicon/engine.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { visit } from '../../workflow/visits.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/consultations');
const example = join(fixtures, 'earache-before-a-flight');
const engine = loadEngine();

describe('beside a replay', () => {
  let product: TestStack;
  beforeAll(async () => {
    product = await TestStack.start();
  });
  afterAll(() => product.stop());

  test('the documents are the same, byte for byte', { timeout: 60_000 }, async () => {
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
  for await (const { given, documents } of readAnnotated(fixtures, true, (id) => chosen.includes(id))) {
    counts.set(given.id, [given.findings.length, documents.entities.entities.length]);
  }
  expect([...counts.keys()].sort()).toEqual(chosen.toSorted());
  expect([...counts.values()].flat().filter((count) => count < 10)).toEqual([]);
});
