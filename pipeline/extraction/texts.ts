import type { Opened } from '../reading/opened.ts';
import { shapeOf } from '../reading/redecide.ts';
import { codePoints, type Transcript, type Turn, type Word } from '../transcript/transcript.ts';

/** In documents about a text that is of no recording: the id of none. */
export const noRecording = `rec-${'0'.repeat(32)}`;

/** The transcript that the workflow stored, as its provider opens it: her corrections lie over it and change no word. */
export function ofOpened({ recordingId, consultation, recording, turns }: Opened): Transcript {
  const { meetingId, appointmentId, speakers, quality } = consultation;
  const { language, engine, durationMs } = recording;
  return {
    schema: 'medzen.transcript/1',
    recordingId,
    meetingId,
    appointmentId,
    language,
    engine: { name: engine as Transcript['engine']['name'], jobName: recordingId, shape: shapeOf(consultation) },
    durationMs,
    text: turns.map(({ text }) => text).join('\n'),
    speakers,
    turns,
    quality,
  };
}

/**
 * A text that somebody has sent, as the transcript of nobody knows whom: each line that is not blank is a turn of a
 * speaker of its own, because the next line may be the answer of another. Nothing of the text is changed, and offsets are
 * those of the whole.
 */
export function ofText(text: string, language: string): Transcript {
  const turns = toTurns(text);
  return {
    schema: 'medzen.transcript/1',
    recordingId: noRecording,
    meetingId: '',
    appointmentId: null,
    language,
    engine: { name: 'imported', jobName: '', shape: 'plain' },
    durationMs: 0,
    text,
    speakers: turns.map(({ speaker: label, words }) => ({ label, ...nobody, speakingMs: 0, words: words.length })),
    turns,
    quality: {
      words: turns.reduce((sum, { words }) => sum + words.length, 0),
      meanConfidence: null,
      lowConfidenceWords: 0,
      flags: [],
    },
  };
}

const nobody = { role: 'unknown', roleConfidence: 0, roleEvidence: 'none' } as const;

function toTurns(text: string): Turn[] {
  const turns: Turn[] = [];
  let begin = 0;
  for (const line of text.split('\n')) {
    const end = begin + codePoints(line);
    if (line.trim() !== '') {
      const index = turns.length;
      const words = toWords(line, begin);
      const who = { index, speaker: `line-${index + 1}`, role: nobody.role };
      turns.push({ ...who, startMs: 0, endMs: 0, begin, end, text: line, confidence: null, words });
    }
    begin = end + 1;
  }
  return turns;
}

function toWords(line: string, from: number): Word[] {
  let unit = 0;
  let at = from;
  return [...line.matchAll(/\S+/g)].map(({ 0: word, index }) => {
    const begin = at + codePoints(line.slice(unit, index));
    at = begin + codePoints(word);
    unit = index + word.length;
    return [begin, at, 0, 0, null];
  });
}
