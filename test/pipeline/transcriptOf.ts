import { toTranscript } from '../../pipeline/transcript/normalize.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { conversation, jobResult, type Layout, type Line } from './jobResults.ts';
import { inspected, recordingId } from './visit.ts';

type Roles = Readonly<Record<string, 'clinician' | 'patient' | 'other'>>;

/** Who speaks is told to these transcripts, not guessed: speaker 0 is the clinician and 1 the patient. */
const usual: Roles = { spk_0: 'clinician', spk_1: 'patient', ch_0: 'clinician', ch_1: 'patient' };

/** The transcript of a dialogue, by way of a job result. */
export function transcriptOf(
  lines: readonly Line[],
  { layout = 'newer', roles = usual }: { layout?: Layout; roles?: Roles } = {},
): Transcript {
  const transcript = toTranscript(jobResult(layout, conversation(...lines)), {
    recordingId,
    ...inspected.inspection,
  });
  const roleOf = (label: string) => (layout === 'plain' ? 'unknown' : (roles[label] ?? 'unknown'));
  for (const turn of transcript.turns) turn.role = roleOf(turn.speaker);
  for (const speaker of transcript.speakers) speaker.role = roleOf(speaker.label);
  return transcript;
}

/** Where the `nth` mention of a word stands in the transcript's text, in code points. */
export function spanOf({ text }: Transcript, words: string, nth = 1): { begin: number; end: number; text: string } {
  let at = -1;
  for (let n = 0; n < nth; n += 1) at = text.indexOf(words, at + 1);
  if (at < 0) throw new Error(`the text has no ${nth}. "${words}"`);
  const begin = Array.from(text.slice(0, at)).length;
  return { begin, end: begin + Array.from(words).length, text: words };
}
