import { expect, test } from 'vitest';
import { opusMs } from '../../../../pipeline/recording/containers/opus.ts';
import { viewOf } from './inspected.ts';

/** RFC 6716, table 2: configurations of SILK, of both, and of CELT; then one frame, two, or as many as the second byte says. */
test.each<[number[], number]>([
  [[0 << 3], 10],
  [[3 << 3], 60],
  [[12 << 3], 10],
  [[15 << 3], 20],
  [[16 << 3], 2.5],
  [[31 << 3], 20],
  [[(31 << 3) | 1, 0], 40],
  [[(31 << 3) | 2, 0], 40],
  [[(31 << 3) | 3, 6], 120],
  [[(31 << 3) | 3], 0],
  [[], 0],
])('%j is %d ms', (bytes, ms) => {
  expect(opusMs(viewOf(Uint8Array.from(bytes)), 0, bytes.length)).toBe(ms);
});
