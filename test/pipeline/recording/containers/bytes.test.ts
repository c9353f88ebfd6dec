import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layOut, zeros } from '../../../../bench/media/layout.ts';
import {
  ascii,
  Bytes,
  codesOf,
  find,
  maxBytesRead,
  maxReads,
  maxWorkMs,
  nameAt,
} from '../../../../pipeline/recording/containers/bytes.ts';
import { root, sources } from '../../../house/sources.ts';
import { viewOf } from './inspected.ts';

const page = 256 * 1024;
const content = Uint8Array.from({ length: 5 * page + 10 }, (_, n) => (n * 31 + (n >> 8)) & 0xff);

function counted(bytes: Uint8Array) {
  const reads: [number, number][] = [];
  const read = async (start: number, end: number) => {
    reads.push([start, end]);
    return bytes.slice(start, end);
  };
  return { reads, bytes: new Bytes(bytes.length, read) };
}

test('work is limited, and waiting for the store is none', async () => {
  let worked = 1_000;
  const bytes = new Bytes(
    content.length,
    async (start, end) => content.slice(start, end),
    () => worked,
  );
  await bytes.at(0, 10);
  worked += maxWorkMs;
  await bytes.at(0, 10);
  worked += 1;
  await expect(bytes.at(0, 10)).rejects.toMatchObject({ name: 'UnsupportedMedia' });
});

test.each([
  ['A_OPUS', 'A_OPUS'],
  ['A_OPUS\0\0', 'A_OPUS'],
  ['webm\0x', 'webm'],
  ['', ''],
])('a name ends at its first zero: %j', (text, name) => {
  expect(nameAt(viewOf(new TextEncoder().encode(text)), 0, text.length)).toBe(name);
});

describe('reading', () => {
  test.each<[string, number, number]>([
    ['the beginning', 0, 10],
    ['over the edge of a page', page - 3, 6],
    ['several pages', 100, 3 * page],
    ['the end', content.length - 4, 4],
    ['beyond the end', content.length - 4, 400],
  ])('%s', async (_, start, length) => {
    const view = await counted(content).bytes.at(start, length);
    expect(new Uint8Array(view.buffer)).toEqual(content.slice(start, start + length));
  });

  test('what lies outside is nothing', async () => {
    const { bytes, reads } = counted(content);
    for (const [start, length] of [
      [content.length, 5],
      [9e15, 5],
      [Number.NaN, 5],
      [0, 0],
      [5, -3],
    ] as const) {
      expect((await bytes.at(start, length)).byteLength).toBe(0);
    }
    expect(reads).toEqual([]);
  });

  test('no page is read twice, and those side by side are read together', async () => {
    const { bytes, reads } = counted(content);
    await bytes.at(page, 10);
    await bytes.before(content.length, 5);
    await bytes.at(0, content.length);
    await bytes.at(7, 4 * page);
    expect(reads).toEqual([
      [page, 2 * page],
      [5 * page, content.length],
      [0, page],
      [2 * page, 5 * page],
    ]);
  });
});

describe('a limit that no file passes', () => {
  const endless = layOut(zeros(2 * 1024 ** 3));
  const bytes = () => new Bytes(endless.size, async (start, end) => endless.read(start, end));

  test('of reads', async () => {
    const file = bytes();
    for (let n = 0; n < maxReads; n += 1) await file.at(n * 2 * page, 1);
    await expect(file.at(maxReads * 2 * page, 1)).rejects.toMatchObject({ name: 'UnsupportedMedia' });
  });

  test('of bytes', async () => {
    await expect(bytes().at(0, maxBytesRead + 1)).rejects.toMatchObject({ name: 'UnsupportedMedia' });
  });
});

test('texts and places', () => {
  const view = viewOf(Uint8Array.from(codesOf('a moof, a moov')));
  expect([find(view, codesOf('moov')), find(view, codesOf('moof'), 3), find(view, codesOf('moov!'))]).toEqual([
    10, -1, -1,
  ]);
  expect(ascii(view, 10, 99)).toBe('moov');
});

test('no file is read by a pattern that seeks the end of a text: it would try from each of its bytes', () => {
  const files = [...sources('pipeline/recording/containers'), 'pipeline/transcript/meetingEvents.ts'];
  const seeking = files.filter((file) => /[+*]\$[|)/]/.test(readFileSync(join(root, file), 'utf8')));
  expect(files.length).toBeGreaterThan(15);
  expect(seeking).toEqual([]);
});
