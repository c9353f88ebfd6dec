import { toLabel } from './fields.ts';

/** A line of talk and who says it, as far as the line tells. */
export interface Line {
  speaker?: string | undefined;
  text: string;
}

/** `[SPEAKER_00]: text`, as WhisperX writes it, and `(speaker 0) text` of whisper.cpp. */
const bracketed = /^\s*(?:\[([^\]]{1,60})\]\s*:|\((speaker [^)]{1,20})\):?)\s*/i;
/** `Doctor: text`, also in bold as Markdown has it. */
const named = /^\s*(?:\*\*)?(\p{L}[\p{L}\p{N} .'’()_-]{0,39}?)(?:\*\*)?\s*:(?:\*\*)?(?:\s+|$)/u;

const roles =
  'doctor dr gp physician clinician practitioner consultant surgeon psychiatrist nurse midwife therapist pharmacist ' +
  'paramedic patient client mum mom mother dad father parent partner husband wife son daughter brother sister carer ' +
  'caregiver guardian interpreter receptionist student interviewer relative';
const isRole = (name: string) =>
  new Set(roles.split(' ')).has((name.split(/[ .'’(]/)[0] ?? '').toLowerCase()) && name.split(' ').length <= 3;

/** Labels that a recognizer gives, not people: SPEAKER_00, Speaker 1, spk_0, 2, A. D and P are written by hand. */
const heard = /^(?:(?:spk|speaker|person|voice|ch)[ _-]?\w{1,3}|\d+|[A-CE-OQ-Z])$/i;

/** Whether these labels are names that somebody wrote. */
export function areNames(labels: readonly string[]): boolean {
  return labels.some((label) => !heard.test(label));
}

/** Reads who says a line where the line begins with any name and a colon: a dialogue is written so. */
export function readNamedLine(line: string): Line {
  const [whole = '', name, number] = bracketed.exec(line) ?? named.exec(line) ?? [];
  return { speaker: toLabel(name ?? number), text: line.slice(whole.length) };
}

/**
 * Reads who says the lines of captions. There a line may well begin with a word and a colon that are part of the talk, so
 * a name counts only when it is a role, a label of a recognizer, or stands before two lines or more.
 */
export function readCaptionLines(lines: readonly string[]): Line[] {
  const read = lines.map((line) => ({ line, ...readNamedLine(line) }));
  const counts = new Map<string, number>();
  for (const { speaker } of read) if (speaker !== undefined) counts.set(speaker, (counts.get(speaker) ?? 0) + 1);
  const isSpeaker = (name: string, line: string) =>
    bracketed.test(line) || isRole(name) || heard.test(name) || (/^\p{Lu}/u.test(name) && (counts.get(name) ?? 0) > 1);
  return read.map(({ line, speaker, text }) =>
    speaker !== undefined && isSpeaker(speaker, line) ? { speaker, text } : { text: line },
  );
}
