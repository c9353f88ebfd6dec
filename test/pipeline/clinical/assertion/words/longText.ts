import { cpuMs } from '../../../../cpuTime.ts';

const words = "i don't know it's been a little bit of my in the not for when they no pain on and off never had".split(
  ' ',
);

/** Long runs without what a pattern looks for, and talk that begins many of its phrases. */
const texts = [
  'a '.repeat(20_000),
  'my '.repeat(15_000),
  ' '.repeat(40_000),
  Array.from({ length: 10_000 }, (_, n) => words[(n * 7) % words.length]).join(' '),
];

/**
 * A pattern that goes back over what it has read takes a second and more for such texts, the others a few milliseconds:
 * this lies far from both.
 */
export const mostMs = 200;

/** Milliseconds of processor time that a pattern takes to look for all that it may find in the slowest of the texts, at the best of three. */
export function msFor(pattern: RegExp): number {
  const every = new RegExp(pattern, 'gi');
  const readThrough = (text: string) => {
    for (const _ of text.matchAll(every));
  };
  return Math.max(...texts.map((text) => cpuMs(() => readThrough(text))));
}
