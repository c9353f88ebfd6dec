import { expect, test } from 'vitest';
import { refreshed } from '../../../pipeline/edge/refreshed.ts';

/** A value whose source a test can take away, on a clock of its own. */
function source() {
  let seconds = 0;
  let loads = 0;
  const world = { away: false, pass: (more: number) => void (seconds += more), loads: () => loads };
  const load = async () => {
    loads += 1;
    if (world.away) throw new Error('away');
    return `value ${loads}`;
  };
  return { read: refreshed(load, () => new Date(seconds * 1000)), world };
}

test('is loaded with the first question, and again when it is ten minutes old', async () => {
  const { read, world } = source();
  expect(world.loads()).toBe(0);
  expect([await read(), await read()]).toEqual(['value 1', 'value 1']);
  world.pass(599);
  expect(await read()).toBe('value 1');
  world.pass(1);
  expect([await read(), await read()]).toEqual(['value 2', 'value 2']);
});

test('goes on counting while its source is away, which is asked every half minute', async () => {
  const { read, world } = source();
  await read();
  world.away = true;
  world.pass(600);
  expect([await read(), await read(), world.loads()]).toEqual(['value 1', 'value 1', 2]);
  world.pass(30);
  expect([await read(), world.loads()]).toEqual(['value 1', 3]);
  world.away = false;
  world.pass(30);
  expect(await read()).toBe('value 4');
});

test('fails while no value is known, and the next question loads again', async () => {
  const { read, world } = source();
  world.away = true;
  await expect(read()).rejects.toThrow('away');
  world.away = false;
  expect(await read()).toBe('value 2');
});

test('is loaded once, though many ask at the same time', async () => {
  const { read, world } = source();
  expect(new Set(await Promise.all(Array.from({ length: 20 }, read)))).toEqual(new Set(['value 1']));
  expect(world.loads()).toBe(1);
});
