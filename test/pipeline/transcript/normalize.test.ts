import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toTranscript } from '../../../pipeline/transcript/normalize.ts';
import type { Transcript } from '../../../pipeline/transcript/transcript.ts';
import {
  conversation,
  type Heard,
  type JobFile,
  jobResult,
  type Layout,
  layouts,
  type Line,
  say,
  transcriptOf,
} from '../jobResults.ts';
import { inspected, recordingId } from '../visit.ts';
import { cpuMs } from '../../cpuTime.ts';

const context = { recordingId, ...inspected.inspection };
const slice = (text: string, begin: number, end: number) => Array.from(text).slice(begin, end).join('');

/** Words as they occur and as they hardly ever do: emoji, combining accents, characters beyond the first plane. */
const text = fc.constantFrom(
  'pain',
  'No',
  'e\u0301te\u0301',
  '🩺',
  '👩🏽‍⚕️',
  '𝒜spirin',
  'naïve',
  '37.5',
  '[PII]',
  '痛み',
  "I'm",
);
const heard: fc.Arbitrary<Heard[]> = fc
  .array(
    fc.record({
      speaker: fc.integer({ min: 0, max: 1 }),
      gapMs: fc.constantFrom(0, 50, 400, 1500),
      lengthMs: fc.constantFrom(0, 10, 200, 900),
      text,
      marks: fc.array(fc.constantFrom('.', ',', '?', '!', '…'), { maxLength: 3 }),
      confidence: fc.constantFrom('0.99', '1.0', '9.0E-4', undefined),
    }),
    { maxLength: 40 },
  )
  .map((words) => {
    let at = 0;
    return words.map(({ gapMs, lengthMs, ...word }) => {
      const startMs = at + gapMs;
      at = startMs + lengthMs;
      return { ...word, startMs, endMs: at };
    });
  });

const streams = ['plain', 'older', 'medical-guide', 'newer'] as const;
const labelled = ['older', 'medical-guide', 'newer'] as const;
const channels = ['channels', 'medical-channels'] as const;

function forAll(among: readonly Layout[], check: (transcript: Transcript, words: Heard[]) => void) {
  fc.assert(
    fc.property(heard, fc.constantFrom(...among), (words, layout) => {
      const transcript = toTranscript(jobResult(layout, words), { ...context, durationMs: 1e6 });
      // Two channels that say the same at the same time are one mono call: kept once, by design.
      fc.pre(!transcript.quality.flags.includes('dual-mono'));
      check(transcript, words);
    }),
  );
}

describe('every dialogue', () => {
  const turnsOf = ({ turns }: Transcript, speaker?: string) =>
    turns.filter((turn) => speaker === undefined || turn.speaker === speaker);
  const textOf = (transcript: Transcript, speaker?: string) =>
    turnsOf(transcript, speaker)
      .map((turn) => turn.text)
      .join(' ');

  test('in every layout has turns and words whose offsets are code points of its text', () => {
    forAll(layouts, ({ text: whole, turns, quality }, words) => {
      for (const turn of turns) expect(slice(whole, turn.begin, turn.end)).toBe(turn.text);
      const read = turns.flatMap((turn) => turn.words.map(([begin, end]) => slice(whole, begin, end)));
      expect(read.toSorted()).toEqual(words.map((word) => word.text).toSorted());
      expect(quality.words).toBe(words.length);
      expect(turns.map((turn) => turn.text).join('\n')).toBe(whole);
    });
  });

  test('in one stream reads exactly as the service wrote it', () => {
    forAll(streams, (transcript, words) => expect(textOf(transcript)).toBe(transcriptOf(words)));
  });

  test('on two channels reads exactly as each of them', () => {
    forAll(channels, (transcript, words) => {
      const spoken = [0, 1].map((channel) => transcriptOf(words.filter(({ speaker }) => speaker === channel)));
      expect([textOf(transcript, 'ch_0'), textOf(transcript, 'ch_1')]).toEqual(spoken);
    });
  });

  test('with labels has a turn for each maximal run of one speaker, and keeps the label of each word', () => {
    forAll(labelled, ({ turns }, words) => {
      for (const [index, { speaker }] of turns.entries()) expect(speaker).not.toBe(turns[index - 1]?.speaker);
      const labels = turns.flatMap((turn) =>
        turn.words.map(([begin, end]) => {
          const mended = turn.relabelled?.filter((run) => run.begin <= begin && end <= run.end) ?? [];
          expect(mended.length).toBeLessThan(2);
          return mended[0]?.label ?? turn.speaker;
        }),
      );
      expect(labels).toEqual(words.map(({ speaker }) => `spk_${speaker}`));
    });
  });

  test('without labels is one turn', () => {
    forAll(['plain'], ({ turns }, words) => expect(turns).toHaveLength(Math.min(1, words.length)));
  });

  test('keeps times in order, of turns and of the words within a stream', () => {
    const inOrder = (times: number[]) => expect(times).toEqual(times.toSorted((a, b) => a - b));
    forAll(layouts, (transcript) => {
      inOrder(transcript.turns.map((turn) => turn.startMs));
      for (const { label } of transcript.speakers) {
        inOrder(turnsOf(transcript, label).flatMap((turn) => turn.words.map((word) => word[2])));
      }
      expect(transcript.turns.map((turn) => turn.index)).toEqual([...transcript.turns.keys()]);
    });
  });
});

test('carries the identity of its recording and the times of its words, not of segments', () => {
  const transcript = toTranscript(
    jobResult('medical-guide', conversation([0, 'Good morning.'], [1, 'Hello.'])),
    context,
  );
  expect(transcript).toMatchObject({
    schema: 'medzen.transcript/1',
    recordingId,
    meetingId: 'meeting-7',
    appointmentId: 'appointment-3',
    language: 'en-US',
    durationMs: 600_000,
    engine: { name: 'transcribe-medical', jobName: 'job-1', shape: 'speaker-labels' },
    text: 'Good morning.\nHello.',
  });
  expect(transcript.turns).toMatchObject([
    { index: 0, speaker: 'spk_0', startMs: 500, endMs: 950, begin: 0, end: 13, confidence: 0.98 },
    { index: 1, speaker: 'spk_1', startMs: 1450, endMs: 1650, begin: 14, end: 20 },
  ]);
  expect(transcript.turns[0]?.words).toEqual([
    [0, 4, 500, 700, 0.98],
    [5, 12, 750, 950, 0.98],
  ]);
  expect(transcript.speakers).toMatchObject([
    { label: 'spk_0', words: 2, speakingMs: 400 },
    { label: 'spk_1', words: 1, speakingMs: 200 },
  ]);
});

describe('quality', () => {
  const qualityOf = (words: Heard[], layout: (typeof layouts)[number] = 'newer', durationMs = 600_000) =>
    toTranscript(jobResult(layout, words), { ...context, durationMs }).quality;
  const two = conversation([0, 'How are you?'], [1, 'Fine, thanks.']);
  const noise = (count: number, lengthMs: number): Heard[] =>
    Array.from({ length: count }, (_, n) => ({
      ...word('Yeah', 10_000 + n * 60),
      endMs: 10_000 + n * 60 + lengthMs,
      confidence: '0.9',
    }));

  test('counts words and means over the known confidences; punctuation has none', () => {
    const words = [...say(0, 0, 'sure.', '0.9'), ...say(1, 500, 'perhaps!', '0.4'), { ...word('[PII]', 900) }];
    expect(qualityOf(words)).toEqual({ words: 3, meanConfidence: 0.65, lowConfidenceWords: 1, flags: [] });
    expect(qualityOf([{ ...word('[PII]', 0) }])).toMatchObject({ meanConfidence: null, lowConfidenceWords: 0 });
  });

  test('of an echo go the marks too, and what the speaker said herself stays', () => {
    const words = [
      ...say(0, 0, 'any chest pain?', '0.9'),
      ...say(1, 40, 'any chest pain?', '0.4'),
      ...say(1, 1000, 'No, none.', '0.9'),
    ];
    expect(toTranscript(jobResult('channels', words), context).turns.map(({ text }) => text)).toEqual([
      'any chest pain?',
      'No, none.',
    ]);
  });

  test.each<[string, string[], ReturnType<typeof qualityOf>]>([
    ['nothing, for an ordinary visit', [], qualityOf(two)],
    ['silence', ['no-speech'], qualityOf([])],
    ['one voice where two were looked for', ['single-speaker'], qualityOf(conversation([0, 'Patient is well.']))],
    ['nothing, for one voice in a plain file', [], qualityOf(two, 'plain')],
    [
      'doubtful words throughout',
      ['low-confidence'],
      qualityOf([...say(0, 0, 'a b', '0.3'), ...say(1, 900, 'c', '0.7')]),
    ],
    [
      'the same speech twice',
      ['single-speaker', 'dual-mono'],
      qualityOf([...say(0, 0, 'a b c d e f g h i j'), ...say(1, 0, 'a b c d e f g h i j')], 'channels'),
    ],
    [
      'a channel that overheard the other one',
      ['crosstalk'],
      qualityOf(
        [...say(0, 0, 'any chest pain?', '0.9'), ...say(1, 40, 'any chest pain?', '0.4'), ...say(1, 3000, 'No.')],
        'channels',
      ),
    ],
    [
      'a burst of one word',
      ['repetition'],
      qualityOf([...say(0, 0, 'a b c d e f g h'), ...say(1, 5000, 'x'), ...noise(8, 10)]),
    ],
    ['not seven of it', [], qualityOf([...say(0, 0, 'a b c d e f g h'), ...say(1, 5000, 'x'), ...noise(7, 10)])],
    [
      'nor words that are really spoken',
      [],
      qualityOf([...say(0, 0, 'a b c d e f g h'), ...say(1, 5000, 'x'), ...noise(8, 51)]),
    ],
    ['words after the end of the media', ['truncated'], qualityOf(two, 'newer', 500)],
    [
      'media whose end is missing',
      ['truncated'],
      toTranscript(jobResult('newer', two), { ...context, truncated: true }).quality,
    ],
  ])('flags %s: %j', (_, flags, quality) => {
    expect(quality.flags).toEqual(flags);
  });

  function word(content: string, startMs: number): Heard {
    return { speaker: 0, startMs, endMs: startMs + 200, text: content, marks: [], confidence: undefined };
  }
});

describe('the text of a result that is not as it should be', () => {
  const changed = (change: (job: JobFile) => void) => {
    const job = jobResult('newer', conversation([0, 'Any pain?'], [1, 'My 🦵 hurts, no fever.']));
    change(job);
    return toTranscript(job, context);
  };
  const reading = (job: JobFile, content: string) =>
    job.results.items?.find(({ alternatives }) => alternatives[0]?.content === content);
  const wordsOf = ({ text, turns }: Transcript) =>
    turns.flatMap((turn) => turn.words.map(([begin, end]) => slice(text, begin, end)));

  test('takes a word from the transcript, flags nothing and keeps the offsets', () => {
    const transcript = changed((job) => Object.assign(reading(job, 'hurts') ?? {}, { alternatives: [] }));
    expect(transcript.text).toBe('Any pain?\nMy 🦵 hurts, no fever.');
    expect(wordsOf(transcript)).toEqual(['Any', 'pain', 'My', '🦵', 'hurts', 'no', 'fever']);
    expect(transcript.quality.flags).toEqual([]);
  });

  test('keeps a word that has no text, says so, and keeps the offsets', () => {
    const transcript = changed((job) => {
      Object.assign(reading(job, '🦵') ?? {}, { alternatives: [] });
      job.results.transcripts = [{ transcript: 'Any pain? My hurts, no fever.' }];
    });
    expect(transcript.text).toBe('Any pain?\nMy hurts, no fever.');
    expect(wordsOf(transcript)).toEqual(['Any', 'pain', 'My', '', 'hurts', 'no', 'fever']);
    expect(transcript.quality).toMatchObject({ words: 7, flags: ['word-without-text'] });
  });

  test('says that marks differ', () => {
    const transcript = changed(
      (job) => void (job.results.transcripts = [{ transcript: 'Any pain My 🦵 hurts. No fever' }]),
    );
    expect(transcript.quality.flags).toEqual(['marks-differ']);
    expect(transcript.text).toBe('Any pain?\nMy 🦵 hurts, no fever.');
  });

  test('holds nothing that Postgres cannot, anywhere', () => {
    const transcript = changed((job) => {
      job.jobName = 'job\0';
      for (const item of job.results.items ?? [])
        if (item.speaker_label === 'spk_1') item.speaker_label = 'spk_1\0\ud83e';
      Object.assign(reading(job, 'hurts')?.alternatives[0] ?? {}, { content: 'hu\0rts\udd7a' });
      job.results.transcripts = [{ transcript: 'Any pain? My 🦵 hu\0rts\udd7a, no fever.' }];
    });
    expect(JSON.stringify(transcript)).not.toMatch(/\\u0000|\\ud[89a-f]/);
    expect(transcript.text).toBe('Any pain?\nMy 🦵 hurts\ufffd, no fever.');
    expect(wordsOf(transcript)).toContain('hurts\ufffd');
    expect(transcript.speakers.map(({ label }) => label)).toEqual(['spk_0', 'spk_1\ufffd']);
  });

  test('has no speech where a filter left only marks', () => {
    const transcript = changed((job) => {
      for (const item of job.results.items ?? []) {
        if (item.type === 'pronunciation') item.alternatives = [{ content: '' }];
      }
      job.results.transcripts = [{ transcript: '?   ,  .' }];
    });
    expect(transcript).toMatchObject({
      text: '',
      turns: [],
      speakers: [],
      quality: { words: 0, flags: ['no-speech'] },
    });
  });
});

describe('a mended label', () => {
  const heard = conversation([0, 'Does it 🩺 itch?'], [0, 'Um,'], [1, 'only in the evening.', 50]);
  const mended = (layout: Layout) => toTranscript(jobResult(layout, heard), context);

  test.each(['newer', 'older', 'medical-guide'] as const)('keeps the label of the service beside it: %s', (layout) => {
    const { turns, text } = mended(layout);
    expect(turns.map((turn) => turn.text)).toEqual(['Does it 🩺 itch?', 'Um, only in the evening.']);
    expect(turns[0]).not.toHaveProperty('relabelled');
    expect(turns[1]?.relabelled).toEqual([{ begin: 16, end: 18, label: 'spk_0' }]);
    expect(Array.from(text).slice(16, 18).join('')).toBe('Um');
  });

  test.each(['channels', 'plain'] as const)('is none of %s', (layout) => {
    for (const turn of mended(layout).turns) expect(turn).not.toHaveProperty('relabelled');
  });
});

test('time grows with the length of the talk, not with its square', () => {
  const jobOf = (minutes: number) =>
    jobResult(
      'older',
      conversation(...Array.from({ length: minutes * 15 }, (_, n): Line => [n % 2, 'one two three four five'])),
    );
  const [hour, day] = [jobOf(60), jobOf(960)];
  const best = (job: object) => cpuMs(() => toTranscript(job, { ...context, durationMs: 1e8 }), 5);
  best(hour);
  // Sixteen times the talk: a quadratic reader takes 256 times as long.
  expect(best(day) / best(hour)).toBeLessThan(80);
});
