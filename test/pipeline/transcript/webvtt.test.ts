import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { toWebVtt } from '../../../pipeline/transcript/webvtt.ts';
import { toTranscript } from '../../../pipeline/transcript/normalize.ts';
import { jobResult, type Layout, say } from '../jobResults.ts';
import { transcriptOf } from '../transcriptOf.ts';
import { inspected, recordingId } from '../visit.ts';

interface Node {
  type: string;
  name?: string;
  value?: string;
  children?: Node[];
}

interface ParsedCue {
  startTime: number;
  endTime: number;
  text: string;
  tree: { children: Node[] };
}

interface Parser {
  parse(text: string, mode: string): { cues: ParsedCue[]; errors: object[] };
}

// The parser has no types of its own; only these two methods are used.
const { WebVTTParser } = createRequire(import.meta.url)('webvtt-parser') as {
  WebVTTParser: new (entities: Record<string, string>) => Parser;
};

/** Its own defaults leave the semicolon of an entity in the text. */
const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** The cues as a player reads them. */
function cuesOf(vtt: string) {
  const { cues, errors } = new WebVTTParser(entities).parse(vtt, 'subtitles/captions/descriptions');
  expect(errors).toEqual([]);
  return cues.map(({ startTime, endTime, tree }) => {
    const [voice] = tree.children;
    return { from: startTime, to: endTime, voice: voice?.value, text: textOf(voice) };
  });
}

function textOf(node: Node | undefined): string {
  return node?.type === 'text' ? (node.value ?? '') : (node?.children ?? []).map(textOf).join('');
}

const dialogue = (layout: Layout, words: Parameters<typeof jobResult>[1]) =>
  toTranscript(jobResult(layout, words), { recordingId, ...inspected.inspection });

test('is one cue a short turn, with role, label and the times of the words', () => {
  const transcript = transcriptOf([
    [0, 'Any chest pain?'],
    [1, 'No, doctor.'],
  ]);
  expect(cuesOf(toWebVtt(transcript))).toEqual([
    { from: 0.5, to: 1.2, voice: 'clinician (spk_0)', text: 'Any chest pain?' },
    { from: 1.7, to: 2.15, voice: 'patient (spk_1)', text: 'No, doctor.' },
  ]);
});

test('names an unknown speaker by the label alone', () => {
  expect(toWebVtt(transcriptOf([[0, 'Hello.']], { roles: {} }))).toContain('<v spk_0>Hello.</v>');
});

test('of silence is a file without cues', () => {
  expect(toWebVtt(transcriptOf([]))).toBe('WEBVTT\n');
});

describe('a long turn', () => {
  const sentence = Array.from({ length: 120 }, (_, n) => `word${n}${n % 9 === 8 ? '.' : ''}`).join(' ');
  const cues = cuesOf(toWebVtt(transcriptOf([[0, sentence]])));

  test('is cut between words into cues of two lines and seconds that can be read, and loses none', () => {
    expect(cues.length).toBeGreaterThan(8);
    for (const { from, to, text } of cues) {
      expect(text.length).toBeLessThanOrEqual(85);
      expect(to - from).toBeLessThanOrEqual(7);
      expect(to).toBeGreaterThan(from);
    }
    expect(cues.map((cue) => cue.text).join(' ')).toBe(sentence);
  });

  test('spoken slowly is cut by time', () => {
    const slow = say(0, 0, 'I do not know').map((word, n) => ({ ...word, startMs: n * 4000, endMs: n * 4000 + 300 }));
    for (const { from, to } of cuesOf(toWebVtt(dialogue('newer', slow)))) expect(to - from).toBeLessThanOrEqual(7);
  });
});

test('what looks like markup is text', () => {
  const transcript = transcriptOf([[0, 'pressure <90 & falling --> <v patient>lie</v> &amp; so on']]);
  expect(
    cuesOf(toWebVtt(transcript))
      .map((cue) => cue.text)
      .join(' '),
  ).toBe('pressure <90 & falling --> <v patient>lie</v> &amp; so on');
});

test.each(['pain\n\nis', 'pain\r\n\r\nis', 'pain\r\ris', 'pain \n \n is', 'pain\n--> is'])(
  'a blank line in a word does not end its cue: %j',
  (word) => {
    const [heard] = say(0, 1000, 'x');
    const words = [{ ...heard, text: word }, ...say(0, 2000, 'bad, doctor.')] as ReturnType<typeof say>;
    expect(cuesOf(toWebVtt(dialogue('newer', words))).map((cue) => cue.text.replace('--> ', ''))).toEqual([
      'pain is bad, doctor.',
    ]);
  },
);

test('a word without a text has no cue of its own', () => {
  const job = jobResult('channels', [...say(0, 1000, 'Hello.'), ...say(1, 5000, 'Well now')]);
  const items = job.results.channel_labels?.channels.flatMap(({ items }) => items) ?? [];
  for (const item of items) if (item.alternatives[0]?.content !== 'now') Object.assign(item, { alternatives: [] });
  const transcript = toTranscript(job, { recordingId, ...inspected.inspection });
  expect(cuesOf(toWebVtt(transcript)).map((cue) => cue.text)).toEqual(['now']);
});

test('emoji and combining accents do not shift the cuts', () => {
  const words = Array.from({ length: 60 }, (_, n) => `${n % 2 ? '🩺' : 'e\u0301'}${n}`).join(' ');
  expect(
    cuesOf(toWebVtt(transcriptOf([[0, words]])))
      .map((cue) => cue.text)
      .join(' '),
  ).toBe(words);
});

test('cues of speakers who overlap are in the order of their start', () => {
  const words = [...say(0, 1000, 'a '.repeat(60).trim()), ...say(1, 5000, 'Yes I see')];
  const starts = cuesOf(toWebVtt(dialogue('channels', words))).map((cue) => cue.from);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

test('a word without length has a cue that can be shown, and an hour has hours', () => {
  const word = { ...say(0, 3_723_004, 'Ow.')[0] } as ReturnType<typeof say>[number];
  const vtt = toWebVtt(dialogue('newer', [{ ...word, endMs: word.startMs }]));
  expect(vtt).toContain('01:02:03.004 --> 01:02:03.005');
});
