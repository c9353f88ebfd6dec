import { expect, test } from 'vitest';
import { parseDialogue, speakersOf } from '../../../local/cases/dialogue.ts';
import type { Utterance } from '../../../local/cases/dialogue.ts';

const start = (utterance: Utterance | undefined): number => utterance?.words[0]?.startMs ?? Number.NaN;
const end = (utterance: Utterance | undefined): number => utterance?.words.at(-1)?.endMs ?? Number.NaN;

test('a text of nothing but utterances needs no header', () => {
  const { utterances, language } = parseDialogue('# a talk\nDoctor: Any pain?\nPatient: No.\n\n');
  expect(utterances.map(({ speaker, words }) => [speaker, words.length])).toEqual([
    ['Doctor', 2],
    ['Patient', 1],
  ]);
  expect(language).toBe('en-US');
});

test('reads header, comments and speakers of any name', () => {
  const dialogue = parseDialogue(
    '\uFEFFtitle: A visit\r\n# why\npace: 120\n\n# first\nmother in law: Hi.\nDr Ó: Hello: how are you?\nmother in law: So.\n',
  );
  expect(dialogue).toMatchObject({ title: 'A visit', wordsPerMinute: 120, language: 'en-US', layout: 'speakers' });
  expect(speakersOf(dialogue)).toEqual(['mother in law', 'Dr Ó']);
  expect(dialogue.utterances.map(({ words }) => words.map(({ content }) => content).join(' '))).toEqual([
    'Hi',
    'Hello how are you',
    'So',
  ]);
});

test.each([
  ["It's 6.5, o'clock-ish...", ["It's|", '6.5|,', "o'clock-ish|..."]],
  ['¿Cómo está? ¡Bien!', ['¿Cómo|', 'está|?', '¡Bien|!']],
  ['Well , no ?!', ['Well|,', 'no|?!']],
  ['{?amlodipine}, 5 mg', ['amlodipine|,', '5|', 'mg|']],
  ['𝛂 Jose\u0301 👩🏽‍⚕️ okay…', ['𝛂|', 'Jose\u0301|', '👩🏽‍⚕️|', 'okay|…']],
])('splits %s into words and the marks that follow them', (text, words) => {
  const [utterance] = parseDialogue(`\npatient: ${text}`).utterances;
  expect(utterance?.words.map(({ content, marks }) => `${content}|${marks.join('')}`)).toEqual(words);
});

test('marks only the braced word as unsure', () => {
  const [utterance] = parseDialogue('\npatient: take {?ramipril} daily').utterances;
  expect(utterance?.words.map(({ unsure }) => unsure)).toEqual([false, true, false]);
});

test('a pause and an overlap count from the end of the talk so far', () => {
  const { utterances } = parseDialogue(
    '\n[+2s] a: one two three four five six seven eight nine ten.\n[-2s] b: mm\n[-0.5s] b: yes\n[+1.2s] a: so',
  );
  const [first, interjection, overlap, late] = utterances;
  expect(start(first)).toBe(2000);
  expect(start(interjection)).toBe(end(first) - 2000);
  expect(start(overlap)).toBe(end(first) - 500);
  expect(start(late)).toBe(Math.max(end(first), end(overlap)) + 1200);
});

test('nobody speaks over themselves or before the line above', () => {
  const { utterances } = parseDialogue('\na: one two three.\n[-0.4s] a: four\n[-9s] b: five');
  const [first, own, other] = utterances;
  expect(start(own)).toBe(end(first));
  expect(start(other)).toBe(start(own));
});

test.each([60, 150, 240])('a pace of %i words a minute is kept within a tenth', (pace) => {
  const line = 'clinician: Well, I would like you to come in tomorrow morning. Is that all right with you?\n';
  const { durationMs } = parseDialogue(`pace: ${pace}\n\n${line.repeat(60)}`);
  const wordsPerMinute = (60 * 16) / (durationMs / 60_000);
  expect(wordsPerMinute / pace).toBeGreaterThan(0.9);
  expect(wordsPerMinute / pace).toBeLessThan(1.1);
});

test('the same text gives the same times, another seed others', () => {
  const read = (seed: string): string =>
    JSON.stringify(parseDialogue(`seed: ${seed}\n\na: one, two.\nb: three.`).utterances);
  expect(read('x')).toBe(read('x'));
  expect(read('x')).not.toBe(read('y'));
});

test('the recording ends a little after the last word, or where the header says', () => {
  const spoken = parseDialogue('\na: hello');
  expect(spoken.durationMs - end(spoken.utterances[0])).toBe(800);
  expect(parseDialogue('duration: 45\n').durationMs).toBe(45_000);
});

test.each([
  ['unknown key', 'title: x\nmood: good\n\na: hi', 'line 2: not a header line; known keys: title, language,'],
  ['key of Object.prototype', 'constructor: x\n\na: hi', 'line 1: not a header line'],
  ['key twice', 'pace: 100\npace: 120\n', 'line 2: pace is given twice'],
  ['bad pace', '# c\npace: fast\n', 'line 2: pace must be words per minute between 40 and 400'],
  ['bad language', 'language: English\n', 'line 1: language must be a language code such as en-US'],
  ['bad layout', 'layout: stereo\n', 'line 1: layout must be speakers, channels or plain'],
  ['bad shape', 'shape: old\n', 'line 1: shape must be medical-guide or newer'],
  ['empty value', 'title:\n', 'line 1: title must be some text'],
  ['one channel', 'layout: channels\nchannels: patient\n', 'line 2: channels must be two speakers'],
  ['channels missing', 'layout: channels\n\na: hi', 'line 1: `layout: channels` and a `channels:` line go together'],
  ['no empty line', 'title: x\npatient: hi', 'line 2: not a header line'],
  ['no colon', '\npatient hi', 'line 2: expected `speaker: text`'],
  ['nothing said', '\npatient:', 'line 2: expected `speaker: text`'],
  ['bad timing mark', '\n[1s] patient: hi', 'line 2: expected `speaker: text`'],
  ['only a mark', '\npatient: ...', 'line 2: a mark does not follow a word'],
  ['open brace', '\npatient: hi {?there', 'line 2: a low-confidence mark'],
  ['two words in braces', '\npatient: {?hi there}', 'line 2: a low-confidence mark'],
  ['no channel', 'layout: channels\nchannels: a, b\n\na: hi\n\nc: hi', 'line 6: c has no channel'],
  ['too short', 'duration: 0.5\n\na: hi\nb: this takes much longer than that', 'line 4: ends at'],
])('refuses %s and names the line', (_, text, message) => {
  expect(() => parseDialogue(text)).toThrow(expect.objectContaining({ name: 'DialogueError' }));
  expect(() => parseDialogue(text)).toThrow(message);
});
