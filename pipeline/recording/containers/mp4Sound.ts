import { ascii } from './bytes.ts';
import { boxesOf } from './boxes.ts';

/** What the sample description says about a track. */
export interface Sound {
  codec: string;
  channels: number;
  sampleRate: number;
  /** The shortest and the longest that a sample can be, in seconds; undefined where that is not known. */
  sampleSeconds: [number, number] | undefined;
}

const codecs: Readonly<Record<string, string>> = {
  '.mp3': 'mp3',
  alac: 'alac',
  fLaC: 'flac',
  Opus: 'opus',
  samr: 'amr-nb',
  sawb: 'amr-wb',
  'ac-3': 'ac-3',
  'ec-3': 'ec-3',
  sowt: 'pcm-s16',
  twos: 'pcm-s16',
  ipcm: 'pcm',
  fpcm: 'pcm',
  lpcm: 'pcm',
  raw: 'pcm-u8',
  in24: 'pcm-s24',
  alaw: 'alaw',
  ulaw: 'ulaw',
  ima4: 'adpcm-ima',
};
/** Object types of MPEG-4 audio (ISO/IEC 14496-1, table 5). */
const objectTypes: Readonly<Record<number, string>> = {
  0x40: 'aac',
  0x66: 'aac',
  0x67: 'aac',
  0x68: 'aac',
  0x69: 'mp3',
  0x6b: 'mp3',
  0xa5: 'ac-3',
  0xa6: 'ec-3',
  0xa9: 'dts',
  0xad: 'opus',
  0xdd: 'vorbis',
};
const aacRates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/** The first entry of an `stsd` whose body is the view. @throws RangeError when it is cut */
export function soundOf(view: DataView): Sound {
  const type = ascii(view, 12, 4);
  const entryEnd = Math.min(8 + view.getUint32(8), view.byteLength);
  // QuickTime's version 1 has four numbers more, its version 2 gives rate and channels in wider ones.
  const version = view.getUint16(24);
  const isWide = version === 2 && entryEnd >= 80;
  let channels = isWide ? view.getUint32(56) : view.getUint16(32);
  let sampleRate = isWide ? view.getFloat64(48) : view.getUint16(40);
  let codec = type === 'mp4a' ? 'aac' : (codecs[type] ?? type.trim());
  for (const box of boxesOf(view, isWide ? 80 : version === 1 ? 60 : 44, entryEnd)) {
    const esds = type === 'mp4a' && box.type === 'esds' ? readEsds(view, box.bodyAt, box.end) : undefined;
    if (esds) {
      codec = objectTypes[esds.objectType] ?? `mp4a.${esds.objectType.toString(16)}`;
      sampleRate = esds.sampleRate ?? sampleRate;
      channels = esds.channels ?? channels;
    }
    if (box.type === 'alac' && box.end - box.bodyAt >= 28) {
      channels = view.getUint8(box.bodyAt + 13);
      sampleRate = view.getUint32(box.bodyAt + 24);
    }
    if (box.type === 'dfLa' && box.end - box.bodyAt >= 24) sampleRate = view.getUint32(box.bodyAt + 18) >>> 12;
  }
  if (codec === 'opus') sampleRate = 48_000;
  return { codec, channels, sampleRate, sampleSeconds: rangeOf(codec, sampleRate) };
}

/** The sound of a sample is a fixed number of frames in most codecs; AAC may have twice as many. */
function rangeOf(codec: string, sampleRate: number): [number, number] | undefined {
  const seconds = (from: number, to = from): [number, number] => [from / sampleRate, to / sampleRate];
  if (codec === 'aac') return seconds(960, 2_048);
  if (codec === 'mp3') return seconds(576, 1_152);
  if (codec === 'alac') return seconds(4_096);
  if (codec === 'flac') return seconds(192, 65_535);
  if (codec === 'ac-3' || codec === 'ec-3') return seconds(256, 1_536);
  if (codec === 'opus') return [0.0025, 0.12];
  return codec.startsWith('amr') ? [0.02, 0.3] : undefined;
}

interface Esds {
  objectType: number;
  sampleRate: number | undefined;
  channels: number | undefined;
}

/** Descriptors within descriptors (ISO/IEC 14496-1, 7.2.6): the object type, and the settings of the AAC decoder. */
function readEsds(view: DataView, from: number, to: number): Esds | undefined {
  let at = from + 4;
  let objectType: number | undefined;
  while (at + 2 < to) {
    const tag = view.getUint8(at);
    at += 1;
    while (at < to && view.getUint8(at) >= 0x80) at += 1;
    at += 1;
    if (tag === 3) {
      const flags = view.getUint8(at + 2);
      at += 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x20 ? 2 : 0);
      if (flags & 0x40) at += 1 + view.getUint8(at);
    } else if (tag === 4) {
      objectType = view.getUint8(at);
      at += 13;
    } else if (tag === 5 && objectType === 0x40) {
      return { objectType, ...readAacConfig(view, at) };
    } else break;
  }
  return objectType === undefined ? undefined : { objectType, sampleRate: undefined, channels: undefined };
}

/** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1); spectral band replication doubles the rate that is heard. */
function readAacConfig(view: DataView, at: number): Pick<Esds, 'sampleRate' | 'channels'> {
  const head = view.getUint16(at);
  const object = head >> 11;
  const sampleRate = aacRates[(head >> 7) & 15];
  const channels = (head >> 3) & 15;
  if (object === 31 || sampleRate === undefined) return { sampleRate: undefined, channels: undefined };
  if (object !== 5 && object !== 29) return { sampleRate, channels: channels || undefined };
  const wide = aacRates[(view.getUint16(at + 1) >> 7) & 15] ?? undefined;
  return { sampleRate: wide ?? sampleRate, channels: object === 29 ? 2 : channels || undefined };
}
