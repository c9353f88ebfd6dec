import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readShortSamples, readVisits } from '../../../bench/assertion/samples.ts';
import type { Sample } from '../../../bench/assertion/fit.ts';
import { parseDialogue } from '../../../local/cases/dialogue.ts';
import { toJobResult } from '../../../local/cases/jobResult.ts';
import { readings } from '../../../pipeline/clinical/assertion/readings.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'samples-'));
});
afterAll(() => rm(root, { recursive: true }));

async function write(path: string, text: string): Promise<string> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
  return join(root, path);
}

const lines = [
  'clinician: Any allergies?',
  'patient: Penicillin. It gave me hives.',
  'clinician: Any cough?',
  'patient: No.',
];
const dialogue = `title: x\n\n${lines.join('\n')}\n`;
const gold = 'A+! penicillin | penicillin; hives | | Penicillin. It gave\nS-! cough | cough | | Any cough\n';
const labelOf = ({ kind, label }: Sample) => readings[kind][label];

test('each variant of a consultation is read; what an allergy did is over, and noisy labels are not fitted on', async () => {
  await write('written/x/dialogue.txt', dialogue);
  await write('written/x/gold.txt', gold);
  const visits = await readVisits([join(root, 'written')]);
  expect(visits.map(({ variant }) => variant)).toEqual(['as it is', 'without traits']);
  expect(visits.map(({ samples }) => samples.map(labelOf))).toEqual(
    visits.map(() => ['allergic', 'historical', 'absent']),
  );
  expect(new Set(visits.flatMap(({ samples }) => samples.map(({ weight }) => weight)))).toEqual(new Set([1]));
});

test('what people really said counts four times, and its noisy labels are judged only', async () => {
  const turns = lines.map((line) => ({ role: line.startsWith('c') ? 'doctor' : 'patient', text: line.split(': ')[1] }));
  const job = JSON.stringify(toJobResult(parseDialogue(dialogue), { jobName: 'p1' }));
  for (const name of ['aci-bench', 'mts-dialog', 'osce']) await write(`corpora/dialogues/${name}.json`, '[]');
  await write('corpora/primock57/p1.gold.json', JSON.stringify({ id: 'p1', turns }));
  await write('corpora/primock57/p1.speaker.json', job);
  await write('corpora/primock57/p1.speaker-noisy.json', job);
  await write('corpora/gold/p1.gold.txt', gold);
  const visits = await readVisits([join(root, 'corpora/gold')]);
  expect(visits.map(({ variant, samples }) => [variant, samples.length])).toEqual([
    ['as it is', 3],
    ['without traits', 3],
    ['noisy labels', 0],
  ]);
  expect(visits[0]?.samples.map(({ weight }) => weight)).toEqual([4, 4, 4]);
});

test.each([
  ['P: I take [aspirin, medication = present].', 'taking'],
  ['P: I am allergic to [aspirin, medication = allergic].', 'allergic'],
  ["P: I'm not allergic to [aspirin, medication = not-allergic].", 'not-allergic'],
  ['C: Any [aspirin, medication = open]?', 'possible'],
  ['C: Any [cough = open]?', 'possible'],
])('a line that stands alone: %s', async (line, reading) => {
  const samples = readShortSamples(await write('short.txt', `# x\n${line}\n`));
  expect(samples.map(labelOf)).toEqual([reading]);
});

test('what is possible for any reason is no label: it may be a warning, a suspicion or an answer that was missed', async () => {
  expect(readShortSamples(await write('short.txt', '# x\nC: It may be [flu = possible].\n'))).toEqual([]);
});
