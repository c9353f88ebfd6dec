import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseDialogue } from '../../local/cases/dialogue.ts';
import { CommandError } from '../../local/commandLine.ts';
import type { Role } from '../../pipeline/transcript/transcript.ts';

/** A dialogue whose speakers are known. A label is the source's name for a role: it tells the speakers apart. */
export interface Dialogue {
  corpus: string;
  id: string;
  turns: { label: string; text: string }[];
  roles: Readonly<Record<string, Role>>;
}

/** The sources' names for the roles. A child is the patient where nobody else is; anybody who is not here is "other". */
const roleNames: Readonly<Record<string, Role>> = {
  doctor: 'clinician',
  clinician: 'clinician',
  patient: 'patient',
  child: 'patient',
};

/** A second clinician is "other" to the record, like a relative; "clinician" is no error, "patient" is one. */
export const colleagues: ReadonlySet<string> = new Set(['guest_clinician', 'nurse', 'scribe', 'student']);

/** In these, the source has swapped the two names: the one called "doctor" speaks of being referred for a test. */
const swapped: ReadonlySet<string> = new Set(['D2N082']);

interface Told {
  id: string;
  turns: { role: string; text: string }[];
}

/**
 * Reads the development corpora, mock consultations whose speakers are known, from the folder that holds them.
 * @throws CommandError when the folder does not hold them
 */
export async function readCorpora(folder: string): Promise<Dialogue[]> {
  const dialogues: Dialogue[] = [];
  for (const corpus of ['aci-bench', 'mts-dialog', 'osce']) {
    const told = await readJson<Told[]>(join(folder, 'dialogues', `${corpus}.json`));
    dialogues.push(...told.map((one) => toDialogue(corpus, one)));
  }
  const primock = join(folder, 'primock57');
  for (const name of (await readdir(primock)).filter((file) => file.endsWith('.gold.json')).sort()) {
    dialogues.push(toDialogue('primock57', await readJson<Told>(join(primock, name))));
  }
  return dialogues;
}

/**
 * Reads the consultations below a folder: each dialogue.txt, under the name of its own folder.
 * @throws DialogueError when one cannot be read
 */
export async function readConsultations(folder: string): Promise<Dialogue[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => basename(file) === 'dialogue.txt').sort();
  return await Promise.all(
    files.map(async (file) => {
      const { utterances } = parseDialogue(await readFile(join(folder, file), 'utf8'));
      const turns = utterances.map(({ speaker, words }) => ({
        role: speaker,
        text: words.map(({ content, marks }) => content + marks.join('')).join(' '),
      }));
      return toDialogue(basename(folder), { id: basename(dirname(file)), turns });
    }),
  );
}

function toDialogue(corpus: string, { id, turns }: Told): Dialogue {
  const isSwapped = swapped.has(id);
  const names = new Set(turns.map(({ role }) => role));
  const roleOf = (name: string) => (name === 'child' && names.has('patient') ? 'other' : (roleNames[name] ?? 'other'));
  const roles = Object.fromEntries([...names].map((name) => [name, roleOf(isSwapped ? swap(name) : name)]));
  return { corpus, id, roles, turns: turns.map(({ role, text }) => ({ label: role, text })) };
}

const swap = (role: string) => (role === 'doctor' ? 'patient' : role === 'patient' ? 'doctor' : role);

async function readJson<T>(path: string): Promise<T> {
  if (!existsSync(path)) throw new CommandError(`${path} is missing: name the folder that holds the corpora`, 2);
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
