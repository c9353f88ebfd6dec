import { readFileSync } from 'node:fs';
import { parseDialogue } from '../local/cases/dialogue.ts';
import { labelsOf, toJobResult } from '../local/cases/jobResult.ts';
import type { Found } from '../pipeline/clinical/assertion/mention.ts';
import { toRuling } from '../pipeline/clinical/assertion/rules/ruling.ts';
import { type AssertionStatus, statuses } from '../pipeline/clinical/entities.ts';
import type { Role, Transcript } from '../pipeline/transcript/transcript.ts';
import { toTranscript } from '../pipeline/transcript/normalize.ts';

/** A few lines of talk, and the findings in it with the status that a careful reader gives each. */
export interface AssertionDialogue {
  title: string;
  /** The line of the file on which it begins. */
  line: number;
  /** When two lines in a row are of unknown role, the second is somebody else's. */
  spoken: { speaker: string; text: string }[];
  marks: Mark[];
}

/**
 * A status, or one of three that say more: the patient is allergic to it, is not, or was asked about it and never answered.
 * The documents call the first and the last possible, and the second absent, each for its own reason.
 */
export type Expected = AssertionStatus | (typeof closer)[number];

export const closer = ['allergic', 'not-allergic', 'open'] as const;

export interface Mark {
  words: string;
  /** The mention that is meant: the nth occurrence of these words in the dialogue, from 1. */
  nth: number;
  category: string;
  expected: Expected;
}

/** A mark as it was judged. */
export interface Judged extends Mark {
  title: string;
  line: number;
  status: AssertionStatus;
  reason: string;
}

const roles: Readonly<Record<string, Role>> = { C: 'clinician', P: 'patient', O: 'other', U: 'unknown' };
const categories: Readonly<Record<string, string>> = {
  condition: 'MEDICAL_CONDITION',
  medication: 'MEDICATION',
  test: 'TEST_TREATMENT_PROCEDURE',
  procedure: 'TEST_TREATMENT_PROCEDURE',
};
const marked = /\[([^\]=,]+)(?:, (\w+))? = ([\w-]+)\]/g;

/** Reads a file of `fixtures/assertions`. @throws Error naming the first line that is wrong */
export function readAssertionDialogues(path: string): AssertionDialogue[] {
  const dialogues: AssertionDialogue[] = [];
  let title = '';
  let open: AssertionDialogue | undefined;
  for (const [index, content] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (content === '') open = undefined;
    else if (content.startsWith('#')) title = content.slice(1).trim();
    else {
      if (!open) dialogues.push((open = { title, line: index + 1, spoken: [], marks: [] }));
      readLine(open, content, `${path}:${index + 1}`);
    }
  }
  return dialogues;
}

function readLine({ spoken, marks }: AssertionDialogue, content: string, where: string): void {
  const role = roles[content.charAt(0)];
  const last = spoken.at(-1)?.speaker;
  if (!role || content.slice(1, 3) !== ': ') throw new Error(`${where}: neither "C: ", "P: ", "O: " nor "U: "`);
  const before = spoken.map(({ text }) => text).join('\n');
  const line = content.slice(3);
  const text = line.replaceAll(marked, '$1');
  if (/[[\]]/.test(text)) throw new Error(`${where}: a mark is not "[words = status]" or "[words, kind = status]"`);
  for (const { index, 1: words = '', 2: kind = 'condition', 3: expected = '' } of line.matchAll(marked)) {
    const category = categories[kind];
    if (!category) throw new Error(`${where}: there is no kind "${kind}"`);
    if (!isExpected(expected)) throw new Error(`${where}: there is no status "${expected}"`);
    const ahead = `${before}\n${line.slice(0, index).replaceAll(marked, '$1')}`;
    marks.push({ words, nth: ahead.split(words).length, category, expected });
  }
  const speaker = role === 'unknown' && last === 'unknown' ? 'unknown 2' : role;
  spoken.push({ speaker, text });
}

const isExpected = (word: string): word is Expected => [...statuses, ...closer].some((known) => known === word);

/** Judges every mark by the named rules and the dialogue alone: no trait of a service helps, and no weight. */
export function judge(dialogue: AssertionDialogue): Judged[] {
  const transcript = transcriptOf(dialogue);
  return foundIn(dialogue, transcript).flatMap((found, at) => {
    const mark = dialogue.marks[at];
    const { status, reason } = toRuling(transcript, found);
    return mark ? { ...mark, title: dialogue.title, line: dialogue.line, status, reason } : [];
  });
}

/** The marks as an answer of the service without traits would have them. */
export function foundIn({ marks }: AssertionDialogue, transcript: Transcript): Found[] {
  return marks.map((mark) => {
    const span = spanOf(transcript, mark);
    const turn = transcript.turns.find(({ end }) => span.begin < end);
    if (!turn) throw new Error(`"${mark.words}" stands in no turn`);
    return {
      ...span,
      text: mark.words,
      category: mark.category,
      type: types[mark.category] ?? '',
      score: 1,
      turn: turn.index,
      speaker: turn.speaker,
      role: turn.role,
      startMs: 0,
      endMs: 0,
      traits: [],
      attributes: [],
      codes: [],
    };
  });
}

const types: Readonly<Record<string, string>> = {
  MEDICATION: 'GENERIC_NAME',
  MEDICAL_CONDITION: 'DX_NAME',
  TEST_TREATMENT_PROCEDURE: 'TEST_NAME',
};

/** Made by way of a job result, like every transcript, but the roles are given, not guessed. */
export function transcriptOf({ spoken }: AssertionDialogue): Transcript {
  const dialogue = parseDialogue(
    `title: x\n\n${spoken.map(({ speaker, text }) => `${speaker}: ${text}`).join('\n')}\n`,
  );
  const transcript = toTranscript(toJobResult(dialogue, { jobName: 'assertions' }), {
    recordingId: 'assertions',
    meetingId: 'assertions',
    appointmentId: null,
    language: 'en-US',
    engine: 'transcribe-medical',
    durationMs: dialogue.durationMs,
  });
  const roleOf = new Map([...labelsOf(dialogue)].map(([speaker, label]) => [label, speaker]));
  for (const turn of transcript.turns) {
    turn.role = Object.values(roles).find((role) => role === roleOf.get(turn.speaker)) ?? 'unknown';
  }
  return transcript;
}

export function spanOf({ text }: Transcript, { words, nth }: Mark): { begin: number; end: number } {
  let at = -1;
  for (let n = 0; n < nth; n += 1) at = text.indexOf(words, at + 1);
  if (at < 0) throw new Error(`the transcript has no "${words}"`);
  const begin = Array.from(text.slice(0, at)).length;
  return { begin, end: begin + Array.from(words).length };
}
