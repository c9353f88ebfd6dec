import { type Operation, operations } from '../pipeline/clinical/operations.ts';
import { prices } from '../pipeline/clinical/prices.ts';

export interface Workload {
  /** Length of a consultation. */
  minutes: number;
  /** Consultations per month. */
  consultations: number;
  /** Characters of transcript per minute of talk; 800 are about 140 words. */
  characters: number;
  operations: readonly Operation[];
}

/** States that every recording enters, besides one for each call to Comprehend Medical. */
const states = 10;

/** One line of the bill, in USD: for one consultation (`each`) and for the month. */
export interface Line {
  item: string;
  quantity: string;
  each: number;
  month: number;
}

/**
 * Units of a month above `from` cost less. Only for DetectEntitiesV2 are such tiers published, by the same third parties
 * as the prices.
 */
const tiers: Partial<Record<Operation, readonly { from: number; usdPerUnit: number }[]>> = {
  DetectEntitiesV2: [
    { from: 1_000_000, usdPerUnit: 0.005 },
    { from: 2_000_000, usdPerUnit: 0.001 },
  ],
};

/** What a month's units of an operation cost, in USD. */
function usdOfMonth(operation: Operation, units: number): number {
  const steps = [{ from: 0, usdPerUnit: operations[operation].usdPerUnit as number }, ...(tiers[operation] ?? [])];
  return steps.reduce((sum, { from, usdPerUnit }, at) => {
    const until = Math.min(units, steps[at + 1]?.from ?? units);
    return sum + Math.max(0, until - from) * usdPerUnit;
  }, 0);
}

/** A month's bill for calls that are billed by use, from the price table that the pipeline's own estimates use. */
export function toBill({ minutes, consultations, characters, operations: wanted }: Workload): Line[] {
  const text = Math.round(minutes * characters);
  const billed = Math.max(minutes, 0.25);
  const line = (item: string, quantity: string, each: number, month = each * consultations): Line => ({
    item,
    quantity,
    each,
    month,
  });
  const calls = wanted.reduce((sum, operation) => sum + toCalls(text, operations[operation].bytes), 0);
  const lines = [
    line('Transcribe Medical', `${billed} min`, billed * prices.audioMinute['transcribe-medical']),
    ...wanted.map((operation) => {
      const units = toUnits(text, operations[operation].bytes);
      const each = units * operations[operation].usdPerUnit;
      return line(operation, `${units} units`, each, usdOfMonth(operation, units * consultations));
    }),
    line('Step Functions', `${states + calls} transitions`, (states + calls) * prices.transition),
  ];
  const total = (of: 'each' | 'month') => lines.reduce((sum, one) => sum + one[of], 0);
  return [...lines, line('together', `${minutes} min`, total('each'), total('month'))];
}

/** The number of calls that carry a text of this many characters, one byte each. */
const toCalls = (characters: number, limit: number) => Math.max(1, Math.ceil(characters / limit));

/** Units of 100 characters, rounded up for each call. */
function toUnits(characters: number, limit: number): number {
  const calls = toCalls(characters, limit);
  const [each, last] = [Math.ceil(characters / calls), characters - Math.ceil(characters / calls) * (calls - 1)];
  return Math.ceil(each / 100) * (calls - 1) + Math.ceil(last / 100);
}

/** From how many such consultations a month on an operation costs less, and what that saves now. */
function toTierNotes({ minutes, consultations, characters, operations: wanted }: Workload): string[] {
  return wanted.flatMap((operation) => {
    const units = toUnits(Math.round(minutes * characters), operations[operation].bytes);
    const [first] = tiers[operation] ?? [];
    if (!first) return [];
    const steps = tiers[operation]?.map(({ from, usdPerUnit }) => `above ${number(from)} units ${usdPerUnit} USD each`);
    const saved =
      units * consultations * operations[operation].usdPerUnit - usdOfMonth(operation, units * consultations);
    const matters =
      saved > 0
        ? `saves ${number(Math.round(saved))} USD a month here, and is in the table`
        : `matters from ${number(Math.floor(first.from / units) + 1)} such consultations a month on`;
    return ['', `${operation} costs less in larger volumes (${steps?.join(', ')}): that ${matters}.`];
  });
}

const number = (value: number) => value.toLocaleString('en-US');
const many = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The bill as a Markdown table. */
export function toTable(workload: Workload): string[] {
  const { minutes, consultations, characters } = workload;
  const rows = toBill(workload).map(
    ({ item, quantity, each, month }) => `| ${item} | ${quantity} | ${each.toFixed(4)} | ${month.toFixed(2)} |`,
  );
  return [
    `${many(consultations, 'consultation')} of ${many(minutes, 'minute')} a month, ${many(characters, 'character')} a minute; list prices in USD of ${prices.asOf}`,
    '',
    '| item | of one consultation | USD each | USD a month |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
    ...toTierNotes(workload),
  ];
}
