import { type Call, toCallBill } from './callCost.ts';
import { toBill, type Workload } from './cost.ts';
import { type OwnPrices, priceOf } from './monthPrices.ts';
import { type Month, toUses, type Use } from './monthUse.ts';

/** One line of a month's bill, in USD. */
export interface MonthLine extends Use {
  usd: number;
  /** The price of one. */
  each: number;
  source: string;
}

export function toMonthLines(uses: readonly Use[], own: OwnPrices = {}): MonthLine[] {
  return uses.map((use) => {
    const { usd: each, source } = priceOf(use.price, own);
    return { ...use, usd: use.count * each, each, source };
  });
}

/** What a month is asked about: the two tables before it, and what is written and sent. */
export interface Asked {
  workload: Workload;
  call: Call;
  messages: number;
  /** Megabytes a visit. */
  attached: number;
  prices: OwnPrices;
}

const sumOf = (lines: readonly { usd: number }[]) => lines.reduce((sum, { usd }) => sum + usd, 0);

/** The three parts of a month, and what they come to. */
export function toMonth({ workload, call, messages, attached, prices }: Asked, nth = 1) {
  const { consultations: visits, minutes } = workload;
  const { people, isRecorded, spoken } = call;
  const month: Month = { visits, minutes, people, isRecorded, spoken, messages, attached };
  const lines = toMonthLines(toUses(month, nth), prices);
  const rest = sumOf(lines);
  const ai = isRecorded ? (toBill(workload).at(-1)?.month ?? 0) : 0;
  const called = toCallBill(workload, call).at(-1)?.month ?? 0;
  return { lines, rest, ai, called, together: rest + ai + called };
}

/** The months whose bill is shown beside the first: what is kept is kept for seven years. */
const later = [12, 36, 84];

/** The bill of a month with every line as a Markdown table, and what becomes of it as years go by. */
export function toMonthTable(asked: Asked): string[] {
  const { lines, rest, ai, called, together } = toMonth(asked);
  const visits = number(asked.workload.consultations);
  const parts: [string, number][] = [
    ['everything else', rest],
    ...(asked.call.isRecorded ? [['the AI part', ai] as [string, number]] : []),
    ['the call', called],
    ['the month', together],
  ];
  return [
    `Everything else: the first month of ${visits} visits, ${asked.messages} messages and ${asked.attached} MB of files each; list prices in USD, free units not taken off`,
    '',
    '| item | in the month | USD a month | its price |',
    '| --- | ---: | ---: | --- |',
    ...lines.map(
      ({ item, unit, count, usd, each, source, price }) =>
        `| ${item} | ${number(count)} ${unit} | ${usd.toFixed(2)} | ${price}: ${each}, ${source} |`,
    ),
    ...parts.map(([item, usd]) => `| ${item} | | ${usd.toFixed(2)} | |`),
    '',
    'Later months cost more by what is kept for seven years:',
    '',
    '| month | kept in S3 | everything else | the month |',
    '| ---: | ---: | ---: | ---: |',
    ...[1, ...later].map((nth) => {
      const month = toMonth(asked, nth);
      const kept = month.lines.filter(({ item, unit }) => item.startsWith('S3') && unit === 'GB');
      const gb = kept.reduce((sum, { count }) => sum + count, 0);
      return `| ${nth} | ${number(gb)} GB | ${month.rest.toFixed(2)} | ${month.together.toFixed(2)} |`;
    }),
  ];
}

/** As few digits as tell it apart from nothing. */
function number(value: number): string {
  const maximumFractionDigits = value < 10 ? 2 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits });
}
