import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../../local/services/eventBridge/pattern.ts';
import type { Json, JsonObject } from '../../../../local/services/jsonService.ts';

const fits = (pattern: JsonObject, event: JsonObject) => compilePattern(pattern)(event);

describe('one field', () => {
  test.each<[string, Json[], Json | undefined, boolean]>([
    ['text', ['a', 'b'], 'b', true],
    ['other text', ['a', 'b'], 'c', false],
    ['text of another case', ['a'], 'A', false],
    ['a number', [5], 5, true],
    ['a number as text', [5], '5', false],
    ['true', [true], true, true],
    ['null', [null], null, true],
    ['null and absent', [null], undefined, false],
    ['empty text', [''], '', true],
    ['a list with one in common', ['a', 'b'], ['x', 'b'], true],
    ['a list with none in common', ['a'], ['x', 'y'], false],
    ['an object where a value is asked for', ['a'], { a: 'a' }, false],

    ['prefix', [{ prefix: 'recordings/' }], 'recordings/m/audio/a.mp4', true],
    ['prefix elsewhere', [{ prefix: 'recordings/' }], 'x/recordings/', false],
    ['prefix of a number', [{ prefix: '1' }], 12, false],
    ['prefix without case', [{ prefix: { 'equals-ignore-case': 'REC' } }], 'recordings', true],
    ['suffix', [{ suffix: '.mp4' }], 'a.mp4', true],
    ['suffix elsewhere', [{ suffix: '.mp4' }], 'a.mp4.txt', false],
    ['suffix without case', [{ suffix: { 'equals-ignore-case': '.MP4' } }], 'a.mp4', true],
    ['equals-ignore-case', [{ 'equals-ignore-case': 'putobject' }], 'PutObject', true],
    ['equals-ignore-case of more', [{ 'equals-ignore-case': 'put' }], 'PutObject', false],

    ['wildcard', [{ wildcard: 'recordings/*/audio/*.mp4' }], 'recordings/m 1/audio/a.mp4', true],
    ['wildcard for nothing', [{ wildcard: 'a*b' }], 'ab', true],
    ['wildcard over lines', [{ wildcard: 'a*b' }], 'a\n/b', true],
    ['wildcard that does not reach', [{ wildcard: 'recordings/*.mp4' }], 'recordings/a.mp4/b', false],
    ['wildcard with a point', [{ wildcard: '*.mp4' }], 'a-mp4', false],
    ['wildcard with an escaped star', [{ wildcard: 'a\\*b' }], 'a*b', true],
    ['wildcard with an escaped star and another text', [{ wildcard: 'a\\*b' }], 'axb', false],
    ['wildcard with an escaped backslash', [{ wildcard: 'a\\\\*' }], 'a\\b', true],

    ['exists', [{ exists: true }], 'x', true],
    ['exists: null is there', [{ exists: true }], null, true],
    ['exists: absent', [{ exists: true }], undefined, false],
    ['exists: an object is no value', [{ exists: true }], { a: 1 }, false],
    ['not exists', [{ exists: false }], undefined, true],
    ['not exists: there', [{ exists: false }], 'x', false],
    ['not exists, or a value', [{ exists: false }, 'x'], 'x', true],

    ['numeric within', [{ numeric: ['>', 0, '<=', 5] }], 5, true],
    ['numeric outside', [{ numeric: ['>', 0, '<=', 5] }], 0, false],
    ['numeric equal', [{ numeric: ['=', 3e2] }], 300, true],
    ['numeric below', [{ numeric: ['<', 10] }], 9.5, true],
    ['numeric at least', [{ numeric: ['>=', 10] }], 9, false],
    ['numeric of text', [{ numeric: ['>', 0] }], '5', false],

    ['anything-but', [{ 'anything-but': 'a' }], 'b', true],
    ['anything-but the same', [{ 'anything-but': 'a' }], 'a', false],
    ['anything-but absent', [{ 'anything-but': 'a' }], undefined, false],
    ['anything-but a list', [{ 'anything-but': ['a', 'b'] }], 'b', false],
    ['anything-but numbers', [{ 'anything-but': [1, 2] }], 3, true],
    ['anything-but prefix', [{ 'anything-but': { prefix: 'captures/' } }], 'captures/x', false],
    ['anything-but prefixes', [{ 'anything-but': { prefix: ['captures/', 'tmp/'] } }], 'recordings/x', true],
    ['anything-but suffixes', [{ 'anything-but': { suffix: ['.txt', '.json'] } }], 'a.json', false],
    [
      'anything-but wildcards',
      [{ 'anything-but': { wildcard: ['*/video/*', '*/data-channel/*'] } }],
      'r/m/video/a',
      false,
    ],
    ['anything-but wildcards, other', [{ 'anything-but': { wildcard: ['*/video/*'] } }], 'r/m/audio/a', true],
    ['anything-but without case', [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }], 'b', false],
  ])('%s', (_, choices, value, expected) => {
    expect(fits({ field: choices }, value === undefined ? {} : { field: value })).toBe(expected);
  });
});

describe('an event', () => {
  const event = {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: 'recordings' }, object: { key: 'recordings/m/audio/a.mp4', size: 12 } },
  };
  test.each<[string, JsonObject, boolean]>([
    ['all fields', { source: ['aws.s3'], detail: { bucket: { name: ['recordings'] }, object: { size: [12] } } }, true],
    ['one field wrong', { source: ['aws.s3'], detail: { bucket: { name: ['other'] } } }, false],
    ['a field too deep', { source: { name: ['aws.s3'] } }, false],
    ['a missing branch that must be missing', { detail: { error: { code: [{ exists: false }] } } }, true],
    [
      '$or by its second',
      { $or: [{ source: ['x'] }, { detail: { object: { size: [{ numeric: ['>', 10] }] } } }] },
      true,
    ],
    ['$or by none', { $or: [{ source: ['x'] }, { source: ['y'] }] }, false],
    ['$or and a field', { source: ['x'], $or: [{ source: ['aws.s3'] }, { source: ['y'] }] }, false],
    ['$or inside', { detail: { $or: [{ bucket: { name: ['x'] } }, { object: { size: [12] } }] } }, true],
  ])('%s', (_, pattern, expected) => {
    expect(fits(pattern, event)).toBe(expected);
  });

  test('in a list of objects one must fit as a whole', () => {
    const people = {
      people: [
        { name: 'a', role: 'x' },
        { name: 'b', role: 'y' },
      ],
    };
    expect(fits({ people: { name: ['a'], role: ['x'] } }, people)).toBe(true);
    expect(fits({ people: { name: ['a'], role: ['y'] } }, people)).toBe(false);
  });
});

describe('a pattern is refused', () => {
  test.each<[string, JsonObject, string]>([
    ['empty', {}, 'empty'],
    ['an empty branch', { detail: {} }, 'detail is empty'],
    ['a bare value', { source: 'aws.s3' }, 'source must be'],
    ['an empty list', { source: [] }, 'empty array'],
    ['a list in a list', { source: [['a']] }, 'list within'],
    ['an unknown matcher', { detail: { key: [{ contains: 'x' }] } }, 'detail.key: Unrecognized match type contains'],
    ['an inherited name', { a: [{ toString: 'x' }] }, 'Unrecognized match type toString'],
    ['two matchers in one', { a: [{ prefix: 'x', suffix: 'y' }] }, 'exactly one'],
    ['a prefix that is a number', { a: [{ prefix: 1 }] }, 'takes a text'],
    ['exists with a text', { a: [{ exists: 'yes' }] }, 'true or false'],
    ['anything-but mixed', { a: [{ 'anything-but': ['x', 1] }] }, 'not both'],
    ['anything-but of nothing', { a: [{ 'anything-but': [] }] }, 'empty list'],
    ['anything-but with an unknown matcher', { a: [{ 'anything-but': { exists: true } }] }, 'match type exists'],
    ['numeric without a number', { a: [{ numeric: ['>', '5'] }] }, 'operator and a number'],
    ['numeric with an unknown sign', { a: [{ numeric: ['!=', 5] }] }, 'operator and a number'],
    ['numeric upside down', { a: [{ numeric: ['<', 5, '>', 0] }] }, 'lower bound'],
    ['numeric with an empty range', { a: [{ numeric: ['>', 5, '<', 5] }] }, 'lower bound'],
    ['two stars', { a: [{ wildcard: 'a**' }] }, 'consecutive'],
    ['an escape that does not exist', { a: [{ wildcard: 'a\\b' }] }, 'escape'],
    ['$or with one', { $or: [{ a: ['x'] }] }, 'at least two'],
    ['too long', { a: ['x'.repeat(4096)] }, 'longer than 4096'],
  ])('%s', (_, pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({
        name: 'InvalidEventPatternException',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  test('cidr, which is not done', () => {
    expect(() => compilePattern({ ip: [{ cidr: '10.0.0.0/24' }] })).toThrow(
      expect.objectContaining({ name: 'NotImplemented' }),
    );
  });
});
