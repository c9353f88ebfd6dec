import { expect, test } from 'vitest';
import { big, join } from '../../../../bench/media/layout.ts';
import { cluster, element, every, open, opusBlocks } from '../../../../bench/media/webmFiles.ts';
import { readClusters } from '../../../../pipeline/recording/containers/clusters.ts';
import { viewOf } from './inspected.ts';

const block = (flags: number, ...body: number[]) => element(0xa1, [0x81], big(5, 2), [flags], body);

test('blocks stand on the clock of the file, in clusters of known and of open size', () => {
  const opened = join(open(0x1f43b675), element(0xe7, big(2_000, 2)), opusBlocks(1, [0, 20]));
  const { blocks, starts } = readClusters(
    viewOf(join(cluster(1_000, opusBlocks(1, every(20, 2))), opened, cluster(3_000))),
  );
  expect(starts).toEqual([1_000, 2_000, 3_000]);
  expect(blocks.map(({ tick }) => tick)).toEqual([1_000, 1_020, 2_000, 2_020]);
  expect(blocks[0]).toEqual({ track: 1, tick: 1_000, ticks: 0, bytes: 40, opusMs: 20 });
});

test('a block in a group may say how long it is; one of several frames is not weighed as Opus', () => {
  const group = element(0xa0, block(0, 0x78), element(0x9b, [33]));
  const laced = element(0xa0, block(0x02, 1, 0x78));
  const { blocks } = readClusters(viewOf(cluster(100, group, laced)));
  expect(blocks).toEqual([
    { track: 1, tick: 105, ticks: 33, bytes: 1, opusMs: 20 },
    { track: 1, tick: 105, ticks: 0, bytes: 2, opusMs: 0 },
  ]);
});

test('a block whose end is missing is left out', () => {
  const whole = cluster(0, opusBlocks(1, every(20, 3)));
  expect(readClusters(viewOf(whole.slice(0, -1))).blocks).toHaveLength(2);
});

test('a cluster begins with its time, after a checksum perhaps; without one it is none', () => {
  const checked = element(0x1f43b675, element(0xbf, big(0)), element(0xe7, [7]));
  const none = element(0x1f43b675, element(0xa3, [0x81, 0, 0, 0, 1]));
  expect(readClusters(viewOf(join(checked, none))).starts).toEqual([7]);
});
