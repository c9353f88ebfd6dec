import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toAnswers, toDocuments } from '../../bench/consultations/documents.ts';
import { contextOf, toLongJob } from '../../bench/longJobs.ts';
import { type Case, readCase } from '../../local/cases/caseFolder.ts';
import { findCases } from '../../local/cases/findCases.ts';
import { loadEngine } from '../../local/lexicon/engine.ts';
import { toConsultation } from '../../pipeline/clinical/consultation.ts';
import { toEntities } from '../../pipeline/clinical/merge.ts';
import { openFiles } from '../../pipeline/reading/openFiles.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { toTranscript } from '../../pipeline/transcript/normalize.ts';

const root = join(import.meta.dirname, '../..');
const corpus = ['primock57', 'dialogues/transcribe', 'consultations', 'failing'].map((folder) =>
  join(root, '../shared/corpus', folder),
);

/** A consultation as it is opened before anybody has reviewed it. */
export interface Consultation {
  name: string;
  opened: Opened;
}

/** The consultations are read in so many parts, each in a test of its own: nobody waits long for any. */
export const parts = Array.from({ length: 16 }, (_, part) => part);

/**
 * Of the consultations of the repository, and those beside it where they are there, every sixteenth, from the one of this
 * number on, through the product's own documents.
 */
export async function* readConsultations(part: number): AsyncGenerator<Consultation> {
  const engine = loadEngine();
  const { cases } = await findAll();
  for (const given of cases.filter((_, at) => at % parts.length === part)) {
    const opened = await open(given, engine);
    if (opened) yield { name: given.name, opened };
  }
}

let found: ReturnType<typeof findCases> | undefined;

function findAll(): ReturnType<typeof findCases> {
  found ??= findCases([join(root, 'fixtures'), ...corpus.filter((folder) => existsSync(folder))]);
  return found;
}

/** The consultation of a fixture. */
export async function readConsultation(fixture: string): Promise<Opened> {
  const opened = await open(await readCase(join(root, 'fixtures', fixture)), loadEngine());
  if (!opened) throw new Error(`${fixture} comes to no transcript`);
  return opened;
}

/** The ten-minute consultation again and again. */
export async function readLongTalk(minutes: number): Promise<Opened> {
  const job = toLongJob(minutes, 'newer');
  const transcript = toTranscript(JSON.parse(job.json), contextOf(job));
  const entities = await toEntities(transcript, toAnswers(transcript, loadEngine()), [], undefined);
  const consultation = toConsultation(transcript, entities, { coded: true, icd10cm: null });
  return openFiles(transcript, entities, consultation, beside);
}

/** Undefined for a case that comes to no transcript: its workflow has nothing to export. */
async function open(given: Case, engine: ReturnType<typeof loadEngine>): Promise<Opened | undefined> {
  try {
    const { transcript, entities, consultation } = await toDocuments(given, { engine, traits: true });
    return openFiles(transcript, entities, consultation, beside);
  } catch {
    return undefined;
  }
}

const beside = {
  session: {
    sessionId: '5c9f3a52-8a62-4f5c-9f29-5f0f3a1d2b4c',
    providerId: 'e5f0b0a0-3d0e-4c55-9f0a-6a3e4f1d2c3b',
    patientId: 'a1b2c3d4-0000-4000-8000-00000000c0de',
    status: 'ended',
  },
  storedAt: '2026-11-28T09:00:00.000Z',
};
