import { expect, test } from 'vitest';
import { attributesOf, detect } from './reading.ts';

const tests = (text: string): string[] =>
  detect(text)
    .filter(({ Type }) => Type === 'TEST_NAME')
    .map((entity) => [entity.Text, ...attributesOf(entity)].join('; '));

test.each<[string, string[]]>([
  ['It was 148 over 92 this morning', ['148 over 92; TEST_VALUE 148 over 92']],
  ['one forty-eight over ninety', ['one forty-eight over ninety; TEST_VALUE one forty-eight over ninety']],
  ['a hundred and ten over seventy', ['hundred and ten over seventy; TEST_VALUE hundred and ten over seventy']],
  [
    'it was one twenty-two over seventy-six and fine',
    ['one twenty-two over seventy-six; TEST_VALUE one twenty-two over seventy-six'],
  ],
  ['162/96, then 158 by 94', ['162/96; TEST_VALUE 162/96; TEST_VALUE 158 by 94']],
  ['162/96 before. Now 118 by 70', ['162/96; TEST_VALUE 162/96', '118 by 70; TEST_VALUE 118 by 70']],
  ['your blood pressure is a touch high, I make it 142/88', ['blood pressure; TEST_VALUE 142/88']],
  ['the pressure, 110 over 70', ['pressure; TEST_VALUE 110 over 70']],
  [
    'And the blood pressure?\nA hundred and thirty-two over seventy-eight.',
    [
      'blood pressure',
      'hundred and thirty-two over seventy-eight; TEST_VALUE hundred and thirty-two over seventy-eight',
    ],
  ],
  ['Your blood pressure?\n118 over 74.', ['blood pressure', '118 over 74; TEST_VALUE 118 over 74']],
])('a blood pressure: %s', (text, expected) => {
  expect(tests(text)).toEqual(expected);
});

test.each(['two over three', '60 over 90', '600 over 80', 'a room of 120 by 80 centimetres', 'six by four'])(
  'no blood pressure: %s',
  (text) => {
    expect(tests(text)).toEqual([]);
  },
);
