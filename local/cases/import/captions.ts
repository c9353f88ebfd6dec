import { CaseError } from '../caseError.ts';
import { isSound, toLabel, toSoundNotes } from './fields.ts';
import type { ImportedWord, ImportedWords, Segment } from './importedWords.ts';
import { type Line, readCaptionLines } from './speakerNames.ts';

interface Cue {
  startMs: number;
  endMs: number;
  lines: string[];
}

/** Some writers leave out the hours, others write a comma in WebVTT or a point in SRT. */
const clock = String.raw`((?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)`;
const timing = new RegExp(String.raw`^\s*${clock}\s*-->\s*${clock}(?:\s.*)?$`);

/**
 * Reads WebVTT and SRT, which differ in little: a header, and the comma in a time. It is not a strict reader, because
 * the files that recognizers write are not strict. Speakers are told by `<v Doctor>`, or by the beginning of a line:
 * `Doctor: `, `[SPEAKER_00]: `, `(speaker 0) `. Sources: WebVTT, W3C; `SubtitlesWriter` in whisperx/utils.py; `output_vtt`
 * and `output_srt` in examples/cli/cli.cpp of whisper.cpp.
 * @throws CaseError naming the line that should have times and has none that can be read
 */
export function readCaptions(text: string): ImportedWords {
  const isVtt = text.startsWith('WEBVTT');
  const lines = text.split(/\r\n?|\n/);
  const cues = toCues(lines);
  if (cues.length === 0 && !isVtt) {
    throw new CaseError('no line has times such as 00:00:01,000 --> 00:00:02,500');
  }
  refuseHighlights(cues);
  const talk = cues.flatMap((cue) => toVoices(cue));
  const read = readCaptionLines(talk.map((voice) => voice.text));
  const spoken = talk.map((voice, at) => withName(voice, read[at]));
  const sounds = spoken.filter(({ text: said }) => isSound(said)).length;
  return {
    recognizer: isVtt ? 'WebVTT captions' : 'SRT subtitles',
    language: isVtt ? languageOf(lines) : undefined,
    segments: toSegments(spoken.filter(({ text: said }) => !isSound(said))),
    notes: toSoundNotes(sounds),
  };
}

function toCues(lines: readonly string[]): Cue[] {
  const cues: Cue[] = [];
  let open: Cue | undefined;
  for (const [index, line] of lines.entries()) {
    const [, from, to] = timing.exec(line) ?? [];
    if (from !== undefined && to !== undefined) {
      // Without a blank line between two cues, the number of the second looks like the last line of the first.
      if (open && /^\s*\d+\s*$/.test(open.lines.at(-1) ?? '')) open.lines.pop();
      open = { startMs: clockMs(from), endMs: clockMs(to), lines: [] };
      cues.push(open);
    } else if (line.trim() === '') open = undefined;
    else if (/-->/.test(line) && /^[\d\s:.,]*-->/.test(line))
      throw new CaseError(`line ${index + 1} has no times that can be read`);
    else open?.lines.push(line);
  }
  return cues;
}

function clockMs(text: string): number {
  const [seconds = 0, minutes = 0, hours = 0] = text.replace(',', '.').split(':').map(Number).toReversed();
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000);
}

/** `--highlight_words` writes each sentence once for every word in it, with that word underlined. */
function refuseHighlights(cues: readonly Cue[]): void {
  const plain = ({ lines }: Cue) => lines.join(' ').replaceAll(/<\/?u>/g, '');
  const isAgain = (cue: Cue, at: number) => {
    const before = cues[at - 1];
    return before && cue.lines.some((line) => line.includes('<u>')) && plain(before) === plain(cue);
  };
  if (cues.filter(isAgain).length > cues.length / 3) {
    throw new CaseError(
      'each sentence stands there once for every word in it: make the file without --highlight_words',
    );
  }
}

/** A line of a cue, or the part of it that one voice says. */
interface Voice extends Line {
  startMs: number;
  endMs: number;
  /** The times inside the line: before the text from this index on, the words of which begin then. */
  marks: { at: number; startMs: number }[];
}

const tag = /<(?:(\/?)v(?:\.[^\s>]*)?(?:\s+([^>]*))?|(\d[\d:.,]*)|\/?[a-z][^>]*)>|\{\\[^}]*\}/gi;

function toVoices({ startMs, endMs, lines }: Cue): Voice[] {
  const voices: Voice[] = [];
  let speaker: string | undefined;
  for (const line of lines) {
    let voice: Voice = { startMs, endMs, speaker, text: '', marks: [] };
    let at = 0;
    const write = (to: number) => {
      voice.text += decoded(line.slice(at, to));
    };
    for (const found of line.matchAll(tag)) {
      write(found.index);
      at = found.index + found[0].length;
      const [, closes, name, time] = found;
      if (time !== undefined) voice.marks.push({ at: voice.text.length, startMs: clockMs(time) });
      if (name === undefined && closes !== '/') continue;
      voices.push(voice);
      speaker = closes === '/' ? undefined : toLabel(decoded(name ?? ''));
      voice = { startMs, endMs, speaker, text: '', marks: [] };
    }
    write(line.length);
    voices.push(voice);
  }
  // A dash before a line says no more than that another speaker begins.
  return voices
    .filter(({ text }) => text.trim() !== '')
    .map((voice) => cutTo(voice, voice.text.replace(/^\s*[-–—]\s+/, '')));
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  quot: '"',
  lrm: '',
  rlm: '',
};

function decoded(text: string): string {
  return text.replaceAll(/&(\w+|#\d{1,6});/g, (whole, name: string) => {
    if (name.startsWith('#')) return String.fromCodePoint(Math.min(Number(name.slice(1)), 0x10_ffff));
    return entities[name] ?? whole;
  });
}

/** The voice without what stands before the rest of its text. */
function cutTo(voice: Voice, rest: string): Voice {
  const cut = voice.text.length - rest.length;
  return { ...voice, text: rest, marks: voice.marks.map(({ at, startMs }) => ({ at: at - cut, startMs })) };
}

/** A voice tag tells more than the beginning of its line. */
function withName(voice: Voice, read: Line | undefined): Voice {
  if (voice.speaker !== undefined || read?.speaker === undefined) return voice;
  return { ...cutTo(voice, read.text), speaker: read.speaker };
}

/**
 * The voices with their words. A line without a name goes on with what the named line before it says, within its cue; the
 * time of a cue belongs to its voices together.
 */
function toSegments(voices: readonly Voice[]): Segment[] {
  const segments: (Segment & { cue: string })[] = [];
  for (const { speaker, text, startMs, endMs, marks } of voices) {
    const cue = `${startMs} ${endMs}`;
    const before = segments.at(-1);
    const isSameCue = before?.cue === cue;
    const words = toMarkedWords(text, marks);
    if (before && isSameCue && (speaker === undefined || speaker === before.speaker)) before.words.push(...words);
    else segments.push({ cue, speaker, startMs: isSameCue ? undefined : startMs, endMs, words });
    if (isSameCue && before && segments.at(-1) !== before) before.endMs = undefined;
  }
  return segments.map(({ cue: _cue, ...segment }) => segment);
}

/** The words of a text, those after a mark with its time. */
function toMarkedWords(text: string, marks: Voice['marks']): ImportedWord[] {
  let next = 0;
  return [...text.matchAll(/\S+/gu)].map(({ 0: word, index }) => {
    let startMs: number | undefined;
    for (let mark = marks[next]; mark && mark.at <= index; mark = marks[next]) {
      startMs = mark.startMs;
      next += 1;
    }
    return { text: word, startMs };
  });
}

/** Some writers put `Language: en` below WEBVTT. */
function languageOf(lines: readonly string[]): string | undefined {
  const border = lines.indexOf('');
  const header = lines.slice(1, border === -1 ? 5 : border);
  return header.map((line) => /^Language:\s*([\w-]+)\s*$/i.exec(line)?.[1]).find((found) => found !== undefined);
}
