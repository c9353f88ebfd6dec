import { expect, test } from 'vitest';
import { big, join } from '../../../../bench/media/layout.ts';
import { box } from '../../../../bench/media/mp4Files.ts';
import { boxAt, boxesIn, boxesOf, inside } from '../../../../pipeline/recording/containers/boxes.ts';
import { bytesOf, viewOf } from './inspected.ts';

test.each<[string, Uint8Array, object | undefined]>([
  ['a size of 32 bits', box('free', [1, 2]), { type: 'free', bodyAt: 8, end: 10 }],
  ['a size of 64 bits', join(big(1), 'mdat', big(5_000_000_000, 8)), { type: 'mdat', bodyAt: 16, end: 5_000_000_000 }],
  ['no size: to the end', join(big(0), 'mdat', [1, 2, 3, 4]), { type: 'mdat', end: 99 }],
  ['a size smaller than its own header', join(big(7), 'mdat'), undefined],
  ['a type that is none', join(big(8), [0, 1, 2, 3]), undefined],
  ['a few bytes', join(big(8)), undefined],
])('%s', (_, bytes, expected) => {
  const found = boxAt(viewOf(bytes), 0, 99);
  if (expected) expect(found).toMatchObject(expected);
  else expect(found).toBeUndefined();
});

test('side by side, and inside one another', async () => {
  const file = join(
    box('ftyp', 'isom'),
    box('moov', box('trak', box('mdia'), box('edts')), box('trak', box('mdia', [0]))),
  );
  expect(boxesOf(viewOf(file), 0, file.length).map(({ type }) => type)).toEqual(['ftyp', 'moov']);
  const bytes = bytesOf(file);
  const top = await boxesIn(bytes, 0, file.length);
  expect((await inside(bytes, top, 'moov', 'trak', 'mdia')).map(({ at, end }) => end - at)).toEqual([8, 9]);
  expect(await inside(bytes, top, 'moov', 'udta')).toEqual([]);
});

test('a walk ends at the box that is sought, and at what is no box', async () => {
  const file = join(box('ftyp'), box('moov'), box('mdat'), new Uint8Array(50));
  expect((await boxesIn(bytesOf(file), 0, file.length, 'moov')).map(({ type }) => type)).toEqual(['ftyp', 'moov']);
  expect(await boxesIn(bytesOf(file), 0, file.length)).toHaveLength(3);
});

test('a chain of boxes without end is given up', async () => {
  const file = join(...Array<Uint8Array>(1_000).fill(box('free')));
  expect((await boxesIn(bytesOf(file), 0, file.length)).length).toBeLessThan(1_000);
});
