import { afterEach, describe, expect, test, vi } from 'vitest';
import { difference, secretHeader, toSecretCallers } from '../../../pipeline/edge/callbackSecrets.ts';

const [old, next] = ['o'.repeat(32), 'n'.repeat(64)];
const headersOf = (secret: string | undefined) => new Headers(secret === undefined ? {} : { [secretHeader]: secret });
const outcomeOf = (secrets: readonly string[], given: string | undefined) =>
  toSecretCallers(secrets)
    .identify(headersOf(given))
    .then(
      () => 'in',
      ({ code }: { code: string }) => code,
    );

afterEach(() => void vi.restoreAllMocks());

test.each<[string, string[], string | undefined, string]>([
  ['the secret', [old], old, 'in'],
  ['the old one of two', [old, next], old, 'in'],
  ['the new one of two', [old, next], next, 'in'],
  ['one that was taken out', [next], old, 'InvalidSecret'],
  ['none', [old], undefined, 'InvalidSecret'],
  ['an empty one', [old], '', 'InvalidSecret'],
  ['the beginning of it', [old], old.slice(1), 'InvalidSecret'],
  ['more than it', [old], `${old}o`, 'InvalidSecret'],
  ['both at once', [old, next], `${old},${next}`, 'InvalidSecret'],
  ['another case', [old], old.toUpperCase(), 'InvalidSecret'],
  ['any, where there is none', [], old, 'CallbacksNotHere'],
  ['none, where there is none', [], undefined, 'CallbacksNotHere'],
])('%s', async (_, secrets, given, outcome) => {
  expect(await outcomeOf(secrets, given)).toBe(outcome);
});

describe('how long it takes says nothing', () => {
  /** Bytes that count how often they are looked at. */
  function counted(bytes: readonly number[]) {
    const looks: string[] = [];
    const array = new Proxy(Uint8Array.from(bytes), {
      get(target, name) {
        if (typeof name === 'string' && /^\d+$/.test(name)) looks.push(name);
        return Reflect.get(target, name, target) as unknown;
      },
    });
    return { array, looks };
  }

  test.each([
    ['the same', [1, 2, 3, 4], 0],
    ['different in the first byte', [9, 2, 3, 4], 8],
    ['different in the last byte', [1, 2, 3, 5], 1],
    ['different everywhere', [9, 9, 9, 9], 15],
  ])('every byte is looked at, %s', (_, bytes, expected) => {
    const [one, other] = [counted(bytes), counted([1, 2, 3, 4])];
    expect(difference(one.array, other.array)).toBe(expected);
    expect([one.looks, other.looks]).toEqual([
      ['0', '1', '2', '3'],
      ['0', '1', '2', '3'],
    ]);
  });

  test('another length is another text', () => {
    expect(difference(Uint8Array.of(1), Uint8Array.of(1, 2))).not.toBe(0);
    expect(difference(Uint8Array.of(1, 0), Uint8Array.of(1))).not.toBe(0);
  });

  test('whatever is given is digested once, whichever secret it is, or none', async () => {
    const callers = toSecretCallers([old, next]);
    await callers.identify(headersOf(old));
    const digest = vi.spyOn(crypto.subtle, 'digest');
    const counts: number[] = [];
    for (const given of [old, next, 'wrong', undefined, `${next}more`]) {
      digest.mockClear();
      await callers.identify(headersOf(given)).catch(() => {});
      counts.push(digest.mock.calls.length);
    }
    expect(counts).toEqual([1, 1, 1, 1, 1]);
  });
});
