import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toAnswers, toDocuments } from '../../../bench/consultations/documents.ts';
import { median } from '../../../bench/figures.ts';
import { type Case, readCase } from '../../../local/cases/caseFolder.ts';
import { loadEngine } from '../../../local/lexicon/engine.ts';
import { weights } from '../../../pipeline/clinical/assertion/weights.ts';
import { toConsultation } from '../../../pipeline/clinical/consultation.ts';
import { lists } from '../../../pipeline/clinical/finding.ts';
import { toEntities } from '../../../pipeline/clinical/merge.ts';
import { openFiles } from '../../../pipeline/reading/openFiles.ts';
import type { Correction, Opened } from '../../../pipeline/reading/opened.ts';
import { redecide, type Roles } from '../../../pipeline/reading/redecide.ts';
import { whatIf } from '../../../pipeline/reading/whatIf.ts';
import type { Role, Transcript } from '../../../pipeline/transcript/transcript.ts';

const root = join(import.meta.dirname, '../../..');
const casesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .toSorted()
        .map((name) => join(folder, name))
        .filter((path) => existsSync(join(path, 'dialogue.txt')))
    : [];

/** Each takes a third of a second. The corpus is where it is laid beside the repository. */
const folders = {
  'the fixtures': casesIn(join(root, 'fixtures')),
  'every fortieth consultation': casesIn(join(root, 'fixtures/consultations')).filter((_, at) => at % 40 === 0),
  'the corpus': casesIn(join(root, '../shared/corpus/consultations')),
};

const engine = loadEngine();
const other: Readonly<Record<Role, Role>> = {
  clinician: 'patient',
  patient: 'clinician',
  other: 'other',
  unknown: 'unknown',
};

const findingsIn = (of: object) =>
  Object.fromEntries(lists.map((list) => [list, (of as Partial<Record<string, unknown>>)[list]]));

/** Clinician and patient in each other's role, by corrections. */
function swapped(opened: Opened): Opened {
  const corrections = opened.consultation.speakers.map(
    ({ label: speaker, role }): Correction => ({
      kind: 'role',
      id: speaker,
      at: '2026-03-04T12:00:00.000Z',
      by: 'provider',
      speaker,
      fromTurn: 0,
      toTurn: opened.turns.length - 1,
      role: other[role],
    }),
  );
  return { ...opened, corrections };
}

/** What the pipeline makes of a transcript in which they are swapped from the start. */
async function swappedAtTheSource(given: Case, transcript: Transcript, coded: boolean) {
  const turned = {
    ...transcript,
    turns: transcript.turns.map((turn) => ({ ...turn, role: other[turn.role] })),
    speakers: transcript.speakers.map((speaker) => ({ ...speaker, role: other[speaker.role] })),
  };
  const answers = coded ? toAnswers(turned, engine, given.answers) : [];
  const entities = await toEntities(turned, answers, [], undefined);
  return toConsultation(turned, entities, { coded, icd10cm: null });
}

describe.each(Object.entries(folders))('%s', (where, paths) => {
  test.skipIf(paths.length === 0)(
    'are decided as they were stored, and as they would be with other roles',
    async () => {
      const counts: number[] = [];
      for (const path of paths) {
        const given = await readCase(path);
        const { transcript, entities, consultation } = await toDocuments(given, { engine, traits: true });
        const opened = openFiles(transcript, entities, consultation);
        const corrected = swapped(opened);
        const source = await swappedAtTheSource(given, transcript, consultation.status !== 'not_coded');
        const wanted = { path, heard: findingsIn(consultation), corrected: findingsIn(source) };
        const decided = (of: Opened, roles: Roles) => findingsIn(redecide(of, roles, weights));
        expect({ path, heard: decided(opened, 'heard'), corrected: decided(corrected, 'corrected') }).toEqual(wanted);
        expect({ path, ...whatIf(opened, weights) }).toEqual({ path, changes: [], otherwise: 0 });
        const { changes } = whatIf(corrected, weights);
        if (consultation.speakers.some(({ role }) => role !== other[role])) counts.push(changes.length);
      }
      console.info(
        `${where}: swapped roles change ${Math.min(...counts)} to ${Math.max(...counts)} statuses, median ${median(counts)}, of ${counts.length} consultations`,
      );
      expect(Math.max(...counts)).toBeGreaterThan(0);
    },
  );
});
