import { beforeAll, describe, expect, test } from 'vitest';
import { cpuMs } from '../cpuTime.ts';
import { bundleOf, type Check, isInstalled, loadChecks } from './checks.ts';
import { readConsultation, readLongTalk } from './consultations.ts';
import { type Fault, faults, planted } from './faults.ts';

describe.runIf(isInstalled)('the checkers', () => {
  let checks: ReadonlyMap<string, Check>;
  const found = new Map<Fault, string[]>();
  let untouched: string[];

  beforeAll(async () => {
    checks = await loadChecks();
    const bundle = bundleOf(await readConsultation('ten-minute-consultation'));
    const findersOf = (of: object) => [...checks].filter(([, check]) => check(of).length > 0).map(([name]) => name);
    untouched = findersOf(bundle);
    for (const fault of faults) found.set(fault, findersOf(planted(bundle, fault)));
    console.log(toTable());
  });

  /** Who finds what. */
  function toTable(): string {
    const names = [...checks.keys()];
    const lines = [...found].map(([{ name }, finders]) => [name, ...names.map((one) => finders.includes(one) && one)]);
    const sums = names.map((name) => String([...found.values()].filter((finders) => finders.includes(name)).length));
    const rows = [...lines, ['found', ...sums]];
    return rows
      .map(([name, ...cells]) => `${String(name).padEnd(46)}${cells.map((cell) => (cell || '').padEnd(10)).join('')}`)
      .join('\n');
  }

  test('find nothing in the Bundle that the faults are planted in', () => {
    expect(untouched).toEqual([]);
  });

  test('are asked for 38 faults, each another', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(38);
  });

  test.each(faults)('find: $name', (fault) => {
    expect(found.get(fault)).not.toEqual([]);
  });
});

describe.runIf(isInstalled)('the size of a Bundle', () => {
  /** What a Lambda function may answer. */
  const mostBytes = 6 * 2 ** 20;

  test.each([
    ['ten minutes', () => readConsultation('ten-minute-consultation')],
    ['a long visit', () => readConsultation('long-visit')],
    ['four hours', () => readLongTalk(240)],
  ])('of %s fits into an answer', async (name, read) => {
    const opened = await read();
    const ms = cpuMs(() => JSON.stringify(bundleOf(opened)));
    const { entry = [] } = bundleOf(opened);
    const text = JSON.stringify(bundleOf(opened));
    const bytes = Buffer.byteLength(text);
    console.log(`${name}: ${entry.length} resources, ${Math.round(bytes / 1_000)} kB, ${ms.toFixed(1)} ms`);
    expect(bytes).toBeLessThan(mostBytes);
    for (const [checker, check] of await loadChecks())
      expect([checker, check(JSON.parse(text) as object)]).toEqual([checker, []]);
  });
});
