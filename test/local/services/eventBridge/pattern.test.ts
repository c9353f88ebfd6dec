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
    ['prefix or a value', [{ prefix: 'a' }, 'x'], 'x', true],
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
    ['a prefix deep inside', { detail: { object: { key: [{ prefix: 'recordings/' }] } } }, true],
    ['a branch that is not there', { detail: { error: { code: ['x'] } } }, false],
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
    ['too long', { a: ['x'.repeat(2048)] }, 'longer than 2048'],
  ])('%s', (_, pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({
        name: 'InvalidEventPatternException',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  test.each<[string, JsonObject]>([
    ['anything-but', { a: [{ 'anything-but': { prefix: '' } }] }],
    ['cidr', { ip: [{ cidr: '10.0.0.0/24' }] }],
    ['equals-ignore-case', { a: [{ 'equals-ignore-case': 'x' }] }],
    ['exists', { a: [{ exists: false }] }],
    ['numeric', { a: [{ numeric: ['>', 0] }] }],
    ['suffix', { a: [{ suffix: '.mp4' }] }],
    ['wildcard', { a: [{ wildcard: '*:*:*:*:*:event-bus/*' }] }],
    ['inside prefix', { a: [{ prefix: { 'equals-ignore-case': 'x' } }] }],
    ['$or', { $or: [{ a: ['x'] }, { b: ['y'] }] }],
    ['a.b', { 'a.b': ['x'] }],
  ])('by name when the stand-in lacks it: %s', (what, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ name: 'NotImplemented', message: expect.stringContaining(what) as string }),
    );
  });
});
