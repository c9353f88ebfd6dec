import { describe, expect, test, vi } from 'vitest';
import { lazy, once } from '../../../pipeline/edge/lazy.ts';

interface Port {
  add: (one: number, other: number) => Promise<number>;
  fail: () => Promise<never>;
}

const port = (): Port => ({
  add: async (one, other) => one + other,
  fail: () => Promise.reject(new Error('its own failure')),
});

describe('a lazy port', () => {
  test('is made by its first call, and once, though several come together', async () => {
    const load = vi.fn(async () => port());
    const made = lazy<Port>(load);
    const { add } = made;
    expect(load).not.toHaveBeenCalled();
    expect(await Promise.all([add(1, 2), made.add(3, 4)])).toEqual([3, 7]);
    await expect(made.fail()).rejects.toThrow('its own failure');
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('rejects and does not throw when it cannot be made, and the next call tries again', async () => {
    const load = vi.fn(async () => port()).mockRejectedValueOnce(new Error('away'));
    const made = lazy<Port>(load);
    const first = made.add(1, 2);
    await expect(first).rejects.toThrow('away');
    expect(await made.add(1, 2)).toBe(3);
    expect(load).toHaveBeenCalledTimes(2);
  });
});

test('a load that failed counts for all who waited for it, and for nobody after them', async () => {
  const load = vi.fn(async () => 'here').mockRejectedValueOnce(new Error('away'));
  const read = once(load);
  const waiting = [read(), read()];
  expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([await read(), await read()]).toEqual(['here', 'here']);
  expect(load).toHaveBeenCalledTimes(2);
});
