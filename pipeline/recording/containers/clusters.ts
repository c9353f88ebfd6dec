import { find } from './bytes.ts';
import { childrenOf, type Element, elementAt, numberAt } from './ebml.ts';
import { opusMs } from './opus.ts';

/** A block of a track, on the clock of the file. */
export interface Block {
  track: number;
  tick: number;
  /** Ticks that the block says it lasts; 0 when it does not say. */
  ticks: number;
  bytes: number;
  /** How long its packets are if they are Opus, in milliseconds. */
  opusMs: number;
}

const clusterId = [0x1f, 0x43, 0xb6, 0x75];
const [timestampId, simpleBlockId, groupId, blockId, durationId] = [0xe7, 0xa3, 0xa0, 0xa1, 0x9b];
/** What may stand in a cluster before its time: nothing, a checksum, or filling. */
const fillerIds = [0xbf, 0xec];

/** The blocks of every cluster that begins in the view, whole ones only, and the time at which each cluster begins. */
export function readClusters(view: DataView): { blocks: Block[]; starts: number[] } {
  const blocks: Block[] = [];
  const starts: number[] = [];
  for (let at = find(view, clusterId); at !== -1; at = find(view, clusterId, at)) {
    const cluster = elementAt(view, at);
    const start = cluster && timeOf(view, cluster.bodyAt);
    at += 4;
    if (!cluster || start === undefined) continue;
    starts.push(start);
    // Its size is not needed, and may be wrong or open: it ends where an element of its own level begins, with four bytes of id.
    for (const child of childrenOf(view, cluster.bodyAt, view.byteLength)) {
      if (child.id > 0xff_ffff) break;
      const block = blockOf(view, child, start);
      if (block) blocks.push(block);
      at = child.end;
    }
  }
  return { blocks, starts };
}

/** The cluster's time, which stands before its blocks: without it, the four bytes were no cluster. */
function timeOf(view: DataView, from: number): number | undefined {
  let at = from;
  for (let n = 0; n < 4; n += 1) {
    const element = elementAt(view, at);
    if (element?.size === undefined || element.bodyAt + element.size > view.byteLength) return undefined;
    if (element.id === timestampId) return element.size <= 8 ? numberAt(view, element.bodyAt, element.size) : undefined;
    if (!fillerIds.includes(element.id)) return undefined;
    at = element.bodyAt + element.size;
  }
  return undefined;
}

/** A group has a block and a handful of facts about it; an element that only looks like a group may have millions. */
const maxParts = 32;

function blockOf(view: DataView, element: Element & { end: number }, start: number): Block | undefined {
  if (element.id === simpleBlockId) return toBlock(view, element.bodyAt, element.end, start, 0);
  if (element.id !== groupId) return undefined;
  const parts = Array.from(childrenOf(view, element.bodyAt, element.end).take(maxParts));
  const block = parts.find(({ id }) => id === blockId);
  const duration = parts.find(({ id }) => id === durationId);
  const ticks = duration ? numberAt(view, duration.bodyAt, duration.size) : 0;
  return block && toBlock(view, block.bodyAt, block.end, start, ticks);
}

/** Track number, time within the cluster, flags; then one frame, or several with their sizes (lacing). */
function toBlock(view: DataView, at: number, end: number, start: number, ticks: number): Block | undefined {
  const trackBytes = Math.clz32(view.getUint8(at)) - 23;
  const frameAt = at + trackBytes + 3;
  if (trackBytes > 8 || frameAt >= end) return undefined;
  const track = numberAt(view, at, trackBytes) - 2 ** (7 * trackBytes);
  const tick = start + view.getInt16(at + trackBytes);
  const isLaced = (view.getUint8(frameAt - 1) & 0x06) !== 0;
  return { track, tick, ticks, bytes: end - frameAt, opusMs: isLaced ? 0 : opusMs(view, frameAt, end - frameAt) };
}
