import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type Asked, toMonth, toMonthLines, toMonthTable } from '../../infra/monthBill.ts';
import { monthPrices, priceNames } from '../../infra/monthPrices.ts';
import { toUses } from '../../infra/monthUse.ts';

const usual: Asked = {
  workload: {
    minutes: 15,
    consultations: 1_000,
    characters: 800,
    operations: ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'],
  },
  call: { people: 2, isRecorded: true, captions: 'no', spoken: 0 },
  messages: 10,
  attached: 1,
  prices: {},
};
const uses = toUses({
  visits: 1_000,
  minutes: 15,
  people: 2,
  isRecorded: true,
  spoken: 500,
  messages: 10,
  attached: 1,
});

describe('a line', () => {
  test('every price is used, and says where it comes from', () => {
    expect(new Set(uses.map(({ price }) => price))).toEqual(new Set(priceNames));
    for (const { source } of Object.values(monthPrices)) expect(source).toMatch(/^un(?:verified|confirmed): /);
  });

  test.each(uses.map(({ item }) => item))('%s is its count by its price, and changes alone with its count', (item) => {
    const more = uses.map((one) => (one.item === item ? { ...one, count: one.count + 1_000_000 } : one));
    const [before, after] = [toMonthLines(uses), toMonthLines(more)];
    const differing = after.filter(({ usd }, at) => usd !== before[at]?.usd);
    expect(differing.map((line) => line.item)).toEqual([item]);
    const [was] = before.filter((line) => line.item === item);
    const [is] = differing;
    expect((is?.usd ?? 0) - (was?.usd ?? 0)).toBeCloseTo(1_000_000 * (is?.each ?? 0), 6);
  });

  test('a price that somebody knows replaces ours, in its lines alone', () => {
    const lines = toMonthLines(uses, { storage: 0.0245 });
    const own = lines.filter(({ source }) => source === 'as given');
    expect(new Set(own.map(({ price, each }) => `${price} ${each}`))).toEqual(new Set(['storage 0.0245']));
    expect(own.length).toBeGreaterThan(3);
  });
});

describe('the month', () => {
  test('is the sum of its lines, of the AI part and of the call', () => {
    const { lines, rest, ai, called, together } = toMonth(usual);
    expect(rest).toBeCloseTo(
      lines.reduce((sum, { usd }) => sum + usd, 0),
      9,
    );
    expect([Number(ai.toFixed(2)), Number(called.toFixed(2))]).toEqual([2415.38, 313.5]);
    expect(together).toBeCloseTo(rest + ai + called, 9);
  });

  test('has no AI part where nothing is recorded', () => {
    const asked = { ...usual, call: { ...usual.call, isRecorded: false } };
    expect(toMonth(asked).ai).toBe(0);
    expect(toMonthTable(asked).join('\n')).not.toContain('the AI part');
  });

  test('costs more in later years, by what is kept', () => {
    const [first, last] = [toMonth(usual), toMonth(usual, 84)];
    const grown = last.lines.filter(({ usd }, at) => usd !== first.lines[at]?.usd).map(({ item }) => item);
    expect(grown).toEqual([
      'S3: recordings',
      'S3: recordings, archived',
      'S3: results',
      'S3: attachments',
      'S3: moves to the archive',
      'DynamoDB: storage',
      'CloudWatch: lines kept',
    ]);
    expect(last.together).toBeGreaterThan(first.together);
  });
});

test('the table is in the README', async () => {
  expect(await readFile('README.md', 'utf8')).toContain(toMonthTable(usual).join('\n'));
});
