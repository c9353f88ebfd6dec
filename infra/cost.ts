import { CommandError, readOptions, runCommand } from '../local/commandLine.ts';
import { byteLimits, type Operation } from '../pipeline/extraction.ts';
import { prices } from '../pipeline/prices.ts';
import { maxDurationMs } from '../pipeline/recording.ts';

const usage = 'npm run cost -- [--minutes 15] [--consultations 1000] [--characters 800] [--operations A,B]';

export interface Workload {
  /** Length of a consultation. */
  minutes: number;
  /** Consultations a month. */
  consultations: number;
  /** Characters of transcript a minute of talk; 800 are about 140 words. */
  characters: number;
  operations: readonly Operation[];
}

/** States that every recording enters, besides one for each call to Comprehend Medical. */
const states = 8;

/** One line of the bill: of one consultation and of the month, in USD. */
export interface Line {
  item: string;
  quantity: string;
  each: number;
  month: number;
}

/** What a month costs in calls that are billed by use, from the price table that the pipeline itself estimates with. */
export function toBill({ minutes, consultations, characters, operations }: Workload): Line[] {
  const text = Math.round(minutes * characters);
  const billed = Math.max(minutes, 0.25);
  const line = (item: string, quantity: string, each: number): Line => ({
    item,
    quantity,
    each,
    month: each * consultations,
  });
  const calls = operations.reduce((sum, operation) => sum + toCalls(text, byteLimits[operation]), 0);
  const lines = [
    line('Transcribe Medical', `${billed} min`, billed * prices.audioMinute['transcribe-medical']),
    ...operations.map((operation) => {
      const units = toUnits(text, byteLimits[operation]);
      return line(operation, `${units} units`, units * prices.unit[operation]);
    }),
    line('Step Functions', `${states + calls} transitions`, (states + calls) * prices.transition),
  ];
  const total = lines.reduce((sum, { each }) => sum + each, 0);
  return [...lines, line('together', `${minutes} min`, total)];
}

/** Calls that carry a text of so many characters, one byte each. */
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

function toNumber(text: string, option: string, most = Number.POSITIVE_INFINITY): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new CommandError(`--${option} ${text} is no number above 0`, 2);
  if (value > most) throw new CommandError(`--${option} ${text} is more than ${most}, which no recording may be`, 2);
  return value;
}

function toOperations(text: string): Operation[] {
  return text.split(',').map((name) => {
    if (!Object.hasOwn(prices.unit, name)) {
      throw new CommandError(`--operations names ${name}; there are ${Object.keys(prices.unit).join(', ')}`, 2);
    }
    return name as Operation;
  });
}

async function main(args: readonly string[]): Promise<number> {
  const values = readOptions(
    args,
    {
      minutes: { type: 'string', default: '15' },
      consultations: { type: 'string', default: '1000' },
      characters: { type: 'string', default: '800' },
      operations: { type: 'string', default: 'DetectEntitiesV2,InferICD10CM,InferRxNorm' },
    },
    usage,
  );
  const lines = toTable({
    minutes: toNumber(values.minutes, 'minutes', maxDurationMs / 60_000),
    consultations: toNumber(values.consultations, 'consultations'),
    characters: toNumber(values.characters, 'characters'),
    operations: toOperations(values.operations),
  });
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

if (import.meta.main) await runCommand('cost', () => main(process.argv.slice(2)));
