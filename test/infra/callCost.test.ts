import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type Call, callPrices, toCallBill, toCallTable, toForgotten } from '../../infra/callCost.ts';
import { toBill, type Workload } from '../../infra/cost.ts';

const usual: Workload = {
  minutes: 15,
  consultations: 1000,
  characters: 800,
  operations: ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'],
};
const visit: Call = { people: 2, isRecorded: true, captions: 'no', spoken: 0 };

const eachOf = (call: Partial<Call>, workload: Partial<Workload> = {}) =>
  Object.fromEntries(
    toCallBill({ ...usual, ...workload }, { ...visit, ...call }).map(({ item, each }) => [
      item,
      Number(each.toFixed(6)),
    ]),
  );

describe('the bill of a call', () => {
  test.each<[string, Partial<Call>, Partial<Workload>, Record<string, number>]>([
    [
      'of two people, recorded: what the price list says of a visit, in whole cents',
      {},
      {},
      { meeting: 0.051, capture: 0.1875, concatenation: 0.075, 'the call': 0.3135 },
    ],
    ['nobody records', { isRecorded: false }, {}, { meeting: 0.051, 'the call': 0.051 }],
    [
      'medical captions',
      { isRecorded: false, captions: 'medical' },
      {},
      { meeting: 0.051, 'captions, medical': 1.125, 'the call': 1.176 },
    ],
    [
      '2,500 characters that are read out',
      { isRecorded: false, spoken: 2_500 },
      {},
      { meeting: 0.051, 'speech, neural': 0.04, 'the call': 0.091 },
    ],
    [
      'standard captions of three people',
      { people: 3, isRecorded: false, captions: 'standard' },
      {},
      { meeting: 0.0765, 'captions, standard': 0.36, 'the call': 0.4365 },
    ],
    [
      'an attendee is billed for tenths of a minute that have begun',
      { isRecorded: false },
      { minutes: 0.31 },
      { meeting: 0.00136, 'the call': 0.00136 },
    ],
  ])('%s', (_, call, workload, bill) => expect(eachOf(call, workload)).toEqual(bill));

  test('the month is as many visits', () => {
    expect(toCallBill(usual, visit).at(-1)?.month).toBeCloseTo(313.5, 6);
  });
});

describe('a capture that is forgotten', () => {
  test.each([
    [180, 2.25],
    [1_440, 18],
    [2_000, 18],
  ])('%i minutes: %d USD', (minutes, usd) => expect(toForgotten(minutes)).toEqual({ capped: usd, uncapped: 18 }));
});

describe('the table', () => {
  test('has the call before the AI part, and both together', () => {
    const rows = toCallTable(usual, visit, 180).filter((row) => /^\| (?:the|together)/.test(row));
    expect(rows.map((row) => row.split('|').slice(1, 4).at(-1)?.trim())).toEqual(['0.3135', '2.4154', '2.7289']);
    const made = toBill(usual).at(-1)?.month ?? 0;
    expect(rows.at(-1)).toContain(` ${(313.5 + made).toFixed(2)} `);
  });

  test('leaves out what is not made of a call that is not recorded', () => {
    const text = toCallTable(usual, { ...visit, isRecorded: false }, 180).join('\n');
    expect(text).not.toMatch(/AI part|together|forgotten/);
  });

  test('says of every price that nobody confirmed it', () => {
    const all: Call = { people: 1, isRecorded: true, captions: 'standard', spoken: 500 };
    const priced = toCallTable(usual, all, 180).filter((row) => /^\| (?!item|---|the call|together)/.test(row));
    expect(priced).toHaveLength(6);
    for (const row of priced) expect(row).toContain('unconfirmed');
    for (const { mark } of Object.values(callPrices)) expect(mark).toMatch(/^unconfirmed/);
  });

  test('one is one', () => {
    const [heading] = toCallTable({ ...usual, consultations: 1, minutes: 1 }, { ...visit, people: 1 }, 1);
    expect(heading).toMatch(/^The call: 1 visit of 1 minute a month, 1 person, recorded, no captions;/);
  });

  test('is in the README', async () => {
    expect(await readFile('README.md', 'utf8')).toContain(toCallTable(usual, visit, 180).join('\n'));
  });
});
