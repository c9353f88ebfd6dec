/** A frame of MPEG audio (ISO/IEC 11172-3 and 13818-3), as its header describes it. */
export interface Frame {
  layer: 1 | 2 | 3;
  bytes: number;
  samples: number;
  sampleRate: number;
  channels: 1 | 2;
  isFirstVersion: boolean;
}

/** A run of frames: what was walked over, and what it holds. */
export interface Run {
  frames: number;
  seconds: number;
  /** Of the frames alone, without what lies between them. */
  bytes: number;
}

const layer3 = {
  first: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  later: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const layer2 = { first: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384], later: layer3.later };
const rates = [44_100, 48_000, 32_000];
/** Frames in a row by which a beginning is told from sound that looks like one. */
const chain = 4;

/** The frame that begins here, of layer II or III; undefined when none does. */
export function frameAt(view: DataView, at: number): Frame | undefined {
  if (at + 4 > view.byteLength) return undefined;
  const head = view.getUint32(at);
  const [version, layerBits, rateIndex] = [(head >>> 19) & 3, (head >>> 17) & 3, (head >>> 10) & 3];
  const rate = rates[rateIndex];
  if (head >>> 21 !== 0x7ff || version === 1 || (layerBits !== 1 && layerBits !== 2) || !rate) return undefined;
  const isFirstVersion = version === 3;
  const layer = layerBits === 1 ? 3 : 2;
  const kilobits = (layer === 3 ? layer3 : layer2)[isFirstVersion ? 'first' : 'later'][(head >>> 12) & 15];
  if (!kilobits) return undefined;
  const sampleRate = rate / (isFirstVersion ? 1 : version === 2 ? 2 : 4);
  const samples = layer === 3 && !isFirstVersion ? 576 : 1_152;
  const bytes = Math.floor((samples * kilobits * 125) / sampleRate) + ((head >>> 9) & 1);
  return { layer, bytes, samples, sampleRate, channels: ((head >>> 6) & 3) === 3 ? 1 : 2, isFirstVersion };
}

/** Where frames begin that follow one another, at or behind `from`; -1 when there are none. */
export function firstFrame(view: DataView, from = 0): number {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    if (isChain(view, at)) return at;
  }
  return -1;
}

/** At the end of a file, fewer frames are enough. */
function isChain(view: DataView, start: number): boolean {
  const first = frameAt(view, start);
  let at = start;
  for (let n = 0; n < chain; n += 1) {
    const frame = frameAt(view, at);
    if (frame?.layer !== first?.layer || frame?.sampleRate !== first?.sampleRate || !frame) {
      return n >= 2 && at >= view.byteLength - 4;
    }
    at += frame.bytes;
  }
  return true;
}

/** Walks over the frames from `from` on, and past whatever lies between joined files. */
export function walkFrames(view: DataView, from: number): Run {
  const run: Run = { frames: 0, seconds: 0, bytes: 0 };
  let at = from;
  while (at !== -1) {
    const frame = frameAt(view, at);
    if (!frame) {
      at = firstFrame(view, at + 1);
      continue;
    }
    if (at + frame.bytes > view.byteLength) break;
    if (!isNote(view, at)) run.seconds += frame.samples / frame.sampleRate;
    run.frames += 1;
    run.bytes += frame.bytes;
    at += frame.bytes;
  }
  return run;
}

/** The counts that an encoder notes in the first frame, which has no sound of its own; 0 for what it does not note. */
export function noteOf(view: DataView, at: number): { frames: number; bytes: number } | undefined {
  const frame = frameAt(view, at);
  if (!frame || at + 60 > view.byteLength) return undefined;
  const afterSide = at + 4 + (frame.isFirstVersion ? [17, 32] : [9, 17])[frame.channels - 1]!;
  const tag = view.getUint32(afterSide);
  if (tag === 0x5869_6e67 || tag === 0x496e_666f) {
    const flags = view.getUint32(afterSide + 4);
    const frames = flags & 1 ? view.getUint32(afterSide + 8) : 0;
    return { frames, bytes: flags & 2 ? view.getUint32(afterSide + (flags & 1 ? 12 : 8)) : 0 };
  }
  if (view.getUint32(at + 36) !== 0x5642_5249) return undefined;
  return { frames: view.getUint32(at + 50), bytes: view.getUint32(at + 46) };
}

function isNote(view: DataView, at: number): boolean {
  return noteOf(view, at) !== undefined;
}
