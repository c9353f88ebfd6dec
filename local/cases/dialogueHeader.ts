import { DialogueError } from './dialogueError.ts';

export type Layout = 'speakers' | 'channels' | 'plain';
export type Shape = 'medical-guide' | 'newer';

/** The header of a dialogue file: the lines above its first empty line. Every key is optional there. */
export interface DialogueHeader {
  title: string;
  /** A Transcribe language code. */
  language: string;
  /** The things that the job was asked to tell apart: voices, channels or nothing. */
  layout: Layout;
  /** Which of the two generations of the job result's JSON is written. */
  shape: Shape;
  wordsPerMinute: number;
  /** Another seed gives other pauses and confidences to the same words. */
  seed: string;
  /** Speakers by channel number; empty unless the layout is `channels`. */
  channels: string[];
  /** The length that the recording is to have. */
  recordingMs?: number;
}

interface Line {
  line: number;
  content: string;
}

type Reader = (value: string) => Partial<DialogueHeader> | undefined;

/** The reader of each key. A reader that returns undefined refuses the value, with the reason in `expected`. */
const readers: Record<string, { read: Reader; expected: string }> = {
  title: { read: (title) => ({ title }), expected: 'some text' },
  language: {
    read: (language) => (/^[a-z]{2,3}-[A-Z]{2}$/.test(language) ? { language } : undefined),
    expected: 'a language code such as en-US',
  },
  layout: {
    read: (value) => {
      const layout = (['speakers', 'channels', 'plain'] as const).find((known) => known === value);
      return layout && { layout };
    },
    expected: 'speakers, channels or plain',
  },
  shape: {
    read: (value) => {
      const shape = (['medical-guide', 'newer'] as const).find((known) => known === value);
      return shape && { shape };
    },
    expected: 'medical-guide or newer',
  },
  pace: {
    read: (value) => between(value, 40, 400, (wordsPerMinute) => ({ wordsPerMinute })),
    expected: 'words per minute between 40 and 400',
  },
  seed: { read: (seed) => ({ seed }), expected: 'some text' },
  channels: {
    read: (value) => {
      const channels = value.split(',').map((name) => name.trim());
      return channels.length === 2 && new Set(channels).size === 2 && !channels.includes('') ? { channels } : undefined;
    },
    expected: 'two speakers such as patient, clinician',
  },
  duration: {
    read: (value) => between(value, 0.5, 5 * 3600, (seconds) => ({ recordingMs: Math.round(seconds * 1000) })),
    expected: 'seconds between 0.5 and 18000',
  },
};

/** Whether a line is of a header: it begins with one of the keys. */
export function isHeaderLine(content: string): boolean {
  return Object.hasOwn(readers, /^([a-z]+):/.exec(content)?.[1] ?? '');
}

/** @throws DialogueError for an unknown or repeated key, a value out of range, or a layout without its channels. */
export function readHeader(lines: Line[]): DialogueHeader {
  const header: DialogueHeader = {
    title: '',
    language: 'en-US',
    layout: 'speakers',
    shape: 'medical-guide',
    wordsPerMinute: 150,
    seed: '',
    channels: [],
  };
  const seen = new Set<string>();
  for (const { line, content } of lines) {
    const [, key = '', value = ''] = /^([a-z]+):\s*(.*)$/.exec(content) ?? [];
    Object.assign(header, readLine(line, key, value));
    if (seen.has(key)) throw new DialogueError(line, `${key} is given twice`);
    seen.add(key);
  }
  if ((header.layout === 'channels') !== header.channels.length > 0) {
    throw new DialogueError(lines.at(-1)?.line ?? 1, '`layout: channels` and a `channels:` line go together');
  }
  return header;
}

function readLine(line: number, key: string, value: string): Partial<DialogueHeader> {
  const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
  if (reader === undefined) {
    throw new DialogueError(line, `not a header line; known keys: ${Object.keys(readers).join(', ')}`);
  }
  const read = value === '' ? undefined : reader.read(value);
  if (read === undefined) throw new DialogueError(line, `${key} must be ${reader.expected}`);
  return read;
}

function between<T>(value: string, least: number, most: number, make: (number: number) => T): T | undefined {
  const number = Number(value);
  return number >= least && number <= most ? make(number) : undefined;
}
