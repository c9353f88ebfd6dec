import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../../local/services/clock.ts';
import { createQueries, expressionOf } from '../../../../local/services/stepFunctions/jsonata.ts';

const fill = createQueries({ clock: virtualClock(0), random: () => 0.5 });
const value = (expression: string) => fill(`{% ${expression} %}`, 'Output', {});

test.each<[unknown, string | undefined]>([
  ['{% $x %}', '$x'],
  ['{%$x%}', '$x'],
  [' {% $x %}', undefined],
  ['{% $x %} ', undefined],
  ['a {% $x %}', undefined],
  ['{%}', undefined],
  [7, undefined],
])('the expression of %j is %j', (text, expression) => {
  expect(expressionOf(text)).toBe(expression);
});

describe('the functions that Step Functions adds', () => {
  test.each<[string, unknown]>([
    ['$partition([1..5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([], 2)', []],
    ['$range(0, 1, 0.25)', [0, 0.25, 0.5, 0.75, 1]],
    ['$range(5, 1, -2)', [5, 3, 1]],
    ['$range(1, 0, 1)', []],
    ['$range(3, 3, 1)', 3],
    ["$hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ["$hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ["$hash('abc')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$parse(\'{"a":[1,null]}\')', { a: [1, null] }],
    ['$random()', 0.5],
    ['$random(7) = $random(7) and $random(7) != $random(8)', true],
    ['$contains($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)', true],
    ['$uuid() != $uuid()', true],
  ])('%s', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected);
  });

  test.each([
    "$hash('abc', 'CRC')",
    '$partition([1], 0)',
    '$range(1, 2, 0)',
    '$range(1, 1e6, 1)',
    "$parse('{')",
    "$eval('1')",
  ])('%s fails as an expression', async (expression) => {
    await expect(value(expression)).rejects.toMatchObject({ name: 'QueryError', location: 'Output' });
  });
});

test('what an expression marks on its input does not change the next one', async () => {
  const x = [[1]];
  expect(await fill('{% $x[0][] %}', 'Output', { x })).toEqual([1]);
  expect(await fill('{% $x[0] %}', 'Output', { x })).toEqual([1]);
  expect(await fill('{% $x.$count($) %}', 'Output', { x })).toBe(1);
});
