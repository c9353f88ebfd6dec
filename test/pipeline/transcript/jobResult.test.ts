import { describe, expect, test } from 'vitest';
import { readJobResult } from '../../../pipeline/transcript/jobResult.ts';
import { conversation, type Item, type JobFile, jobResult, type Layout, layouts, say } from '../jobResults.ts';

/** What was said, one line an utterance. */
function linesOf(job: unknown): string[] {
  return readJobResult(job).utterances.map(({ speaker, tokens }) => {
    const text = tokens.map((token) => (token.kind === 'word' ? ` ${token.text}` : token.text)).join('');
    return `${speaker}: ${text.trimStart()}`;
  });
}

const visit = conversation(
  [0, 'Any pain in your chest?'],
  [1, 'No.'],
  [0, 'And any fever, cough?'],
  [1, 'Well, a bit...'],
);

describe('the layout', () => {
  test.each<[Layout, string, string]>([
    ['older', 'speaker-labels', 'spk_'],
    ['medical-guide', 'speaker-labels', 'spk_'],
    ['newer', 'speaker-labels', 'spk_'],
    ['channels', 'channels', 'ch_'],
    ['medical-channels', 'channels', 'ch_'],
  ])('%s is read with all its words and marks', (layout, shape, label) => {
    const job = jobResult(layout, visit);
    expect(readJobResult(job)).toMatchObject({ jobName: 'job-1', shape, dualMono: false });
    expect(linesOf(job)).toEqual([
      `${label}0: Any pain in your chest?`,
      `${label}1: No.`,
      `${label}0: And any fever, cough?`,
      `${label}1: Well, a bit...`,
    ]);
  });

  test('plain is one speaker', () => {
    const job = jobResult('plain', visit);
    expect(readJobResult(job).shape).toBe('plain');
    expect(linesOf(job)).toEqual(['spk_0: Any pain in your chest? No. And any fever, cough? Well, a bit...']);
  });

  test('with labels on the items alone is read by them', () => {
    const { results, ...rest } = jobResult('newer', visit);
    const { speaker_labels: _, ...itemsOnly } = results;
    expect(linesOf({ ...rest, results: itemsOnly })).toEqual(linesOf(jobResult('newer', visit)));
  });

  test('with alternatives is read from its items', () => {
    const job = jobResult('older', visit);
    job.results.segments = [
      { start_time: '0.5', end_time: '2', alternatives: [{ transcript: 'Annie pain', items: [] }] },
    ];
    expect(linesOf(job)).toEqual(linesOf(jobResult('older', visit)));
  });

  test.each(layouts)('%s may hold no speech at all', (layout) => {
    expect(readJobResult(jobResult(layout, [])).utterances).toEqual([]);
  });

  test('unknown keys are ignored', () => {
    const job = { ...jobResult('newer', visit), isRedacted: false, somethingNew: { a: 1 } };
    expect(linesOf(job)).toHaveLength(4);
  });
});

describe('the older layout, whose labels stand apart from the words', () => {
  const labelled = (change: (segments: NonNullable<JobFile['results']['speaker_labels']>['segments']) => void) => {
    const job = jobResult('older', visit);
    change(job.results.speaker_labels?.segments ?? []);
    return linesOf(job);
  };
  const expected = linesOf(jobResult('older', visit));

  test('may list its segments in any order', () => {
    expect(labelled((segments) => segments.reverse())).toEqual(expected);
  });

  test('may round a time otherwise', () => {
    const shifted = labelled((segments) => {
      for (const item of segments.flatMap((segment) => segment.items)) {
        item.start_time = String(Number(item.start_time) + 0.003);
      }
    });
    expect(shifted).toEqual(expected);
  });

  test('may leave words out: they belong to who spoke last', () => {
    expect(labelled((segments) => void segments[3]?.items.splice(1, 2))).toEqual(expected);
    expect(labelled((segments) => void segments.splice(1, 1))).toEqual([
      'spk_0: Any pain in your chest? No. And any fever, cough?',
      'spk_1: Well, a bit...',
    ]);
  });

  test('may name the speaker on the segment only', () => {
    const bare = labelled((segments) => {
      for (const item of segments.flatMap((segment) => segment.items)) Reflect.deleteProperty(item, 'speaker_label');
    });
    expect(bare).toEqual(expected);
  });

  test('two words of the same time are not exchanged', () => {
    const both = [...say(0, 1000, 'No.'), ...say(1, 1000, 'Okay.'), ...say(0, 1500, 'Right.')];
    expect(linesOf(jobResult('older', both))).toEqual(['spk_0: No.', 'spk_1: Okay.', 'spk_0: Right.']);
  });

  test('segments that overlap keep each word with its speaker', () => {
    const first = say(0, 1000, 'Does it hurt when you breathe?');
    const second = say(1, 1600, 'Yes it does');
    const job = jobResult(
      'older',
      [...first, ...second].toSorted((a, b) => a.startMs - b.startMs),
    );
    const [a, b] = [jobResult('older', first), jobResult('older', second)];
    const segments = [a, b].flatMap(({ results }) => results.speaker_labels?.segments ?? []);
    job.results.speaker_labels = { speakers: 2, segments };
    const words = readJobResult(job).utterances.flatMap(({ speaker, tokens }) =>
      tokens.flatMap((token) => (token.kind === 'word' ? [`${speaker} ${token.text}`] : [])),
    );
    expect(words.filter((word) => word.startsWith('spk_1'))).toEqual(['spk_1 Yes', 'spk_1 it', 'spk_1 does']);
    expect(words).toHaveLength(9);
  });
});

test('six speakers stay six', () => {
  const six = conversation([0, 'One.'], [1, 'Two.'], [2, 'Three.'], [3, 'Four.'], [4, 'Five.'], [5, 'Six.']);
  for (const layout of ['older', 'newer'] as const) {
    expect(new Set(readJobResult(jobResult(layout, six)).utterances.map(({ speaker }) => speaker)).size).toBe(6);
  }
});

describe('punctuation', () => {
  test('before the first word opens the first utterance', () => {
    const job = jobResult('newer', say(1, 1000, 'Qué?'));
    job.results.items?.unshift({ type: 'punctuation', alternatives: [{ content: '¿' }] });
    job.results.transcripts = [{ transcript: '¿ Qué?' }];
    expect(linesOf(job)).toEqual(['spk_1: ¿ Qué?']);
  });

  test.each(['newer', 'medical-channels'] as const)('alone, in %s, is kept', (layout) => {
    const job = jobResult(layout, []);
    const mark: Item = { type: 'punctuation', alternatives: [{ content: '.' }] };
    job.results.transcripts = [{ transcript: '.' }];
    job.results.items?.push(mark);
    job.results.channel_labels?.channels[1]?.items.push(mark);
    expect(linesOf(job).map((line) => line.slice(-1))).toEqual(['.']);
  });

  test('belongs to the word before it whatever its own label says', () => {
    const job = jobResult('newer', conversation([0, 'Really?!'], [1, 'Yes.']));
    for (const item of job.results.items ?? []) if (item.type === 'punctuation') item.speaker_label = 'spk_1';
    expect(linesOf(job)).toEqual(['spk_0: Really?!', 'spk_1: Yes.']);
  });
});

describe('an empty speaker label is nobody', () => {
  const talk = conversation([0, 'Any pain?'], [1, 'Mm.'], [0, 'Where is it?', 900]);
  const relabelled = (layout: Layout, label: string | null) => {
    const job = jobResult(layout, talk);
    for (const item of job.results.items ?? [])
      if (item.speaker_label === 'spk_1') Object.assign(item, { speaker_label: label });
    for (const segment of job.results.speaker_labels?.segments ?? []) {
      if (segment.speaker_label !== 'spk_1') continue;
      for (const one of [segment, ...segment.items]) Object.assign(one, { speaker_label: label });
    }
    return job;
  };

  test.each<[Layout, string | null]>([
    ['newer', ''],
    ['newer', ' '],
    ['newer', null],
    ['older', ''],
    ['older', null],
    ['medical-guide', ''],
  ])('%s, %j: its words go to a neighbour', (layout, label) => {
    expect(readJobResult(relabelled(layout, label)).shape).toBe('speaker-labels');
    expect(linesOf(relabelled(layout, label))).toEqual(['spk_0: Any pain? Mm. Where is it?']);
  });

  test('wherever it stands', () => {
    const job = jobResult('newer', conversation([1, 'Mm.'], [0, 'Any pain?'], [1, 'No.'], [1, 'Mm.']));
    const items = (job.results.items ?? []).filter(({ type }) => type === 'pronunciation');
    for (const at of [0, items.length - 1]) Object.assign(items[at] ?? {}, { speaker_label: '' });
    Reflect.deleteProperty(job.results, 'speaker_labels');
    expect(linesOf(job)).toEqual(['spk_0: Mm. Any pain?', 'spk_1: No. Mm.']);
  });

  test('also on a channel, which has its number', () => {
    const job = jobResult('medical-channels', conversation([0, 'Hello.'], [1, 'Hi.']));
    Object.assign(job.results.channel_labels?.channels[1] ?? {}, { channel_label: ' ' });
    expect(linesOf(job)).toEqual(['ch_0: Hello.', 'ch_1: Hi.']);
  });

  test('a label on several lines is one line', () => {
    const job = jobResult('newer', conversation([0, 'Hello.']));
    for (const item of job.results.items ?? []) Object.assign(item, { speaker_label: 'spk\n\n\0 0' });
    expect(linesOf(job)).toEqual(['spk 0: Hello.']);
  });
});

describe('null stands for an absent field', () => {
  test.each<[string, (job: JobFile) => object]>([
    ['channel labels and segments', ({ results }) => ({ channel_labels: null, segments: null, ...results })],
    ['transcripts', ({ results }) => ({ ...results, transcripts: null })],
    ['a transcript', ({ results }) => ({ ...results, transcripts: [{ transcript: null }] })],
    ['the first transcript', ({ results }) => ({ ...results, transcripts: [null] })],
    ['labels beside those of the items', ({ results }) => ({ ...results, speaker_labels: null })],
    [
      'the items of a segment',
      ({ results }) => ({ ...results, speaker_labels: { segments: [{ start_time: null, items: null }] } }),
    ],
    [
      'times and confidence of marks',
      ({ results }) => ({
        ...results,
        items: results.items?.map((item) => ({ start_time: null, end_time: null, id: null, ...item })),
      }),
    ],
  ])('%s', (_, change) => {
    const job = jobResult('newer', visit);
    expect(linesOf({ ...job, results: change(job) })).toEqual(linesOf(job));
  });

  test('a status and a channel without items', () => {
    const channels = [{ channel_label: 'ch_0', items: null }];
    expect(linesOf({ jobName: 'j', status: null, results: { channel_labels: { channels } } })).toEqual([]);
  });
});

describe('a job that is not complete', () => {
  test.each([
    ['FAILED', /status is FAILED, not COMPLETED/],
    ['IN_PROGRESS', /status is IN_PROGRESS,/],
    ['QUEUED', /status is QUEUED,/],
    ['', /status is something else,/],
    ['she has a fever', /status is something else,/],
    [7, /status is something else,/],
  ])('is refused as failed: %j', (status, message) => {
    for (const job of [
      { ...jobResult('newer', visit), status },
      { jobName: 'j', status },
    ]) {
      const failed = { name: 'TranscriptionFailed', message: expect.stringMatching(message) };
      expect(() => readJobResult(job)).toThrow(expect.objectContaining(failed));
    }
  });
});

describe('a word without alternatives', () => {
  const without = (layout: Layout, alternatives: unknown, transcript?: string) => {
    const job = jobResult(layout, visit);
    const lists = [job.results.items ?? [], ...(job.results.channel_labels?.channels ?? []).map(({ items }) => items)];
    for (const items of lists) {
      for (const item of items) if (item.alternatives[0]?.content === 'chest') Object.assign(item, { alternatives });
    }
    if (transcript !== undefined) job.results.transcripts = [{ transcript }];
    return job;
  };
  const unread = (job: unknown) =>
    readJobResult(job).utterances.flatMap(({ tokens }) => tokens.filter(({ text }) => text === '')).length;

  test.each([undefined, null, [], [null], [{}], [{ content: null }]])('(%j) has the text of the transcript', (none) => {
    for (const layout of ['newer', 'older', 'plain'] as const) {
      expect(linesOf(without(layout, none))).toEqual(linesOf(jobResult(layout, visit)));
    }
  });

  test.each<[string, Layout, string | undefined]>([
    ['where the transcript lacks it too', 'newer', 'Any pain in your? No. And any fever, cough? Well, a bit...'],
    ['on a channel, whose place in the transcript is not known', 'channels', undefined],
  ])('is kept without one, with its times, %s', (_, layout, transcript) => {
    const job = without(layout, [], transcript);
    expect(unread(job)).toBe(1);
    expect(linesOf(job)[0]).toContain('Any pain in your');
    expect(readJobResult(job).utterances[0]?.text).toBe('Any pain in your?');
  });

  test('is no reason to take other words', () => {
    const transcript = 'Any pain in your chest? No. And some fever, cough? Well, a bit...';
    expect(() => readJobResult(without('newer', [], transcript))).toThrow(/are not the transcript/);
  });

  test('of a mark is nothing', () => {
    const job = jobResult('newer', visit);
    for (const item of job.results.items ?? [])
      if (item.type === 'punctuation') Object.assign(item, { alternatives: [] });
    expect(linesOf(job)[1]).toBe('spk_1: No');
    expect(readJobResult(job).likeness).toBe('marks-differ');
  });
});

test.each([
  ['a word without times begins where the word before it ends', 2, [950, 950]],
  ['and the first one where the next begins', 0, [750, 750]],
])('%s', (_, index, times) => {
  const job = jobResult('plain', say(0, 500, 'one two three four'));
  const item = job.results.items?.[index];
  Reflect.deleteProperty(item ?? {}, 'start_time');
  Reflect.deleteProperty(item ?? {}, 'end_time');
  const [startMs, endMs] = times;
  expect(readJobResult(job).utterances[0]?.tokens[index]).toMatchObject({ startMs, endMs });
});

describe('what a vocabulary filter removed', () => {
  const removed = (layout: Layout, words: readonly string[]) => {
    const job = jobResult(layout, visit);
    for (const item of job.results.items ?? []) {
      const [reading] = item.alternatives;
      if (reading && words.includes(reading.content)) reading.content = '';
    }
    const text = job.results.transcripts?.[0]?.transcript ?? '';
    const kept = words.reduce((kept, word) => kept.replace(word, ''), text);
    job.results.transcripts = [{ transcript: kept }];
    return job;
  };

  test.each<Layout>(['newer', 'older', 'plain'])('is no word: %s', (layout) => {
    const texts = readJobResult(removed(layout, ['pain', 'cough', 'bit'])).utterances.flatMap(({ tokens }) =>
      tokens.flatMap(({ kind, text }) => (kind === 'word' ? [text] : [])),
    );
    expect(texts.join(' ')).toBe('Any in your chest No And any fever Well a');
    expect(readJobResult(removed(layout, ['pain', 'cough', 'bit'])).likeness).toBe('same');
  });
});

describe('two channels', () => {
  test('overlap without being cut into each other, in the order they begin', () => {
    const job = jobResult('medical-channels', [
      ...say(0, 1000, 'So tell me what brings you in'),
      ...say(1, 1500, 'Yeah'),
      ...say(1, 3500, 'My back'),
      ...say(0, 5000, 'Okay.'),
    ]);
    expect(linesOf(job)).toEqual(['ch_0: So tell me what brings you in', 'ch_1: Yeah', 'ch_1: My back', 'ch_0: Okay.']);
    const [first, second] = readJobResult(job).utterances;
    expect(second?.startMs).toBeLessThan(first?.endMs ?? 0);
  });

  test('are cut at a pause of a second, not before', () => {
    const lines = (gapMs: number) =>
      linesOf(jobResult('channels', [...say(0, 0, 'one'), ...say(0, 200 + gapMs, 'two')]));
    expect(lines(999)).toEqual(['ch_0: one two']);
    expect(lines(1000)).toEqual(['ch_0: one', 'ch_0: two']);
  });

  test('whose results.items are missing are not read from the joined transcript', () => {
    const job = jobResult('medical-channels', conversation([0, 'Hello.'], [1, 'Hi.']));
    job.results.transcripts = [{ transcript: 'something else' }];
    expect(linesOf(job)).toEqual(['ch_0: Hello.', 'ch_1: Hi.']);
  });

  test('with the same speech on both are one, and said to be', () => {
    const left = say(0, 0, 'I have had a cough for about two weeks now');
    const right = left.map((word) => ({ ...word, speaker: 1, startMs: word.startMs + 4 }));
    const result = readJobResult(jobResult('channels', [...left, ...right]));
    expect(result.dualMono).toBe(true);
    expect(result.utterances.map(({ speaker }) => speaker)).toEqual(['ch_0']);
  });

  test('on which two people say the same word at once are two', () => {
    const both = [...say(0, 0, 'Hello.'), ...say(1, 0, 'Hello.')];
    expect(readJobResult(jobResult('channels', both))).toMatchObject({ dualMono: false, utterances: { length: 2 } });
  });

  test('of which one is silent are not the same speech', () => {
    expect(readJobResult(jobResult('channels', say(1, 0, 'Hello.')))).toMatchObject({ dualMono: false });
    expect(readJobResult(jobResult('channels', []))).toMatchObject({ dualMono: false });
  });
});

test('a language that is written without blanks keeps its words', () => {
  const word = (content: string, start: string, end: string) => ({
    type: 'pronunciation',
    start_time: start,
    end_time: end,
    alternatives: [{ content, confidence: '0.9' }],
  });
  const items = [word('咳', '0.1', '0.3'), word('が', '0.3', '0.4'), word('出ます', '0.4', '0.9')];
  const results = { transcripts: [{ transcript: '咳が出ます' }], items };
  expect(readJobResult({ jobName: 'j', results }).utterances[0]?.tokens.map(({ text }) => text)).toEqual([
    '咳',
    'が',
    '出ます',
  ]);
  const changed = { ...results, transcripts: [{ transcript: '咳は出ます' }] };
  expect(() => readJobResult({ jobName: 'j', results: changed })).toThrow(/are not the transcript/);
});

describe('refuses by name', () => {
  const good = jobResult('newer', visit);
  test.each<[string, unknown, RegExp]>([
    ['Call Analytics', { JobName: 'j', Participants: [], ConversationCharacteristics: {} }, /Call Analytics/],
    [
      'the answer that names the transcript',
      { TranscriptionJob: { TranscriptionJobName: 'j' } },
      /description of a job/,
    ],
    ['Call Analytics cut down to its turns', { Transcript: [{ Content: 'Hi' }] }, /streaming|Call Analytics/],
    ['a HealthScribe transcript', { Conversation: { TranscriptSegments: [] } }, /HealthScribe transcript/],
    ['a HealthScribe note', { ClinicalDocumentation: { Sections: [] } }, /HealthScribe note/],
    ['a streaming event', { TranscriptEvent: { Transcript: { Results: [] } } }, /streaming/],
    ['streaming results', { Results: [] }, /streaming/],
    ['a Chime message', { transcript: { results: [] } }, /Chime/],
    ['a list', [good], /no JSON object/],
    ['nothing', null, /no JSON object/],
    ['a string', 'hello', /no JSON object/],
    ['an empty object', {}, /jobName/],
    ['a job without results', { jobName: 'j', status: 'COMPLETED' }, /results/],
    ['results without items', { jobName: 'j', results: { transcripts: [] } }, /results\.items is missing/],
    ['an item of a third kind', withItem({ type: 'laughter', alternatives: [{ content: 'ha' }] }), /type/],
    [
      'items that all lack readings',
      withItem({ type: 'pronunciation', start_time: '0', end_time: '1', alternatives: [] }),
      /no item has alternatives/,
    ],
    ['a word without times', withItem({ type: 'pronunciation', alternatives: [{ content: 'x' }] }), /no times/],
    [
      'a time that is no number',
      withItem({ type: 'pronunciation', start_time: 'soon', end_time: '', alternatives: [{ content: 'x' }] }),
      /no times/,
    ],
    ['a channel without items', { jobName: 'j', results: { channel_labels: { channels: [{}] } } }, /channel_label/],
    ['fewer words than its transcript', withoutLastWord(good), /are not the transcript/],
    [
      'a transcript that was changed',
      { ...good, results: { ...good.results, transcripts: [{ transcript: '' }] } },
      /not/,
    ],
  ])('%s', (_, job, message) => {
    expect(() => readJobResult(job)).toThrow(
      expect.objectContaining({ name: 'TranscriptShapeUnknown', message: expect.stringMatching(message) }),
    );
  });

  test('without repeating what was said', () => {
    const job = jobResult('newer', visit);
    Object.assign(job.results, { items: 'the patient said chest pain' });
    expect(() => readJobResult(job)).toThrow(expect.not.objectContaining({ message: expect.stringMatching(/chest/) }));
  });

  function withItem(item: Item): JobFile {
    return { ...jobResult('plain', []), results: { items: [item] } };
  }

  function withoutLastWord(job: JobFile): JobFile {
    const items = job.results.items ?? [];
    const last = items.findLastIndex((item) => item.type === 'pronunciation');
    return { ...job, results: { ...job.results, items: items.filter((_, index) => index !== last) } };
  }
});
