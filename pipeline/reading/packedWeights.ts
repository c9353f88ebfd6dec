import type { Weights } from '../clinical/assertion/likelihood.ts';
import { type Kind, readings } from '../clinical/assertion/readings.ts';

/** `weights.json` as the page carries it: base64 of a deflated table, a seventh of its size, with no digit lost. */
export type PackedWeights = string;

const kinds = Object.keys(readings) as Kind[];

/** Weights are whole hundredths from here up to as many above 0. */
const least = -128;
const hundred = 100;
/** A cue shares no more of its name with the one before: the count is one printable character. */
const mostShared = 70;
const firstCharacter = '0'.charCodeAt(0);

/**
 * Packs weights: the names of the cues in order, each without the beginning that it shares with the one before, and
 * a byte for each weight.
 * @throws RangeError for a weight that is no whole number of hundredths, or too large
 */
export async function packWeights(weights: Weights): Promise<PackedWeights> {
  const cues = [...new Set(kinds.flatMap((kind) => Object.keys(weights[kind])))].sort();
  const lines = cues.map((cue, at) => {
    const shared = sharedLength(cues[at - 1] ?? '', cue);
    const mask = kinds.reduce((sum, kind, bit) => (cue in weights[kind] ? sum | (1 << bit) : sum), 0);
    return `${toCharacter(mask)}${toCharacter(shared)}${cue.slice(shared)}`;
  });
  const names = new TextEncoder().encode(`${lines.join('\n')}\n\n`);
  const numbers = Uint8Array.from(cues.flatMap((cue) => kinds.flatMap((kind) => weights[kind][cue] ?? [])).map(toByte));
  const whole = new Uint8Array(names.length + numbers.length);
  whole.set(names);
  whole.set(numbers, names.length);
  return toBase64(await through(whole, new CompressionStream('deflate-raw')));
}

/** The weights as they were before they were packed. */
export async function unpackWeights(packed: PackedWeights): Promise<Weights> {
  const whole = await through(fromBase64(packed), new DecompressionStream('deflate-raw'));
  const end = whole.findIndex((byte, at) => byte === newLine && whole[at + 1] === newLine);
  const numbers = whole.subarray(end + 2);
  const weights: Record<Kind, Record<string, readonly number[]>> = { condition: {}, medicine: {}, test: {} };
  let [cue, read] = ['', 0];
  for (const line of new TextDecoder().decode(whole.subarray(0, end)).split('\n')) {
    const [mask, shared] = [fromCharacter(line, 0), fromCharacter(line, 1)];
    cue = cue.slice(0, shared) + line.slice(2);
    for (const [bit, kind] of kinds.entries()) {
      if ((mask & (1 << bit)) === 0) continue;
      const { length } = readings[kind];
      weights[kind][cue] = Array.from(numbers.subarray(read, read + length), fromByte);
      read += length;
    }
  }
  return weights;
}

const newLine = 0x0a;

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < mostShared && length < one.length && one[length] === other[length]) length += 1;
  return length;
}

const toCharacter = (count: number) => String.fromCharCode(firstCharacter + count);
const fromCharacter = (line: string, at: number) => line.charCodeAt(at) - firstCharacter;

function toByte(weight: number): number {
  const byte = Math.round(weight * hundred) - least;
  if (byte < 0 || byte > 255 || fromByte(byte) !== weight) throw new RangeError(`${weight} cannot be packed`);
  return byte;
}

const fromByte = (byte: number) => (byte + least) / hundred;

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const changed = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(changed).arrayBuffer());
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
