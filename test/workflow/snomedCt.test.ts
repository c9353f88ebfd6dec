import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Case, readCase } from '../../local/cases/caseFolder.ts';
import type { Run } from '../../local/replay/runCase.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { uuidOf } from '../../local/replay/session.ts';
import type { ServiceAnswer } from '../../pipeline/clinical/extraction.ts';
import { operationNames } from '../../pipeline/clinical/operations.ts';
import { type Row, TestStack } from './testStack.ts';

let product: TestStack;
let given: Case;
let run: Run;
beforeAll(async () => {
  given = await readCase(join(import.meta.dirname, '../../fixtures/snomed-ct'));
  product = await TestStack.start({ operations: given.session?.operations });
  run = await product.run(given);
});
afterAll(() => product.stop());

/** The codes of SNOMED CT that the recorded answer has, as `words code`. */
function recorded(): string[] {
  const answers = given.answers as { operation: string; response: ServiceAnswer }[];
  const found = answers.find(({ operation }) => operation === 'InferSNOMEDCT')?.response.Entities ?? [];
  return found.flatMap(({ Text, SNOMEDCTConcepts = [] }) => SNOMEDCTConcepts.map(({ Code }) => `${Text} ${Code}`));
}

const ofSnomed = (row: Row) => row['system'] === 'SNOMED-CT';

test('every operation is called, and nothing is answered by the lexicon', async () => {
  const entities = await product.entities(run.outcome.recordingId);
  expect(Object.keys(entities?.engine.operations ?? {})).toEqual(operationNames);
  for (const { modelVersion } of Object.values(entities?.engine.operations ?? {})) expect(modelVersion).toBe('3.1.0');
  expect(run.collected.consultation).toMatchObject({ status: 'completed', usage: { units: { InferSNOMEDCT: 5 } } });
});

test('every suggested concept is kept at its words, in the document and in the database', async () => {
  const { recordingId } = run.outcome;
  const entities = (await product.entities(recordingId))?.entities ?? [];
  const inDocument = entities.flatMap(({ text, codes }) =>
    codes.filter(({ system }) => system === 'SNOMED-CT').map(({ code }) => `${text} ${code}`),
  );
  expect(recorded().length).toBeGreaterThan(10);
  expect(inDocument.toSorted()).toEqual(recorded().toSorted());
  const rows = await product.results(recordingId);
  const words = new Map(rows.entities.map((row) => [row['entity_id'], row['text']]));
  const inDatabase = rows.codes.filter(ofSnomed);
  expect(inDatabase.map((row) => [words.get(row['entity_id']), row['code']].join(' ')).toSorted()).toEqual(
    recorded().toSorted(),
  );
  expect(inDatabase.filter((row) => row['billable'] !== null)).toEqual([]);
});

test('a finding is named and coded by ICD-10-CM first, by SNOMED CT where that has nothing', () => {
  const { problems = [], tests = [] } = run.collected.consultation ?? {};
  const written = problems.map(({ label, codes, evidence }) => [label, codes.map(({ code }) => code), evidence.length]);
  expect(written).toEqual([
    ['chest pain', ['R07.9', 'R07.89', 'R07.1', '29857009', '23924001'], 2],
    ['short of breath', ['R06.02', 'R06.00', '267036007'], 1],
    ['cough', ['R05.9', 'R05.8', 'R05.1', '49727002'], 2],
    ['run down', ['84229001'], 1],
    ['asthma', ['J45.909', 'J45.998', '195967001'], 1],
  ]);
  expect(tests).toMatchObject([{ label: 'ECG', planned: true, codes: [{ system: 'SNOMED-CT', code: '29303009' }] }]);
});

test('the provider reads and reviews a concept as any other code, and a repeat keeps the review', async () => {
  const { recordingId } = run.outcome;
  const token = product.stack.signJwt({ role: 'authenticated', sub: uuidOf(given.name, 'provider') });
  const provider = createClient(product.deployment.target.supabaseUrl, product.stack.signJwt({ role: 'anon' }), {
    accessToken: () => Promise.resolve(token),
  });
  const read = async () => {
    const { data } = await provider.rpc('open_consultation', { recording: recordingId });
    return (data as Opened).codes.filter(({ code }) => code === '29857009');
  };
  const [first, second] = await read();
  expect([first, second]).toMatchObject([{ review: 'suggested' }, { review: 'suggested' }]);
  const decisions = [{ entity: first?.entity, system: 'SNOMED-CT', code: '29857009', review: 'accepted' }];
  const change = { recording: recordingId, revision: 1, token: crypto.randomUUID(), decisions };
  expect((await provider.rpc('review_codes', change)).error).toBeNull();
  expect((await product.repeat(recordingId)).status).toBe('SUCCEEDED');
  expect(await read()).toMatchObject([{ review: 'accepted' }, { review: 'suggested' }]);
});
