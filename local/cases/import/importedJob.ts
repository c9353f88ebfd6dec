import { areNames } from './speakerNames.ts';
import type { TimedWord } from './timing.ts';

const marks = /[.,?!;:…]+$/u;

/**
 * The words as a result that the pipeline reads like one of Transcribe, with the mark that says whose they are. Every
 * word stands in it once, in its order, with its punctuation.
 * @param recognizer takes the place of the job's name
 */
export function toImportedJob(words: readonly TimedWord[], recognizer: string): string {
  const labels = [...new Set(words.flatMap(({ speaker }) => speaker ?? []))];
  return JSON.stringify({
    jobName: recognizer,
    imported: { speakers: areNames(labels) ? 'named' : 'heard' },
    results: {
      transcripts: [{ transcript: toText(words) }],
      items: words.flatMap((word) => toItems(word)),
    },
    status: 'COMPLETED',
  });
}

/** Marks that stand alone belong to the word before them. */
function toText(words: readonly TimedWord[]): string {
  let transcript = '';
  for (const { text } of words) transcript += transcript === '' || isMarks(text) ? text : ` ${text}`;
  return transcript;
}

const isMarks = (text: string) => marks.exec(text)?.index === 0;

function toItems({ text, speaker, startMs, endMs, confidence }: TimedWord): object[] {
  const label = speaker === undefined ? {} : { speaker_label: speaker };
  const trailing = marks.exec(text)?.[0] ?? '';
  const content = text.slice(0, text.length - trailing.length);
  const word = {
    ...label,
    start_time: String(startMs / 1000),
    end_time: String(endMs / 1000),
    alternatives: [{ ...(confidence !== undefined && { confidence: confidence.toFixed(4) }), content }],
    type: 'pronunciation',
  };
  const punctuation = Array.from(trailing, (mark) => ({
    ...label,
    alternatives: [{ content: mark }],
    type: 'punctuation',
  }));
  return content === '' ? punctuation : [word, ...punctuation];
}
