import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../../local/commandLine.ts';
import type { Role } from '../../pipeline/transcript/transcript.ts';

/** A dialogue whose speakers are known. A label is the corpus's name for a role: it tells the speakers apart. */
export interface Dialogue {
  corpus: string;
  id: string;
  turns: { label: string; text: string }[];
  roles: Readonly<Record<string, Role>>;
}

/** The roles behind the corpora's names for speakers. A second clinician is "other" to the record, like a relative. */
const roleNames: Readonly<Record<string, Role>> = {
  doctor: 'clinician',
  patient: 'patient',
  patient_guest: 'other',
  guest_family: 'other',
  guest_clinician: 'other',
};

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

function toDialogue(corpus: string, { id, turns }: Told): Dialogue {
  const isSwapped = swapped.has(id);
  const roles = Object.fromEntries(
    turns.map(({ role }) => [role, roleNames[isSwapped ? swap(role) : role] ?? 'unknown']),
  );
  return { corpus, id, roles, turns: turns.map(({ role, text }) => ({ label: role, text })) };
}

const swap = (role: string) => (role === 'doctor' ? 'patient' : role === 'patient' ? 'doctor' : role);

async function readJson<T>(path: string): Promise<T> {
  if (!existsSync(path)) throw new CommandError(`${path} is missing: name the folder that holds the corpora`, 2);
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
