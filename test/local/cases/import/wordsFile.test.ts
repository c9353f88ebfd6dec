import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportedWords, Segment } from '../../../../local/cases/import/importedWords.ts';
import { holdWords, readWordsFile } from '../../../../local/cases/import/wordsFile.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'words-'));
});
afterAll(() => rm(root, { recursive: true }));

async function read(name: string, content: unknown): Promise<ImportedWords> {
  const text = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
  await writeFile(join(root, name), text);
  const words = await readWordsFile(join(root, name));
  if ('job' in words) throw new Error('a job result');
  return words;
}

/** A segment on one line: `label start-end: word@start-end …`, with a dot for what is not known. */
function shown({ speaker, startMs, endMs, words }: Segment): string {
  const times = (from?: number, to?: number) =>
    from === undefined && to === undefined ? '' : `${from ?? '.'}-${to ?? '.'}`;
  const own = words.map((word) => {
    const label = word.speaker === undefined ? '' : `(${word.speaker})`;
    const at = times(word.startMs, word.endMs);
    return `${word.text}${label}${at && `@${at}`}${word.confidence === undefined ? '' : `~${word.confidence.toFixed(2)}`}`;
  });
  return `${speaker ?? '.'} ${times(startMs, endMs)}: ${own.join(' ')}`;
}

const cpp = (...transcription: object[]) => ({
  params: { model: 'models/ggml-small.en.bin', language: 'en', translate: false },
  result: { language: 'en' },
  transcription,
});
const span = (from: unknown, to: unknown) => ({ offsets: { from, to } });

describe('reads', () => {
  test.each<[what: string, name: string, content: unknown, segments: string[]]>([
    ['whisper.cpp -oj', 'a.json', cpp({ ...span(0, 900), text: ' Any pain?' }), ['. 0-900: Any pain?']],
    [
      'whisper.cpp -oj with two channels told apart, and one not',
      'a.json',
      cpp({ ...span(0, 900), text: ' Yes.', speaker: '1' }, { ...span(900, 1200), text: ' No.', speaker: '?' }),
      ['1 0-900: Yes.', '. 900-1200: No.'],
    ],
    [
      'whisper.cpp -ojf: a word of several tokens, a token without times, special tokens',
      'a.json',
      cpp({
        ...span(0, 1000),
        text: ' Take 2.5 daily',
        tokens: [
          { text: '[_BEG_]', ...span(0, 0), p: 0.1 },
          { text: ' Take', ...span(0, 200), p: 0.9 },
          { text: ' 2', ...span(200, 300), p: 0.8 },
          { text: '.', p: 0.6 },
          { text: '5', ...span(320, 400), p: 0.7 },
          { text: ' daily', ...span(500, 900), p: 1 },
          { text: '[_TT_50]', p: 0.2 },
        ],
      }),
      ['. 0-1000: Take@0-200~0.90 2.5@200-400~0.70 daily@500-900~1.00'],
    ],
    [
      'whisper.cpp -ojf: tokens that make other words than the text tell nothing',
      'a.json',
      cpp({ ...span(0, 500), text: ' naïve one', tokens: [{ text: ' na\uFFFD\uFFFDve one', ...span(0, 500), p: 1 }] }),
      ['. 0-500: naïve one'],
    ],
    [
      'whisper.cpp -ml 1: a segment that goes on with a word',
      'a.json',
      cpp(
        { ...span(0, 100), text: ' A' },
        { ...span(100, 300), text: ' head' },
        { ...span(300, 500), text: 'ache' },
        { ...span(500, 900), text: ' today' },
      ),
      ['. 0-100: A', '. 100-500: headache', '. 500-900: today'],
    ],
    [
      'whisper.cpp: empty segments, a sound, offsets as strings, offsets before the beginning',
      'a.json',
      cpp(
        { ...span(0, 1), text: '' },
        { ...span(1, 2), text: ' [BLANK_AUDIO]' },
        { ...span('10', '20'), text: ' Hm.' },
        { ...span(-5, 20), text: ' Ah.' },
      ),
      ['. 10-20: Hm.', '. .-20: Ah.'],
    ],
    [
      'openai-whisper: words with the blanks before them, a number in pieces',
      'a.json',
      {
        text: '',
        language: 'en',
        segments: [
          {
            id: 0,
            start: 0,
            end: 2.5,
            text: ' It was 38.5',
            words: [
              { word: ' It', start: 0.0, end: 0.5, probability: 0.5 },
              { word: ' was', start: 0.5, end: 1.0, probability: 0.6 },
              { word: ' 38', start: 1.0, end: 1.5, probability: 0.9 },
              { word: '.5', start: 1.5, end: 2.5, probability: 0.7 },
            ],
          },
        ],
      },
      ['. 0-2500: It@0-500~0.50 was@500-1000~0.60 38.5@1000-2500~0.80'],
    ],
    [
      'Whisper without word times, an empty segment, numbers as strings',
      'a.json',
      {
        segments: [
          { start: '0.5', end: '1.25', text: ' All well.' },
          { start: 2, end: 3, text: ' ', words: [] },
        ],
      },
      ['. 500-1250: All well.'],
    ],
    [
      'a list of segments, as faster-whisper is often dumped',
      'a.json',
      [{ start: 1, end: 2, text: ' Well.', words: [{ start: 1, end: 2, word: ' Well.', probability: 1 }] }],
      ['. 1000-2000: Well.@1000-2000~1.00'],
    ],
    [
      'the words beside the segments, as the API of OpenAI lists them',
      'a.json',
      {
        language: 'english',
        segments: [{ start: 0, end: 1, text: 'Oh no' }],
        words: [
          { word: 'Oh', start: 0, end: 0.4 },
          { word: 'no', start: 0.5, end: 1 },
        ],
      },
      ['. : Oh@0-400 no@500-1000'],
    ],
    [
      'WhisperX: a word without times, one of another speaker, a number for a word, NaN for a score',
      'a.json',
      '{"segments":[{"start":0.1,"end":2,"text":"","speaker":"SPEAKER_00","words":[{"word":"Take","start":0.1,"end":0.4,"score":0.8},' +
        '{"word":2},{"word":"NaN","start":0.9,"end":1.0,"score":NaN},{"word":"Yes.","start":1.5,"end":2.0,"speaker":"SPEAKER_01"}]}],"language":"en"}',
      ['SPEAKER_00 100-2000: Take@100-400~0.80 2 NaN@900-1000 Yes.(SPEAKER_01)@1500-2000'],
    ],
    [
      'speakers that are objects',
      'a.json',
      {
        segments: [
          { start: 0, end: 1, text: 'Hi', speaker: { id: 3, name: 'Dr  Ode' } },
          { start: 1, end: 2, text: 'Hi', speaker: null },
        ],
      },
      ['Dr Ode 0-1000: Hi', '. 1000-2000: Hi'],
    ],
    [
      'WebVTT: a header, a note, a style, cue names and settings, classes, entities',
      'a.vtt',
      'WEBVTT - visit\nKind: captions\nLanguage: en-GB\n\nNOTE\nnot --> said\n\nSTYLE\n::cue { color: red }\n\nfirst\n00:01.000 --> 00:02.000 align:start\n<v.loud Dr &amp; Ode>Any <i>pain</i>?</v>\n',
      ['Dr & Ode 1000-2000: Any pain?'],
    ],
    [
      'WebVTT: nested voices in a cue, and the times of words',
      'a.vtt',
      'WEBVTT\n\n01:00:00.000 --> 01:00:04.000\n<v Doctor>Any pain?</v> <v Patient>No, <01:00:03.000>none.</v>\n',
      ['Doctor 3600000-.: Any pain?', 'Patient .-3604000: No, none.@3603000-.'],
    ],
    [
      'WebVTT of whisper.cpp -di',
      'a.vtt',
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Speaker0> Well.\n\n00:00:01.000 --> 00:00:02.000\n<v Speaker?> Hm.\n',
      ['Speaker0 0-1000: Well.', '. 1000-2000: Hm.'],
    ],
    [
      'SRT: speakers by name and by number, dashes, tags, a number below a limit',
      'a.srt',
      '1\n00:00:01,000 --> 00:00:02,000\n[SPEAKER_00]: {\\an8}BP < 140.\n\n2\n00:00:02,500 --> 00:00:03,000\n(speaker 1) <b>Good</b>\n\n3\n0:00:03,0 --> 0:00:04,5\nDoctor: Any pain?\n- No.\n',
      ['SPEAKER_00 1000-2000: BP < 140.', 'speaker 1 2500-3000: Good', 'Doctor 3000-4500: Any pain? No.'],
    ],
    [
      'SRT: a word and a colon that are part of the talk, a name that comes twice',
      'a.srt',
      '1\n00:01 --> 00:02\nListen: rest.\n\n2\n00:02 --> 00:03\nAmina: Yes.\n\n3\n00:03 --> 00:04\nAmina: Fine.\n',
      ['. 1000-2000: Listen: rest.', 'Amina 2000-3000: Yes.', 'Amina 3000-4000: Fine.'],
    ],
    [
      'SRT without blank lines',
      'a.srt',
      '1\n00:01 --> 00:02\nOne.\n2\n00:02 --> 00:03\nTwo.',
      ['. 1000-2000: One.', '. 2000-3000: Two.'],
    ],
    [
      'text: a line that goes on, bold names, a blank line',
      'a.txt',
      '**Doctor:** Any pain?\nOr fever?\n\nDr Ode: Hm.\n[SPEAKER_01]: No.\n',
      ['Doctor : Any pain? Or fever?', 'Dr Ode : Hm.', 'SPEAKER_01 : No.'],
    ],
    [
      'text with the header of a dialogue',
      'a.txt',
      '# a comment\nlanguage: en-GB\npace: 120\n\nDoctor: [+0.4s] no\n[-0.2s] Patient: {?Never}, ever.\n',
      ['Doctor : [+0.4s] no', 'Patient : Never, ever.'],
    ],
    ['captions under the name of text', 'a.txt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHm.', ['. 1000-2000: Hm.']],
    ['an ending in capitals', 'A.JSON', cpp({ ...span(0, 9), text: ' Yes' }), ['. 0-9: Yes']],
    [
      'UTF-16 with its mark, and CRLF',
      'a.srt',
      Buffer.from('\uFEFF1\r\n00:01 --> 00:02\r\nNaïve.\r\n', 'utf16le'),
      ['. 1000-2000: Naïve.'],
    ],
    ['UTF-16, the other way round', 'a.txt', Buffer.from('\uFEFFDoctor: Aïe', 'utf16le').swap16(), ['Doctor : Aïe']],
    ['UTF-8 with its mark', 'a.vtt', '\uFEFFWEBVTT\n\n00:01.000 --> 00:02.000\nHm.', ['. 1000-2000: Hm.']],
    ['Windows-1252', 'a.txt', Buffer.from('Doctor: na\xefve', 'latin1'), ['Doctor : naïve']],
    ['no talk at all', 'a.json', cpp(), []],
    ['captions without a cue', 'a.vtt', 'WEBVTT\n', []],
  ])('%s', async (_, name, content, segments) => {
    expect((await read(name, content)).segments.map(shown)).toEqual(segments);
  });

  test.each<[string, string, unknown, Partial<ImportedWords>]>([
    ['the model, without its folder', 'a.json', cpp(), { recognizer: 'whisper.cpp, ggml-small.en', language: 'en' }],
    [
      'that words are a translation',
      'a.json',
      { ...cpp(), params: { translate: true }, result: { language: 'de' } },
      { recognizer: 'whisper.cpp', language: 'en', notes: ['the words are a translation, not what was said'] },
    ],
    ['WhisperX', 'a.json', { segments: [], word_segments: [] }, { recognizer: 'WhisperX' }],
    [
      'Whisper',
      'a.json',
      { segments: [], language: 'de' },
      { recognizer: 'Whisper (openai-whisper or faster-whisper)', language: 'de' },
    ],
    [
      'sounds left out',
      'a.json',
      { segments: [{ text: ' (coughs) [MUSIC] ♪' }, { text: ' Hm.' }] },
      { notes: ['1 sound such as [BLANK_AUDIO] left out: nobody said it'] },
    ],
    [
      'the language of captions',
      'a.vtt',
      'WEBVTT\nLanguage: fr\n\n',
      { recognizer: 'WebVTT captions', language: 'fr' },
    ],
    [
      'an encoding that was guessed',
      'a.txt',
      Buffer.from('A: \xe9', 'latin1'),
      { notes: ['not UTF-8: read as Windows-1252'] },
    ],
  ])('and says %s', async (_, name, content, expected) => {
    expect(await read(name, content)).toMatchObject(expected);
  });

  test('a job result as it is', async () => {
    const job = '{"jobName":"j","results":{"items":[]}}';
    await writeFile(join(root, 'job.json'), job);
    expect(await readWordsFile(join(root, 'job.json'))).toEqual({ job: Buffer.from(job) });
  });
});

describe('refuses, without a word of the talk', () => {
  const secret = 'chlamydia';
  test.each<[what: string, name: string, content: unknown, message: string]>([
    ['JSON of nothing known', 'a.json', { [secret]: secret }, 'JSON (an object) without segments or transcription'],
    ['a string', 'a.json', `"${secret}"`, 'JSON (a string) without'],
    ['broken JSON', 'a.json', `{"segments":[\n{"text":"${secret}"`, 'broken JSON in line 2'],
    ['JSON that never begins', 'a.json', secret, 'broken JSON'],
    ['text under the name of JSON', 'a.json', `Doctor: ${secret}`, 'broken JSON'],
    ['JSON of AssemblyAI', 'a.json', { utterances: [{ text: secret }] }, 'JSON like that of AssemblyAI'],
    ['JSON of Deepgram', 'a.json', { results: { channels: [secret] } }, 'JSON like that of Deepgram'],
    [
      'JSON of a Call Analytics job',
      'a.json',
      { ConversationCharacteristics: {} },
      'JSON like that of a Call Analytics job',
    ],
    ['a segment that is no object', 'a.json', { segments: [{ text: 'a' }, secret] }, 'segments.1 is no object'],
    [
      'a word that is no object',
      'a.json',
      { segments: [{ words: [[0, 1, secret]] }] },
      'segments.0.words.0 is no object',
    ],
    ['a segment without text', 'a.json', cpp({ ...span(0, 1) }), 'transcription.0 has no text'],
    ['an empty file', 'a.json', '', 'the file is empty'],
    ['sound', 'a.json', new Uint8Array([0xff, 0xfb, 0x90, 0, 0, 0]), 'it is no text'],
    ['an unknown ending', 'a.csv', secret, 'a name that ends in ".csv"'],
    ['captions without times', 'a.srt', `1\n${secret}\n`, 'line 1 does not begin with a speaker'],
    [
      'a line of times that are none',
      'a.srt',
      `1\n00:01 --> soon\n${secret}\n`,
      'line 2 has no times that can be read',
    ],
    ['text without speakers', 'a.txt', `${secret} again\n`, 'line 1 does not begin with a speaker'],
    ['a wrong header', 'a.txt', `language: ${secret}\n\nA: b`, 'line 1: language must be a language code'],
    [
      'captions that repeat themselves for each word',
      'a.vtt',
      `WEBVTT\n\n${[1, 2, 3].map((n) => `00:0${n}.000 --> 00:0${n}.500\n${'ab c'.replace('ab', '<u>ab</u>')} ${secret}\n`).join('\n')}`,
      'make the file without --highlight_words',
    ],
  ])('%s', async (_, name, content, message) => {
    const error: unknown = await read(name, content).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'CaseError', message: expect.stringContaining(message) });
    expect(String(error)).toContain(`${join(root, name)}: `);
    expect(String(error)).toContain('Accepted are: the JSON of whisper.cpp');
    expect(String(error)).not.toContain(secret);
    expect(String(error)).not.toContain('\n');
  });

  test('a file that is not there', async () => {
    await expect(readWordsFile(join(root, 'none.json'))).rejects.toThrow(/none\.json: no such file or folder$/);
  });
});

test.each<[string, unknown, boolean]>([
  ['whisper.cpp', cpp(), true],
  ['Whisper', { segments: [] }, true],
  ['a job result', { results: { segments: [] } }, false],
  ['a list', [{ segments: [] }], false],
])('tells whether JSON holds the words of another recognizer: %s', (_, json, expected) => {
  expect(holdWords(Buffer.from(JSON.stringify(json)))).toBe(expected);
});
