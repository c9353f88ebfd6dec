import type { Word } from './jobItems.ts';

/** The words of two channels that are an echo: what a microphone heard of the other speaker's loudspeaker. */
export interface Echoes {
  first: ReadonlySet<Word>;
  second: ReadonlySet<Word>;
}

/** A word of the first channel and one of the second that are the same at about the same time. */
interface Pair {
  one: Word;
  other: Word;
  /** By how much the second channel's is later. */
  lagMs: number;
  /** Their places in their channels. */
  at: number;
  otherAt: number;
}

/** An echo reaches the other microphone within this time. */
const farMs = 400;
/** In an echo the lag stays the same, give or take what a recognizer is unsure of; two people who speak in chorus drift. */
const driftMs = 120;
/** A recognizer mishears a word of an echo now and then. */
const misheard = 1;
/** Words on both sides of such a silence are two stretches. */
const pauseMs = 700;
/** So many words in a row are no chance. */
const enough = 3;
/** The mean confidence of an echo is so much lower. */
const duller = 0.1;
/** So much lower, and a shorter echo is heard as one too, where the recording has longer ones. */
const muchDuller = 0.25;
/** Where the confidences say nothing, the later one by this much is the echo. */
const laterMs = 15;

/**
 * Finds the words that one channel only overheard of the other. A stretch of words that both have, with the same lag, was
 * spoken once, by whom the recognizer heard better, else by whom it heard first; if neither is told apart it stays. In
 * linear time.
 * @param first the words of a channel in the order of their times, as are those of `second`
 */
export function toEchoes(first: readonly Word[], second: readonly Word[]): Echoes {
  const runs = toRuns(toPairs(first, second));
  const long = runs.filter((run) => run.length >= enough && isSteady(run));
  const echoes = { first: new Set<Word>(), second: new Set<Word>() };
  const isEcho = (run: readonly Pair[]) => run.length >= enough || Math.abs(brightness(run)) >= muchDuller;
  if (long.some((run) => sideOf(run) !== undefined)) {
    for (const run of runs.filter((each) => isEcho(each) && isSteady(each))) {
      const side = sideOf(run);
      if (side) for (const word of wordsOf(run, side, { first, second })) echoes[side].add(word);
    }
  }
  return echoes;
}

/** Pairs each word with the nearest one of the other channel that is the same, in the order of both. */
function toPairs(first: readonly Word[], second: readonly Word[]): Pair[] {
  const pairs: Pair[] = [];
  let from = 0;
  for (const [at, one] of first.entries()) {
    while ((second[from]?.startMs ?? Number.POSITIVE_INFINITY) < one.startMs - farMs) from += 1;
    for (let otherAt = from; otherAt < second.length; otherAt += 1) {
      const other = second[otherAt];
      if (!other || other.startMs > one.startMs + farMs) break;
      if (plain(other) !== plain(one)) continue;
      pairs.push({ one, other, lagMs: other.startMs - one.startMs, at, otherAt });
      from = otherAt + 1;
      break;
    }
  }
  return pairs;
}

const plain = ({ text }: Word) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Pairs that follow each other in both channels, but for a word that was misheard, and are surer in the same channel. */
function toRuns(pairs: readonly Pair[]): Pair[][] {
  const surer = smooth(pairs.map((pair) => surerIn([pair])));
  const runs: Pair[][] = [];
  for (const [n, pair] of pairs.entries()) {
    const last = runs.at(-1)?.at(-1);
    const follows = last && isNext(last, pair);
    if (follows && surer[n] === surer[n - 1]) runs.at(-1)?.push(pair);
    else runs.push([pair]);
  }
  return runs;
}

function isNext(last: Pair, pair: Pair): boolean {
  const isNear = pair.at - last.at <= misheard + 1 && pair.otherAt - last.otherAt <= misheard + 1;
  return isNear && pair.one.startMs - last.one.endMs <= pauseMs;
}

type Channel = keyof Echoes;

/** One word that is surer in the other channel than its neighbours is a chance; one that says nothing is as they are. */
function smooth(surer: readonly (Channel | undefined)[]): (Channel | undefined)[] {
  let before: Channel | undefined;
  return surer.map((one, n) => {
    const next = surer.slice(n + 1, n + 3).find((each) => each !== undefined);
    if (one === undefined || (before !== undefined && one !== before && next === before)) return before ?? next;
    before = one;
    return one;
  });
}

function isSteady(run: readonly Pair[]): boolean {
  const lags = run.map(({ lagMs }) => lagMs).sort((a, b) => a - b);
  const cut = Math.floor(lags.length / 10);
  return (lags.at(-1 - cut) ?? 0) - (lags[cut] ?? 0) <= driftMs;
}

/** The channel in which the words are clearly surer. */
function surerIn(run: readonly Pair[]): Channel | undefined {
  const brighter = brightness(run);
  if (Math.abs(brighter) < duller) return undefined;
  return brighter > 0 ? 'first' : 'second';
}

/** By how much the first channel's words are surer than the second's. */
function brightness(run: readonly Pair[]): number {
  const known = run.filter(({ one, other }) => one.confidence !== null && other.confidence !== null);
  const mean = (side: 'one' | 'other') =>
    known.reduce((sum, pair) => sum + (pair[side].confidence ?? 0), 0) / known.length;
  return known.length === 0 ? 0 : mean('one') - mean('other');
}

/** The channel that only overheard it. */
function sideOf(run: readonly Pair[]): Channel | undefined {
  const surer = surerIn(run);
  if (surer) return surer === 'first' ? 'second' : 'first';
  const lag = run.reduce((sum, { lagMs }) => sum + lagMs, 0) / run.length;
  return Math.abs(lag) < laterMs ? undefined : lag > 0 ? 'second' : 'first';
}

/** A run's words of one channel, with those between them that were misheard. */
function wordsOf(run: readonly Pair[], side: Channel, channels: Record<Channel, readonly Word[]>): Word[] {
  const place = (pair: Pair | undefined) => (side === 'first' ? pair?.at : pair?.otherAt) ?? 0;
  return channels[side].slice(place(run[0]), place(run.at(-1)) + 1);
}

/** Fewer shared words than this prove nothing: two people may well say the same few words at once. */
const enoughForDualMono = 10;

/** Whether a mono call is stored as two equal channels: nine in ten words are the same, at the same time. */
export function isSameSpeech(first: readonly Word[], second: readonly Word[]): boolean {
  const spoken = (words: readonly Word[]) =>
    new Set(words.map(({ startMs, text }) => `${Math.round(startMs / 500)} ${text.toLowerCase()}`));
  const [one, other] = [spoken(first), spoken(second)];
  const shared = one.intersection(other).size;
  return shared >= enoughForDualMono && shared >= 0.9 * Math.max(one.size, other.size);
}
