import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { type Dialogue, parseDialogue } from '../../local/cases/dialogue.ts';
import { readCorpora } from '../roles/corpora.ts';
import { type GoldFinding, readGold, type ToldTurn } from './gold.ts';

/** A consultation that somebody has annotated. */
export interface GoldConsultation {
  id: string;
  /** The case to replay: a folder with a dialogue, or a job result. */
  casePath: string;
  /** People held it; nobody wrote it. */
  isReal: boolean;
  /** A job result of the same consultation in which some words stand under another speaker's label. */
  noisyPath?: string;
  /** The dialogue as the annotator read it. */
  turns: ToldTurn[];
  findings: GoldFinding[];
}

const roles: Readonly<Record<string, ToldTurn['role']>> = {
  clinician: 'clinician',
  doctor: 'clinician',
  patient: 'patient',
};

/**
 * Finds the annotated consultations of a folder, in the order of their paths: case folders with a `gold.txt`, at any
 * depth, and each `<id>.gold.txt` of a folder beside the dialogue corpora of which `id` is one.
 * @throws Error for a line of a gold file that is wrong, and for a gold file without its dialogue
 */
export async function findConsultations(folder: string): Promise<GoldConsultation[]> {
  const files = (await readdir(folder, { recursive: true })).sort();
  const found: GoldConsultation[] = [];
  for (const file of files) {
    const path = join(folder, file);
    if (basename(file) === 'gold.txt') found.push(await readFolder(dirname(path)));
    else if (file.endsWith('.gold.txt')) found.push(await readOfCorpora(path));
  }
  return found;
}

async function readFolder(folder: string): Promise<GoldConsultation> {
  const turns = toldTurns(parseDialogue(await readFile(join(folder, 'dialogue.txt'), 'utf8')));
  const findings = await readFindings(join(folder, 'gold.txt'), turns);
  return { id: basename(folder), casePath: folder, isReal: false, turns, findings };
}

async function readOfCorpora(path: string): Promise<GoldConsultation> {
  const id = basename(path, '.gold.txt');
  const corpora = dirname(dirname(path));
  const casePath = [
    join(corpora, 'primock57', `${id}.speaker.json`),
    join(corpora, 'dialogues/transcribe', `${id}.speaker.json`),
    join(dirname(path), 'cases', id),
  ].find((each) => existsSync(each));
  const told = (await readDialogues(corpora)).get(id);
  if (!told || casePath === undefined) throw new Error(`${path}: no dialogue in ${corpora} is called ${id}`);
  const noisyPath = casePath.replace(/\.speaker\.json$/, '.speaker-noisy.json');
  const hasNoisy = noisyPath !== casePath && existsSync(noisyPath);
  return {
    id,
    casePath,
    isReal: true,
    ...(hasNoisy && { noisyPath }),
    turns: told,
    findings: await readFindings(path, told),
  };
}

async function readFindings(path: string, turns: readonly ToldTurn[]): Promise<GoldFinding[]> {
  return readGold(await readFile(path, 'utf8'), turns, relative(process.cwd(), path));
}

/** The turns of a dialogue file, one a line, without its marks of time and doubt. */
export function toldTurns({ utterances }: Dialogue): ToldTurn[] {
  return utterances.map(({ speaker, words }) => ({
    role: roles[speaker] ?? 'other',
    text: words.map(({ content, marks }) => content + marks.join('')).join(' '),
  }));
}

const dialoguesOf = new Map<string, Promise<Map<string, ToldTurn[]>>>();

/** The dialogues of the corpora in a folder by their ids, read once. */
function readDialogues(folder: string): Promise<Map<string, ToldTurn[]>> {
  const known = dialoguesOf.get(folder);
  if (known) return known;
  const reading = readCorpora(folder).then(
    (dialogues) =>
      new Map(
        dialogues.map(({ id, turns, roles }) => [
          id,
          turns.map(({ label, text }) => ({ role: toToldRole(roles[label]), text })),
        ]),
      ),
  );
  dialoguesOf.set(folder, reading);
  return reading;
}

function toToldRole(role: string | undefined): ToldTurn['role'] {
  return roles[role ?? ''] ?? 'other';
}
