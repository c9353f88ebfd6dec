import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findConsultations, toldTurns } from '../../../bench/consultations/corpus.ts';
import { parseDialogue } from '../../../local/cases/dialogue.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gold-'));
});
afterAll(() => rm(root, { recursive: true }));

async function folderOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, name, dirname(path)), { recursive: true });
    await writeFile(join(root, name, path), text);
  }
  return join(root, name);
}

const dialogue = 'title: x\n\nclinician: Any fever?\npatient: No.\n';
const gold = 'S-! fever | fever | | Any fever\n';

test('turns are the lines of a dialogue, without times, doubts and comments', () => {
  const text =
    'title: x\n\n# The mother calls.\n[-0.4s] mother: Is it  {?croup}, then?\ndoctor: It is.\npatient: Oh!\n';
  expect(toldTurns(parseDialogue(text))).toEqual([
    { role: 'other', text: 'Is it croup, then?' },
    { role: 'clinician', text: 'It is.' },
    { role: 'patient', text: 'Oh!' },
  ]);
});

test('case folders with a gold.txt are found at any depth, others are left alone', async () => {
  const folder = await folderOf('cases', {
    'b/dialogue.txt': dialogue,
    'b/gold.txt': gold,
    'deeper/a/dialogue.txt': dialogue,
    'deeper/a/gold.txt': gold,
    'without-gold/dialogue.txt': dialogue,
  });
  const found = await findConsultations(folder);
  expect(found.map(({ id, casePath, findings }) => [id, casePath, findings.length])).toEqual([
    ['b', join(folder, 'b'), 1],
    ['a', join(folder, 'deeper/a'), 1],
  ]);
});

const told = (id: string) => ({
  id,
  turns: [
    { role: 'doctor', text: 'Any fever?' },
    { role: 'patient_guest', text: 'No.' },
  ],
});

test('gold of the dialogue corpora finds its dialogue and its job result', async () => {
  const folder = await folderOf('corpora', {
    'dialogues/aci-bench.json': JSON.stringify([told('A1')]),
    'dialogues/mts-dialog.json': '[]',
    'dialogues/osce.json': JSON.stringify([told('O1')]),
    'primock57/p1.gold.json': JSON.stringify(told('p1')),
    'primock57/p1.speaker.json': '{}',
    'primock57/p1.speaker-noisy.json': '{}',
    'dialogues/transcribe/O1.speaker.json': '{}',
    'gold/cases/A1/dialogue.txt': dialogue,
    'gold/A1.gold.txt': gold,
    'gold/O1.gold.txt': gold,
    'gold/p1.gold.txt': gold,
  });
  const found = await findConsultations(folder);
  expect(found.map(({ id, casePath }) => [id, casePath])).toEqual([
    ['A1', join(folder, 'gold/cases/A1')],
    ['O1', join(folder, 'dialogues/transcribe/O1.speaker.json')],
    ['p1', join(folder, 'primock57/p1.speaker.json')],
  ]);
  expect(found.map(({ isReal }) => isReal)).toEqual([true, true, true]);
  expect(found.map(({ noisyPath }) => noisyPath)).toEqual([
    undefined,
    undefined,
    join(folder, 'primock57/p1.speaker-noisy.json'),
  ]);
  expect(found[0]?.turns).toEqual([
    { role: 'clinician', text: 'Any fever?' },
    { role: 'other', text: 'No.' },
  ]);
  await writeFile(join(folder, 'gold/unheard-of.gold.txt'), gold);
  await expect(findConsultations(folder)).rejects.toThrow('is called unheard-of');
});

test('a bad line is refused with its file and number', async () => {
  const folder = await folderOf('bad', { 'x/dialogue.txt': dialogue, 'x/gold.txt': `# x\n${gold}S-! cough` });
  await expect(findConsultations(folder)).rejects.toThrow(/x\/gold\.txt:3: there is no alias/);
});
