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
const states = 9;

/** One line of the bill, in USD: for one consultation (`each`) and for the month. */
export interface Line {
  item: string;
  quantity: string;
  each: number;
  month: number;
}

/** A month's bill for calls that are billed by use, from the price table that the pipeline's own estimates use. */
export function toBill({ minutes, consultations, characters, operations: wanted }: Workload): Line[] {
  const text = Math.round(minutes * characters);
  const billed = Math.max(minutes, 0.25);
  const line = (item: string, quantity: string, each: number): Line => ({
    item,
    quantity,
    each,
    month: each * consultations,
  });
  const calls = wanted.reduce((sum, operation) => sum + toCalls(text, operations[operation].bytes), 0);
  const lines = [
    line('Transcribe Medical', `${billed} min`, billed * prices.audioMinute['transcribe-medical']),
    ...wanted.map((operation) => {
      const units = toUnits(text, operations[operation].bytes);
      return line(operation, `${units} units`, units * operations[operation].usdPerUnit);
    }),
    line('Step Functions', `${states + calls} transitions`, (states + calls) * prices.transition),
  ];
  const total = lines.reduce((sum, { each }) => sum + each, 0);
  return [...lines, line('together', `${minutes} min`, total)];
}

/** The number of calls that carry a text of this many characters, one byte each. */
const toCalls = (characters: number, limit: number) => Math.max(1, Math.ceil(characters / limit));

/** Units of 100 characters, rounded up for each call. */
function toUnits(characters: number, limit: number): number {
  const calls = toCalls(characters, limit);
  const [each, last] = [Math.ceil(characters / calls), characters - Math.ceil(characters / calls) * (calls - 1)];
  return Math.ceil(each / 100) * (calls - 1) + Math.ceil(last / 100);
}

/** The bill as a Markdown table. */
export function toTable(workload: Workload): string[] {
  const { minutes, consultations, characters } = workload;
  const rows = toBill(workload).map(
    ({ item, quantity, each, month }) => `| ${item} | ${quantity} | ${each.toFixed(4)} | ${month.toFixed(2)} |`,
  );
  return [
    `${consultations} consultations of ${minutes} minutes a month, ${characters} characters a minute; list prices in USD of ${prices.asOf}`,
    '',
    '| item | of one consultation | USD each | USD a month |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
  ];
}
