import { join } from 'node:path';
import { toDocuments } from '../consultations/documents.ts';
import { readCase } from '../../local/cases/caseFolder.ts';
import { loadEngine } from '../../local/lexicon/engine.ts';
import type { AnyFinding } from '../../pipeline/reading/statuses.ts';
import { lists } from '../../pipeline/clinical/finding.ts';
import { openFiles } from '../../pipeline/reading/openFiles.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { codePoints } from '../../pipeline/transcript/transcript.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');

let engine: ReturnType<typeof loadEngine> | undefined;

/** The documents that the workflow makes of a fixture. */
export async function documentsOfFixture(name: string) {
  engine ??= loadEngine();
  return toDocuments(await readCase(join(fixtures, name)), { engine, traits: true });
}

/** A fixture's consultation as it is opened. */
export async function openFixture(name: string): Promise<Opened> {
  const { transcript, entities, consultation } = await documentsOfFixture(name);
  return openFiles(transcript, entities, consultation);
}

/** A consultation as long as several of the same: as many times the turns, the entities, the findings, the codes. */
export function repeated(opened: Opened, times: number): Opened {
  const parts = Array.from({ length: times }, (_, n) => shifted(opened, n));
  const { consultation, recording } = opened;
  const found = Object.fromEntries(lists.map((list) => [list, parts.flatMap((part) => part.consultation[list])]));
  return {
    ...opened,
    recording: { ...recording, durationMs: recording.durationMs * times },
    consultation: {
      ...consultation,
      ...(found as Pick<Opened['consultation'], (typeof lists)[number]>),
      quality: { ...consultation.quality, words: consultation.quality.words * times },
    },
    turns: parts.flatMap((part) => part.turns),
    entities: parts.flatMap((part) => part.entities),
    codes: parts.flatMap((part) => part.codes),
  };
}

function shifted({ turns, entities, codes, consultation, recording }: Opened, n: number) {
  const length = codePoints(turns.map(({ text }) => text).join('\n')) + 1;
  const [points, ms, first] = [length * n, recording.durationMs * n, turns.length * n];
  const place = <Of extends { begin: number; end: number }>(of: Of): Of => ({
    ...of,
    begin: of.begin + points,
    end: of.end + points,
  });
  const time = <Of extends { startMs: number; endMs: number }>(of: Of): Of => ({
    ...of,
    startMs: of.startMs + ms,
    endMs: of.endMs + ms,
  });
  const idOf = (id: string) => `${id}-${n}`;
  const finding = <Of extends AnyFinding>(of: Of): Of => ({
    ...of,
    id: idOf(of.id),
    evidence: of.evidence.map((one) => ({
      ...time(one),
      entity: idOf(one.entity),
      turn: one.turn + first,
      spans: one.spans.map((span) => ({ ...place(time(span)), turn: span.turn + first })),
    })),
  });
  return {
    turns: turns.map((turn) => ({
      ...place(time(turn)),
      index: turn.index + first,
      words: turn.words.map(([begin, end, startMs, endMs, confidence]): (typeof turn.words)[number] => [
        begin + points,
        end + points,
        startMs + ms,
        endMs + ms,
        confidence,
      ]),
    })),
    entities: entities.map((entity) => ({ ...place(time(entity)), id: idOf(entity.id), turn: entity.turn + first })),
    codes: codes.map((code) => ({ ...code, entity: idOf(code.entity) })),
    consultation: Object.fromEntries(
      lists.map((list) => [list, consultation[list].map((one: AnyFinding) => finding(one))]),
    ) as unknown as Pick<Opened['consultation'], (typeof lists)[number]>,
  };
}
