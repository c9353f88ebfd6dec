import { expect, test } from 'vitest';
import { msFor, mostMs } from './longText.ts';

/** By kind, what it is heard in, and what is near to it and something else. */
type Examples<Kind extends string> = Readonly<Record<Kind, readonly [heard: string, not: string]>>;

/** The tests that every table of words passes. */
export function listens<Kind extends string>(table: Readonly<Record<Kind, RegExp>>, examples: Examples<Kind>): void {
  const rows = Object.entries(table) as [Kind, RegExp][];

  test.each(rows)('%s is heard in its example, in any case of letters, and not in the near miss', (name, pattern) => {
    const [heard, not] = examples[name];
    expect([heard, heard.toUpperCase(), not].map((text) => pattern.test(text))).toEqual([true, true, false]);
  });

  test.each(rows)('%s is heard neither in nothing nor in marks, and remembers no place', (_, pattern) => {
    expect(['', ' ', '.', '?!', "'"].filter((text) => pattern.test(text))).toEqual([]);
    expect([pattern.global, pattern.sticky]).toEqual([false, false]);
  });

  test.each(rows)('%s reads a long text in one go', (_, pattern) => expect(msFor(pattern)).toBeLessThan(mostMs));
}
