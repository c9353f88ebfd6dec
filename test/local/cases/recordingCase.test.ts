import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCases, type Wanted } from '../../../local/cases/findCases.ts';
import { silentRecording } from '../../../local/cases/media.ts';
import { wavHeader } from '../../../local/cases/pcm.ts';
import { readRecording } from '../../../local/cases/recordingCase.ts';

let root = '';
let sound: Uint8Array;

async function folder(name: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true });
    const text = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
    await writeFile(join(root, name, path), text);
  }
  return join(root, name);
}

const whisper = (endS: number, more: object = {}) => ({
  segments: [
    {
      start: 0,
      end: endS,
      text: ' Any pain?',
      words: [
        { word: ' Any', start: 0, end: 1 },
        { word: ' pain?', start: 1, end: endS },
      ],
    },
  ],
  ...more,
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'recordings-'));
  sound = await silentRecording({ durationMs: 60_000, channels: 1, container: 'mp3' });
});
afterAll(() => rm(root, { recursive: true }));

test('a recording with its words is a case that keeps the name of its file to itself', async () => {
  const at = await folder('one', { 'Jane Roe.MP3': sound, 'Jane Roe.json': whisper(55, { language: 'en' }) });
  const read = await readRecording(join(at, 'Jane Roe.MP3'), join(at, 'Jane Roe.json'));
  expect(read).toMatchObject({
    name: 'Jane Roe',
    kind: 'recording',
    language: 'en-US',
    recording: { fileName: 'recording.mp3', bytes: { path: join(at, 'Jane Roe.MP3'), size: sound.length } },
    words: join(at, 'Jane Roe.json'),
    notes: [
      '2 words, no speakers, so every role stays unknown; Whisper (openai-whisper or faster-whisper); 1:00 of sound',
    ],
  });
  expect(JSON.parse(String(read.job))).toMatchObject({ imported: {}, jobName: expect.stringContaining('Whisper') });
});

describe('says', () => {
  const apart = 'do they belong together?';
  test.each<[what: string, name: string, words: unknown, notes: RegExp[]]>([
    [
      'that words end after the recording',
      'a.json',
      whisper(200),
      [new RegExp(`end at 3:20, the recording at 1:00: ${apart}`)],
    ],
    [
      'that words end long before it',
      'a.json',
      whisper(5),
      [new RegExp(`end at 0:05, the recording at 1:00: ${apart.replace('?', '\\?')}`)],
    ],
    [
      'that words without times are too many for the sound',
      'a.txt',
      `Doctor: ${'word '.repeat(400)}`,
      [/no times of their own/, new RegExp(`^7 words in each second of sound: ${apart.replace('?', '\\?')}$`)],
    ],
    [
      'that words have no times',
      'a.txt',
      'Doctor: Any pain?\nMum: No.',
      [/no times of their own: they are spread over the recording/],
    ],
    [
      'that only segments have times',
      'a.vtt',
      'WEBVTT\n\n00:00.000 --> 00:50.000\n<v Mum>No pain.',
      [/they are spread over the segments/],
    ],
    [
      'that a word has no time',
      'a.json',
      {
        segments: [
          {
            start: 0,
            end: 55,
            words: [{ word: 'a', start: 0, end: 1 }, { word: 'b' }, { word: 'c', start: 5, end: 55 }],
          },
        ],
      },
      [/^1 of 3 words has no time of its own: placed evenly between the times around$/],
    ],
    [
      'that times go backwards',
      'a.json',
      {
        segments: [
          {
            start: 0,
            end: 55,
            words: [
              { word: 'a', start: 9, end: 10 },
              { word: 'b', start: 1, end: 55 },
            ],
          },
        ],
      },
      [/^1 time went backwards/],
    ],
    ['that there are no words', 'a.json', { segments: [] }, [/^the words file holds no words$/]],
    [
      'whose words they are',
      'a.txt',
      'A: Yes.\nB: No.',
      [/^2 words, 2 speakers; written text; 1:00 of sound$/, /no times/],
    ],
  ])('%s', async (what, name, words, notes) => {
    const at = await folder(`says-${what.replaceAll(' ', '-')}`, { 'v.mp3': sound, [name]: words });
    const { notes: said = [] } = await readRecording(join(at, 'v.mp3'), join(at, name));
    for (const note of notes) expect(said).toContainEqual(expect.stringMatching(note));
    expect(said.length).toBeLessThanOrEqual(notes.length + 1);
  });
});

test('four hours of talk are read, each word at its time', async () => {
  const words = 40_000;
  const segments = Array.from({ length: words / 10 }, (_, n) => ({
    start: n * 3.6,
    end: n * 3.6 + 3.5,
    text: ' word'.repeat(10),
    speaker: `SPEAKER_0${n % 2}`,
    words: Array.from({ length: 10 }, (_each, at) => ({
      word: 'word',
      start: n * 3.6 + at * 0.35,
      end: n * 3.6 + at * 0.35 + 0.3,
      score: 0.9,
    })),
  }));
  const at = await folder('long', { 'v.json': { segments, word_segments: [] }, 'v.wav': '' });
  // The sound itself is a hole in the file: 4 hours of 8 kHz mono.
  const dataBytes = 4 * 3600 * 16_000;
  await writeFile(join(at, 'v.wav'), wavHeader({ channels: 1, sampleRate: 8_000, dataBytes }));
  await truncate(join(at, 'v.wav'), dataBytes + 44);
  const read = await readRecording(join(at, 'v.wav'), join(at, 'v.json'));
  expect(read.notes).toEqual([
    '40,000 words, 2 speakers; WhisperX; 4:00:00 of sound',
    '230 MB of sound: this takes a while',
  ]);
  const { results } = JSON.parse(String(read.job)) as { results: { items: { start_time: string }[] } };
  expect(results.items).toHaveLength(words);
  expect(results.items.at(-1)?.start_time).toBe(String((3999 * 3600 + 3150) / 1000));
});

describe('the language', () => {
  test.each([
    ['en', 'en-US'],
    ['english', 'en-US'],
    ['de', 'de-DE'],
    ['Welsh', 'cy-WL'],
    ['auto', 'en-US'],
  ])('%s is %s', async (language, expected) => {
    const at = await folder(`language-${language}`, { 'v.mp3': sound, 'v.json': whisper(55, { language }) });
    expect((await readRecording(join(at, 'v.mp3'), join(at, 'v.json'))).language).toBe(expected);
  });

  test('that Transcribe does not read is refused', async () => {
    const at = await folder('latin', { 'v.mp3': sound, 'v.json': whisper(55, { language: 'la' }) });
    await expect(readRecording(join(at, 'v.mp3'), join(at, 'v.json'))).rejects.toThrow(
      /v\.json: its language, la, is not/,
    );
  });
});

describe('pairs in a folder', () => {
  const talk = 'WEBVTT\n\n00:00.000 --> 00:55.000\n<v Doctor>Any pain?';

  test('are found whatever the words are, and the rest is said', async () => {
    const at = await folder('pairs', {
      'a.mp3': sound,
      'a.json': whisper(55),
      'B.MP3': sound,
      'b.vtt': talk,
      'c.mp3': sound,
      'c.mp3.json': whisper(55),
      'd/a.mp3': sound,
      'd/a.txt': 'Doctor: Hm.',
      'e/recording.mp3': sound,
      'e/recording.srt': talk.slice(8).replaceAll('.000', ',000'),
      'f.mp3': sound,
      'f.json': whisper(55),
      'f.srt': 'left out',
      'f.txt': 'left out',
      'g.mp3': sound,
    });
    const { cases, skipped } = await findCases([at]);
    expect(cases.map(({ name, words = '' }) => [name, words.slice(at.length + 1)])).toEqual([
      ['B', 'b.vtt'],
      ['a', 'a.json'],
      ['c', 'c.mp3.json'],
      ['a-2', 'd/a.txt'],
      ['recording', 'e/recording.srt'],
      ['f', 'f.json'],
    ]);
    expect(skipped).toEqual([{ path: join(at, 'g.mp3'), reason: 'a recording without words beside it' }]);
    const notes = (name: string) => cases.find((one) => one.name === name)?.notes;
    expect(notes('a-2')).toContain('a second input of this name; it is a-2 here');
    expect(notes('f')).toContain('f.json is taken for the words, not f.srt, f.txt');
  });

  test('a job result beside its recording is that recording', async () => {
    const job = { jobName: 'j', results: { items: [] } };
    const { cases } = await findCases([await folder('job', { 'a.mp3': sound, 'a.json': job })]);
    expect(cases).toHaveLength(1);
    expect(cases[0]).toMatchObject({
      kind: 'recording',
      recording: { fileName: 'recording.mp3' },
      notes: ['a Transcribe job result; 1:00 of sound'],
    });
    expect(JSON.parse(String(cases[0]?.job))).toEqual(job);
  });
});

describe('what is wrong', () => {
  const files = () => ({
    'good.mp3': sound,
    'good.txt': 'Doctor: Any pain?',
    'garbage.webm': 'text',
    'garbage.txt': 'Doctor: Any pain?',
    'broken.mp3': sound,
    'broken.json': '{',
    'v.mp3': sound,
    'v.wav': sound,
    'v.vtt': 'x',
    'w.mp3': sound,
    'w.txt': 'x',
    'w.vtt': 'x',
    'deep/expected.json': '{}',
    'deep/dialogue.txt': 'Doctor: Any pain?',
  });

  test('in a folder is refused with a line each, and the rest is found', async () => {
    const { cases, skipped, refused } = await findCases([await folder('wrong', files())]);
    expect(cases.map(({ name }) => name)).toEqual(['good']);
    expect(skipped).toEqual([]);
    expect(refused).toEqual([
      expect.stringMatching(/broken\.json: broken JSON/),
      expect.stringMatching(/deep\/expected\.json: status: /),
      expect.stringMatching(/garbage\.webm: .*\(UnsupportedMedia\)$/),
      expect.stringMatching(/v\.vtt: are these the words of v\.mp3 and v\.wav\? /),
      expect.stringMatching(/w\.mp3: which of w\.txt, w\.vtt are its words\? /),
    ]);
  });

  test('among the paths ends it, with a line for each fault', async () => {
    const at = await folder('all-wrong', files());
    const paths = ['none.json', 'broken.json', '.'].map((name) => join(at, name));
    const error: unknown = await findCases(paths).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'CaseError' });
    const lines = String(error).split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatch(/broken\.json: no job result of Transcribe: not JSON; /);
  });
});

describe('refuses in one line', () => {
  test.each<[what: string, files: Record<string, unknown>, path: string, wanted: Wanted, message: RegExp]>([
    [
      'a recording alone, and says how to make its words',
      { 'v.mp3': 1 },
      'v.mp3',
      {},
      /without words.*`whisperx .*v\.mp3 --diarize.*`whisper-cli .*-f .*v\.mp3 -ojf -of v`; then add --words v\.json$/,
    ],
    [
      'one that whisper.cpp does not read',
      { 'my v.m4a': 1 },
      'my v.m4a',
      {},
      /`ffmpeg -i '.*my v\.m4a' 'my v\.wav' && whisper-cli .* -f 'my v\.wav' -ojf -of 'my v'`/,
    ],
    [
      'one whose words lie beside it',
      { 'v.mp3': 1, 'v.vtt': 'x' },
      'v.mp3',
      {},
      /v\.mp3: its words lie beside it: add --words .*v\.vtt, or give the folder$/,
    ],
    [
      'a folder of recordings alone',
      { 'a/v.mp3': 1 },
      'a',
      {},
      /holds no job result and no case folder, and no words beside .*a\/v\.mp3\..* put v\.json beside it$/,
    ],
    [
      'words alone',
      { 'v.srt': 'x' },
      'v.srt',
      {},
      /words go with a recording: npm run replay -- <recording> --words .*v\.srt$/,
    ],
    [
      'the JSON of a recognizer alone',
      { 'v.json': whisper(5) },
      'v.json',
      {},
      /v\.json: the words of a recording, without the recording/,
    ],
    [
      'a talk alone, and says that it can be made a case of',
      { 'v.txt': 'Doctor: Any pain?\n' },
      'v.txt',
      {},
      /a recording \(\.mp3, .*--words .*v\.txt; a text with speakers needs none: npm run case -- .*v\.txt$/,
    ],
    ['other text alone', { 'v.txt': 'Any pain?' }, 'v.txt', {}, /words go with a recording: .* --words .*v\.txt$/],
    ['a letter', { 'letter.pdf': '%PDF' }, 'letter.pdf', {}, /neither a recording \(\.mp3.* nor a case folder$/],
    [
      'an empty job result',
      { 'a.json': '' },
      'a.json',
      {},
      /a\.json: no job result of Transcribe: the file is empty; /,
    ],
    ['a list', { 'a.json': '[1,2]' }, 'a.json', {}, /Transcribe: no JSON object; words go with a recording: /],
    [
      'the result of another service',
      { 'a.json': '{"Participants":[]}' },
      'a.json',
      {},
      /Transcribe: a Call Analytics result, not a batch transcript; /,
    ],
    [
      'words and recording the wrong way round',
      { 'v.mp3': 1, 'v.json': '{}' },
      'v.json',
      { words: 'v.mp3' },
      /npm run replay -- v\.mp3 --words .*v\.json$/,
    ],
    [
      'words for a folder',
      { 'a/dialogue.txt': '' },
      'a',
      { words: 'v.json' },
      /a: --words goes with a recording, not with a folder$/,
    ],
    [
      'two words files that could be meant',
      { 'a/v.mp3': 1, 'a/v.vtt': 'x', 'a/v.txt': 'x' },
      'a',
      {},
      /v\.mp3: which of v\.txt, v\.vtt are its words\? Give them with --words$/,
    ],
    [
      'two recordings of one name',
      { 'a/v.mp3': 1, 'a/v.wav': 1, 'a/v.vtt': 'x' },
      'a',
      {},
      /v\.vtt: are these the words of v\.mp3 and v\.wav\?/,
    ],
    [
      'an empty recording',
      { 'a/v.mp3': '', 'a/v.txt': 'A: b' },
      'a',
      {},
      /v\.mp3: the recording has 0 bytes \(RecordingEmpty\)$/,
    ],
    [
      'what is no recording',
      { 'a/v.mp3': 'text', 'a/v.txt': 'A: b' },
      'a',
      {},
      /v\.mp3: the file is no media container .* \(UnsupportedMedia\)$/,
    ],
    ['words that cannot be read', { 'a/v.mp3': 1, 'a/v.json': '{' }, 'a', {}, /v\.json: broken JSON/],
  ])('%s', async (what, files, path, wanted, message) => {
    const given = Object.entries(files).map(([name, content]) => [name, content === 1 ? sound : content]);
    const at = await folder(`no-${what.replaceAll(/\W/g, '-')}`, Object.fromEntries(given) as Record<string, unknown>);
    const error: unknown = await findCases([join(at, path)], wanted).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'CaseError', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('\n');
  });

  test('a recording that is larger than Transcribe takes', async () => {
    const at = await folder('huge', {
      'v.wav': wavHeader({ channels: 1, sampleRate: 8000, dataBytes: 2 ** 31 }),
      'v.txt': 'A: b',
    });
    await truncate(join(at, 'v.wav'), 2 ** 31 + 44);
    await expect(findCases([at])).rejects.toThrow(/\(RecordingTooLarge\)$/);
  });
});

test('a recording needs no words where it is transcribed', async () => {
  const at = await folder('transcribes', { 'v.mp3': sound });
  const { cases } = await findCases([join(at, 'v.mp3')], { transcribes: true });
  const inFolder = await findCases([at], { transcribes: true });
  expect(inFolder).toEqual({ cases, skipped: [], refused: [] });
  expect(cases[0]).toMatchObject({ kind: 'recording', standIn: { channels: 1 }, notes: [] });
  expect(cases[0]).not.toHaveProperty('job');
});
