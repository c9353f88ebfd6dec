import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { findCases } from '../../../local/cases/findCases.ts';
import { batchSchema, joinItems } from './batchSchema.ts';
import { fixtures, fixtureFolders } from './fixtureFolders.ts';

const folders = fixtureFolders();
const { cases, skipped } = await findCases(folders);
const readme = await readFile(join(fixtures, 'README.md'), 'utf8');

test('every folder is a case, has its expectation and stands in the table', () => {
  expect(cases.map(({ name }) => name)).toEqual(folders.map((folder) => basename(folder)));
  expect(cases.filter(({ expected }) => expected === undefined)).toEqual([]);
  const listed = [...readme.matchAll(/^\| `([a-z-]+)` \| /gm)].flatMap(([, name]) => name ?? []);
  expect(listed.filter((name) => cases.some((each) => each.name === name)).sort()).toEqual(
    cases.map(({ name }) => name),
  );
  expect(skipped).toEqual([]);
});

const spoken = cases.filter(({ job }) => job !== undefined);

test.each(spoken)(
  '$name is a job result and names only labels and medicines that it has',
  ({ job, expected, session }) => {
    const text = String(job);
    const { results } = v.parse(batchSchema, JSON.parse(text));
    const [{ transcript }] = results.transcripts;
    expect(results.items === undefined || joinItems(results.items) === transcript).toBe(true);
    for (const label of Object.keys(expected?.speakers ?? {})) expect(text).toContain(`"${label}"`);
    // A medicine may be given with its status.
    const medicines = expected?.medications?.map((medicine) => medicine.replace(/, .*/, '')) ?? [];
    for (const name of [...medicines, ...(expected?.allergies ?? [])]) expect(transcript.toLowerCase()).toContain(name);
    for (const finding of expected?.ruledOut ?? []) expect(transcript.toLowerCase()).toContain(finding);
    const clinicians = Object.values(expected?.speakers ?? {}).filter((role) => role === 'clinician');
    expect(clinicians.length).toBeLessThanOrEqual(session?.participants?.length ?? 1);
  },
);

test.each([
  ['ten-minute-consultation', 1_400, 1_550, 9, 11],
  ['two-channel-overlaps', 500, 800, 3.5, 4.5],
  ['spanish-consultation', 250, 350, 1.8, 2.5],
  ['long-visit', 2_000, 2_500, 13, 15],
])('%s has the size it is for', (name, leastWords, mostWords, leastMinutes, mostMinutes) => {
  const found = cases.find((each) => each.name === name);
  const { results } = v.parse(batchSchema, JSON.parse(String(found?.job)));
  const words = results.transcripts[0].transcript.split(' ').length;
  expect(words).toBeGreaterThan(leastWords);
  expect(words).toBeLessThan(mostWords);
  const minutes = (found?.standIn.durationMs ?? 0) / 60_000;
  expect(minutes).toBeGreaterThan(leastMinutes);
  expect(minutes).toBeLessThan(mostMinutes);
});

test('the long visit is longer than one call of the entity service takes', () => {
  const { results } = v.parse(batchSchema, JSON.parse(String(cases.find(({ name }) => name === 'long-visit')?.job)));
  expect(Buffer.byteLength(results.transcripts[0].transcript)).toBeGreaterThan(10_000);
});

test('the unicode case keeps what is not ASCII', () => {
  const { results } = v.parse(
    batchSchema,
    JSON.parse(String(cases.find(({ name }) => name.startsWith('unicode'))?.job)),
  );
  const text = results.transcripts[0].transcript;
  for (const part of ['Zoe\u0301', '𠮷野', '👩🏽‍⚕️', 'Nguyễn-Łukasiewicz']) expect(text).toContain(part);
});

test("the readme's example is a dialogue", async () => {
  const [example = ''] = /^ {4}title: .*\n(?:(?: {4}.*)?\n)*/m.exec(readme) ?? [];
  const { parseDialogue } = await import('../../../local/cases/dialogue.ts');
  expect(parseDialogue(example.replaceAll(/^ {4}/gm, '').trim()).utterances).toHaveLength(3);
});
