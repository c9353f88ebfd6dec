import { expect, test } from 'vitest';
import { big, join } from '../../../../bench/media/layout.ts';
import { element, open } from '../../../../bench/media/webmFiles.ts';
import { childrenOf, elementAt, floatAt, numberAt } from '../../../../pipeline/recording/containers/ebml.ts';
import { viewOf } from './inspected.ts';

test.each<[string, number[], object | undefined]>([
  ['a size of one byte', [0xe7, 0x81, 9], { id: 0xe7, bodyAt: 2, size: 1 }],
  ['a size of two', [0x42, 0x86, 0x40, 0x02], { id: 0x4286, bodyAt: 4, size: 2 }],
  [
    'a size of eight, in which a small number must stay exact',
    [0xec, 0x01, 0, 0, 0, 0, 0, 0, 0x5b],
    { id: 0xec, size: 0x5b },
  ],
  ['an open size of one byte', [0xe7, 0xff], { id: 0xe7, size: undefined }],
  ['no id', [0x00, 0x81], undefined],
  ['a size that is cut', [0xe7, 0x10, 0], undefined],
  ['nothing', [], undefined],
])('%s', (_, bytes, expected) => {
  const found = elementAt(viewOf(join(bytes)), 0);
  if (expected) expect(found).toMatchObject(expected);
  else expect(found).toBeUndefined();
});

test('an open size of eight bytes, as live writers leave it', () => {
  expect(elementAt(viewOf(open(0x18538067)), 0)).toEqual({ id: 0x18538067, at: 0, bodyAt: 12, size: undefined });
});

test('children end where one is cut or open', () => {
  const view = viewOf(join(element(0xe7, [1]), element(0xa3, [2, 3]), element(0xa3, big(0, 9)).slice(0, -1)));
  expect([...childrenOf(view, 0, view.byteLength)].map(({ id, size }) => [id, size])).toEqual([
    [0xe7, 1],
    [0xa3, 2],
  ]);
});

test('numbers', () => {
  const view = viewOf(join(big(0x01_0203, 3), [0x3f, 0x80, 0, 0]));
  expect([numberAt(view, 0, 3), floatAt(view, 3, 4), floatAt(view, 0, 0)]).toEqual([0x01_0203, 1, 0]);
});
