import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readable } from '../../../local/replay/readable.ts';

test('is indented, and a list of plain values stands on one line', () => {
  const document = {
    text: '[\n  "a"\n]',
    words: [
      [0, 4, null],
      [5, -1.5, true],
    ],
    turns: [{ n: ['a, "b"', 'c]'] }],
    none: [],
  };
  expect(readable(document)).toBe(`{
  "text": "[\\n  \\"a\\"\\n]",
  "words": [
    [0, 4, null],
    [5, -1.5, true]
  ],
  "turns": [
    {
      "n": ["a, \\"b\\"", "c]"]
    }
  ],
  "none": []
}
`);
});

test('says what the document says', () => {
  const isKept = (value: unknown) => isDeepStrictEqual(JSON.parse(readable(value)), JSON.parse(JSON.stringify(value)));
  fc.assert(fc.property(fc.jsonValue(), isKept));
});
