import { big, join, layOut, type LongFile } from './layout.ts';

/** An element whose size has eight bytes; without a body, one that a live writer leaves open. */
export function element(id: number, ...body: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array {
  const content = join(...body);
  return join(idOf(id), [1], big(content.length, 7), content);
}

export const open = (id: number): Uint8Array => join(idOf(id), [0x01], Array(7).fill(0xff) as number[]);

function idOf(id: number): Uint8Array {
  return big(id, id > 0xff_ffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1);
}

function float(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return new Uint8Array(view.buffer);
}

export interface WebmHead {
  docType?: string;
  /** Ticks; left out when undefined. */
  duration?: number;
  tickNs?: number;
  codecs?: readonly string[];
  isLive?: boolean;
}

export const ebmlHeader = (docType = 'webm') => element(0x1a45dfa3, element(0x4282, docType));

/** `Info` and `Tracks`: sounds from track 1 on, of one channel. */
export function info({ duration, tickNs = 1e6, codecs = ['A_OPUS'] }: WebmHead = {}): Uint8Array {
  const facts = element(0x2ad7b1, big(tickNs, 4));
  const said = duration === undefined ? [] : element(0x4489, float(duration));
  const tracks = codecs.map((codec, n) => {
    const isSound = codec.startsWith('A_');
    const sound = isSound ? element(0xe1, element(0xb5, float(48_000)), element(0x9f, [1])) : [];
    return element(0xae, element(0xd7, [n + 1]), element(0x83, [isSound ? 2 : 1]), element(0x86, codec), sound);
  });
  return join(element(0x1549a966, facts, said), element(0x1654ae6b, ...tracks));
}

/** Blocks of Opus, 20 ms each, of `bytes` bytes. */
export function opusBlocks(track: number, ticks: readonly number[], bytes = 40): Uint8Array {
  const packet = Uint8Array.from({ length: bytes }, (_, n) => (n === 0 ? 0x78 : 0));
  return join(...ticks.map((tick) => element(0xa3, [0x80 | track], big(tick, 2), [0x80], packet)));
}

export const every = (step: number, count: number): number[] => Array.from({ length: count }, (_, n) => n * step);

export function cluster(tick: number, ...blocks: Uint8Array[]): Uint8Array {
  return element(0x1f43b675, element(0xe7, big(tick, 6)), ...blocks);
}

/** A whole file, whose sizes are known. */
export function webm(head: WebmHead, ...clusters: Uint8Array[]): Uint8Array {
  return join(ebmlHeader(head.docType), element(0x18538067, info(head), ...clusters));
}

const clusterMs = 3_200;

/** What MediaRecorder writes of a video call: 2.5 Mbit/s, no Duration, no Cues, and sizes that it leaves open. */
export function longLiveWebm(seconds: number): LongFile {
  const head = join(ebmlHeader(), open(0x18538067), info({ codecs: ['A_OPUS', 'V_VP8'] }));
  const blocks: Uint8Array[] = [];
  for (const tick of every(200, clusterMs / 200)) {
    blocks.push(element(0xa3, [0x82], big(tick, 2), [0x80], new Uint8Array(61_000)));
    blocks.push(
      opusBlocks(
        1,
        every(20, 10).map((later) => tick + later),
        100,
      ),
    );
  }
  const timeAt = open(0x1f43b675).length;
  const unit = join(open(0x1f43b675), element(0xe7, big(0, 6)), ...blocks);
  const make = (n: number) => {
    const content = unit.slice();
    content.set(element(0xe7, big(n * clusterMs, 6)), timeAt);
    return content;
  };
  return layOut(head, { count: Math.ceil((seconds * 1000) / clusterMs), bytes: unit.length, make });
}
