import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchingBlocks } from '../../../bench/consultations/blocks.ts';

const blocksOf = (a: string, b: string) =>
  matchingBlocks(a.split(''), b.split('')).map((block) => [block.a, block.b, block.length]);

test.each([
  { a: '', b: 'abc', blocks: [] },
  { a: 'abc', b: 'xyz', blocks: [] },
  { a: 'abcd', b: 'abcd', blocks: [[0, 0, 4]] },
  {
    a: 'abxcd',
    b: 'abcd',
    blocks: [
      [0, 0, 2],
      [3, 2, 2],
    ],
  },
  {
    a: 'qabxcd',
    b: 'abycdf',
    blocks: [
      [1, 0, 2],
      [4, 3, 2],
    ],
  },
  // The longest run comes first, though shorter ones before it would cover more.
  { a: 'axbxcdef', b: 'cdefaxb', blocks: [[4, 0, 4]] },
  // Of two runs alike it is the first in `a`, then the first in `b`.
  { a: 'ab-ab', b: 'ab', blocks: [[0, 0, 2]] },
  { a: 'ab', b: 'ab-ab', blocks: [[0, 0, 2]] },
])('"$a" and "$b" have $blocks in common', ({ a, b, blocks }) => {
  expect(blocksOf(a, b)).toEqual(blocks);
});

test('blocks are the same in both, in order, and nothing is counted twice', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 });
  fc.assert(
    fc.property(letters, letters, (a, b) => {
      let [aEnd, bEnd] = [0, 0];
      for (const block of matchingBlocks(a, b)) {
        expect(block.a).toBeGreaterThanOrEqual(aEnd);
        expect(block.b).toBeGreaterThanOrEqual(bEnd);
        [aEnd, bEnd] = [block.a + block.length, block.b + block.length];
        expect(a.slice(block.a, aEnd)).toEqual(b.slice(block.b, bEnd));
      }
    }),
  );
});
