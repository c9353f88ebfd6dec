import { PipelineError } from '../../errors.ts';
import { readAmr } from './amr.ts';
import { ascii, type Bytes } from './bytes.ts';
import type { Contents } from './contents.ts';
import { readFlac } from './flac.ts';
import { readMp3 } from './mp3.ts';
import { readMp4 } from './mp4.ts';
import { readOgg } from './ogg.ts';
import { readWav } from './wav.ts';
import { readWebm } from './webm.ts';

type Read = (bytes: Bytes, start: number) => Promise<Contents>;

/** Any byte, so many times, in a signature. */
const any = (times: number) => '?'.repeat(times);
const packet = (bytes: number) => `G${any(bytes - 1)}`;

/** The containers that Transcribe takes, and a few that are told from them by their brand, each by its first bytes. */
const readers: readonly (readonly [signature: string, name: string, Read])[] = [
  ...['RIFF', 'RF64', 'RIFX'].map((id) => [`${id}????WAVE`, 'WAV', readWav] as const),
  ['fLaC', 'FLAC', readFlac],
  ['OggS', 'Ogg', readOgg],
  ['\x1a\x45\xdf\xa3', 'WebM', readWebm],
  ['#!AMR\n', 'AMR', readAmr],
  ['#!AMR-WB\n', 'AMR', readAmr],
  ...['ftyp', 'moov', 'mdat', 'moof', 'styp', 'sidx', 'wide', 'free', 'skip', 'pnot'].map(
    (box) => [`????${box}`, 'MP4', readMp4] as const,
  ),
];

/** Media that Transcribe does not take. */
const others: readonly (readonly [signature: string, name: string])[] = [
  ['#!AMR_MC', 'AMR with several channels'],
  ['#!AMR-WB_MC', 'AMR with several channels'],
  ['RIFF????AVI ', 'AVI'],
  ['FORM????AIF', 'AIFF'],
  ['caff', 'CAF (Core Audio)'],
  ['.snd', 'AU'],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', 'WMA or another ASF file'],
  ['riff\x2e\x91\xcf\x11', 'Wave64'],
  ['FLV\x01', 'FLV'],
  [packet(188).repeat(3), 'an MPEG transport stream'],
  [any(4) + packet(192).repeat(3), 'an MPEG transport stream'],
  ['\0\0\x01\xba', 'an MPEG program stream'],
  ['wvpk', 'WavPack'],
  ['MAC ', "Monkey's Audio"],
  ['TTA1', 'True Audio'],
  ['MP+', 'Musepack'],
  ['MPCK', 'Musepack'],
  ['DSD ', 'DSD'],
  ['FRM8', 'DSD'],
  ['.RMF', 'RealMedia'],
  ['.ra\xfd', 'RealMedia'],
  ['MThd', 'MIDI'],
  ['#EXTM3U', 'a playlist'],
  ['ADIF', 'AAC without a container'],
];

const fits = (head: string, signature: string) =>
  head.length >= signature.length && Array.from(signature).every((byte, at) => byte === '?' || byte === head[at]);

/** Files have more than one ID3 tag in front when several programs have labelled them. */
const maxTags = 4;

/**
 * What a file holds; undefined when it is no media.
 * @throws PipelineError UnsupportedMedia when it is media that is damaged
 */
export async function readContainer(bytes: Bytes): Promise<Contents | undefined> {
  const start = await skipTags(bytes);
  const head = ascii(await bytes.at(start, 600), 0, 600);
  const [, container = 'MP3', read] = readers.find(([signature]) => fits(head, signature)) ?? [];
  const [, known] = others.find(([signature]) => fits(head, signature)) ?? [];
  const other = known ?? (isAdts(head) ? 'AAC without a container' : undefined);
  if (!read && other) return { container: other, format: undefined, tracks: [], truncated: false };
  try {
    return read ? await read(bytes, start) : await readMp3(bytes, start);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PipelineError(
      'UnsupportedMedia',
      `the ${container} file is damaged: its header ends early; upload it again`,
    );
  }
}

/** Behind the ID3 tags (id3.org, ID3v2.4, 3.1), whose sizes have seven bits in a byte. */
async function skipTags(bytes: Bytes): Promise<number> {
  let at = 0;
  for (let n = 0; n < maxTags; n += 1) {
    const head = await bytes.at(at, 10);
    if (head.byteLength < 10 || ascii(head, 0, 3) !== 'ID3') return at;
    const size = [6, 7, 8, 9].reduce((sum, place) => sum * 128 + (head.getUint8(place) & 127), 0);
    const end = at + 10 + size + (head.getUint8(5) & 16 ? 10 : 0);
    if (end >= bytes.size) return at + 10;
    at = end;
  }
  return at;
}

/** Frames of AAC that give their own lengths, one after the other (ISO/IEC 13818-7, 6.2). */
function isAdts(head: string): boolean {
  const byte = (at: number) => head.charCodeAt(at);
  let at = 0;
  for (let n = 0; n < 3 && (n === 0 || at + 6 < head.length); n += 1) {
    if (byte(at) !== 0xff || (byte(at + 1) & 0xf6) !== 0xf0) return false;
    at += ((byte(at + 3) & 3) << 11) | (byte(at + 4) << 3) | (byte(at + 5) >> 5);
  }
  return at > 0;
}
