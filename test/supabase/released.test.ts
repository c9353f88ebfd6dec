import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Documents, toDocuments } from '../../bench/consultations/documents.ts';
import { readCase } from '../../local/cases/caseFolder.ts';
import { loadEngine } from '../../local/lexicon/engine.ts';
import { openFiles } from '../../pipeline/reading/openFiles.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { type Reviewable, toReviewables } from '../../pipeline/reading/patient.ts';
import { type Released, toReleased } from '../../pipeline/reading/release.ts';
import type { Turn } from '../../pipeline/transcript/transcript.ts';
import { chance, Clinic, patient, provider, session, tokenOf } from './clinic.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');
const names = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, 'dialogue.txt')));
const engine = loadEngine();

let clinic: Clinic;
beforeAll(async () => {
  clinic = await Clinic.open();
});
afterAll(() => clinic.db.close());

const documentsOf = async (name: string): Promise<Documents> =>
  toDocuments(await readCase(join(fixtures, name)), { engine, traits: true }, { recordingId: `rec-${name}` });

test.each(names)('%s opens from its rows as it opens from its files', async (name) => {
  const { transcript, entities, consultation } = await documentsOf(name);
  expect(await clinic.store({ transcript, entities, consultation })).toEqual({ answer: expect.anything() });
  const opened = await clinic.opened(consultation.recordingId);
  const whose = { sessionId: session, providerId: provider, patientId: patient, status: 'ended' };
  const files = openFiles(transcript, entities, consultation, {
    session: whose,
    storedAt: opened.recording.storedAt,
  });
  expect(opened).toEqual(files);
});

/** Reviews, codes and corrections of a consultation, chosen by chance; some of them are refused, and that is well. */
async function reviewAtRandom(opened: Opened, seed: number): Promise<void> {
  const pick = chance(seed);
  const recording = opened.recordingId;
  const findings = toReviewables(opened);
  let { revision } = opened;
  const change = async (rpc: string, args: object) => {
    const token = tokenOf(`${recording} ${seed} ${rpc} ${revision} ${JSON.stringify(args)}`);
    const outcome = await clinic.call(provider, rpc, { recording, revision, token, ...args });
    if ('answer' in outcome) ({ revision } = outcome.answer as { revision: number });
  };
  const some = <T>(all: readonly T[]) => all.filter(() => pick(2) === 0);
  for (let round = 0; round < 2; round += 1) {
    const codes = some(opened.codes).map(({ entity, system, code }) => ({ entity, system, code }));
    const reviews = ['accepted', 'rejected', 'suggested'] as const;
    await change('review_codes', { decisions: codes.map((code) => ({ ...code, review: reviews[pick(3)] })) });
    await change('review_findings', { decisions: some(findings).map((finding) => decide(finding, pick)) });
    for (const turn of opened.turns.filter(() => pick(3) === 0).slice(0, 6)) {
      if (pick(3) === 0) await change('correct_role', { ...turnsOf(turn, pick), role: roles[pick(4)] });
      else await change('correct_words', wordsOf(turn, opened, pick));
    }
    const finding = findings[pick(findings.length)];
    if (finding) await change('add_code', { finding: finding.id, system: 'ICD-10-CM', code: `R${10 + pick(80)}` });
  }
}

const roles = ['clinician', 'patient', 'other', 'unknown'] as const;

const turnsOf = ({ speaker, index }: Turn, pick: (n: number) => number) => ({
  speaker,
  from_turn: Math.max(0, index - pick(5)),
  to_turn: index + pick(5),
});

/** A decision on a finding, of every kind that there is. */
function decide({ id, choices }: Reviewable, pick: (n: number) => number) {
  const statuses = Object.keys(choices);
  const kinds = [
    { verdict: 'right' },
    { verdict: 'wrong' },
    { verdict: 'wrong', status: statuses[pick(statuses.length)] },
    { verdict: null },
  ];
  return { finding: id, ...kinds[pick(kinds.length)] };
}

/** A mention's words, or a part of them, or a stretch of the turn. */
function wordsOf(turn: Turn, { entities }: Opened, pick: (n: number) => number) {
  const inside = entities.filter((entity) => entity.turn === turn.index);
  const mention = pick(4) > 0 ? inside[pick(inside.length)] : undefined;
  const from = mention ?? { begin: turn.begin + pick(turn.end - turn.begin), end: turn.end };
  const begin = from.begin + (pick(2) === 0 ? pick(from.end - from.begin) : 0);
  const end = Math.min(from.end, begin + 1 + pick(from.end - begin));
  const was = Array.from(turn.text)
    .slice(begin - turn.begin, end - turn.begin)
    .join('');
  const becomes = ['Zoë 🤕', '$& {label}', was.toUpperCase() + '.', '<b>x</b>'][pick(4)];
  return { turn: turn.index, begin, end, was, becomes };
}

test.each(names)('%s is released as the product draws it, however it was reviewed', async (name) => {
  const documents = await documentsOf(name);
  let lines = 0;
  // A long visit takes its time, and has as many findings as several short ones.
  const times = documents.transcript.turns.length > 60 ? 2 : 6;
  for (let seed = 1; seed <= times; seed += 1) {
    const recordingId = `rec-${name}-${seed}`;
    await clinic.store({ ...documents, consultation: { ...documents.consultation, recordingId } });
    await reviewAtRandom(await clinic.opened(recordingId), seed);
    const { revision } = await clinic.opened(recordingId);
    const change = { recording: recordingId, revision, token: tokenOf(`${recordingId} release`) };
    await clinic.answer(provider, 'release_results', change);
    const released = await clinic.answer<Released>(patient, 'read_released', { recording: recordingId });
    expect(released).toEqual(toReleased(await clinic.opened(recordingId)));
    lines += Object.values(released.sections).flat().length;
  }
  if (documents.consultation.problems.length > 0) expect(lines).toBeGreaterThan(0);
});
