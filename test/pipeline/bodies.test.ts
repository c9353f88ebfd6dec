import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { id, isOfText, isText, name, noList, readAction, readBody, uuid } from '../../pipeline/bodies.ts';

const actions = { open: { id: uuid, note: v.optional(name) }, close: {} };
const lower = 'abcdef00-0000-4000-8000-00000000000a';
const refused = (sentence: string) => expect.objectContaining({ code: 'InvalidRequest', message: sentence }) as Error;

test('a body is what its schema names, ids in lower case', () => {
  expect(readBody(v.object({ id: uuid }), { id: lower.toUpperCase(), other: 1 })).toEqual({ id: lower });
  expect(readAction(actions, { action: 'open', id: lower, other: 1 })).toEqual({ action: 'open', id: lower });
  expect(readAction(actions, { action: 'close', id: 1 })).toEqual({ action: 'close' });
});

test.each([[undefined], [null], ['open'], [7], [[]]])('%j is no body', (body) => {
  const sentence = 'The body must be a JSON object.';
  expect(() => readBody(v.object({}), body)).toThrow(refused(sentence));
  expect(() => readAction(actions, body)).toThrow(refused(sentence));
});

test.each([[undefined], ['Open'], ['toString'], ['__proto__'], [['open']]])('%j is no action', (action) => {
  expect(() => readAction(actions, { action, id: lower })).toThrow(
    refused('The field action must be one of open, close.'),
  );
});

test('a field that is wrong is named, and nothing below it', () => {
  const of = v.object({ of: v.pipe(v.unknown(), noList, v.record(name, name)) });
  for (const wrong of [{ 'a secret': 'a' }, { a: 'a secret' }, ['secret'], 'secret']) {
    expect(() => readBody(of, { of: wrong })).toThrow(refused('The field of is not as it must be.'));
  }
  expect(() => readAction(actions, { action: 'open', id: 7 })).toThrow(refused('The field id is not as it must be.'));
});

test('a field that is missing is said to be, and one of a few words is told them', () => {
  const of = v.object({ of: v.picklist(['a', 'b-c']), in: v.optional(v.object({ to: v.string() })) });
  for (const wrong of ['secret', null, 7]) {
    expect(() => readBody(of, { of: wrong })).toThrow(refused('The field of must be one of a, b-c.'));
  }
  expect(() => readAction(actions, { action: 'open' })).toThrow(refused('The field id is missing.'));
  expect(() => readBody(of, { of: 'a', in: {} })).toThrow(refused('The field in is not as it must be.'));
});

/** A list in a list, so many times. */
const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;

test.each<[unknown, boolean]>([
  [{ a: [{ b: 'c\n' }, 1, null, true] }, true],
  [{ a: [{ b: 'c\0' }] }, false],
  [[{ 'a\0': 1 }], false],
  ['\ud83d', false],
  [nested(32), true],
  [nested(33), false],
  [nested(30_000), false],
])('a value of texts: %#', (given, taken) => {
  expect(isOfText(given)).toBe(taken);
});

describe('a text', () => {
  test.each([
    ['a\tb\r\nc é 😀', true],
    ['', true],
    ['a\u0000', false],
    ['a\u007f', false],
    ['\ud800', false],
  ])('%j that somebody writes: %s', (text, taken) => {
    expect(isText(text)).toBe(taken);
  });

  test.each([
    ['a é 😀', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['', false],
    ['a\n', false],
    ['\ud800', false],
  ])('%j for an id: %s', (text, taken) => {
    expect(v.is(id, text)).toBe(taken);
  });
});
