import { type Call, toCallTable } from '../../infra/callCost.ts';
import { toTable } from '../../infra/cost.ts';
import { toMonthTable } from '../../infra/monthBill.ts';
import { type OwnPrices, type PriceName, priceNames } from '../../infra/monthPrices.ts';
import { defaultOperations } from '../../pipeline/clinical/operations.ts';
import { maxDurationMs } from '../../pipeline/recording/media.ts';
import { CommandError, readOperations, readOptions, runCommand } from '../commandLine.ts';

const usage =
  'npm run cost -- [--minutes 15] [--consultations 1000] [--characters 800] [--operations A,B] [--people 2] [--recorded yes|no] [--captions no|medical|standard] [--spoken 0] [--capture-minutes 180] [--messages 10] [--attached 1] [--price NAME=USD]';
const about = {
  does: 'Prints the cost of a month at list prices: what is made of the recordings, the calls themselves, and everything around them.',
};

const options = {
  minutes: { type: 'string', default: '15', value: 'N', help: 'the length of a consultation' },
  consultations: { type: 'string', default: '1000', value: 'N', help: 'how many there are in a month' },
  characters: { type: 'string', default: '800', value: 'N', help: 'characters of transcript per minute of talk' },
  operations: { type: 'string', value: 'A,B', help: 'the operations of Comprehend Medical that are called' },
  people: { type: 'string', default: '2', value: 'N', help: 'how many are in a call' },
  recorded: { type: 'string', default: 'yes', value: 'yes|no', help: 'whether the calls are recorded' },
  captions: { type: 'string', default: 'no', value: 'WHICH', help: 'live captions: no, medical or standard' },
  spoken: { type: 'string', default: '0', value: 'N', help: 'characters that are read out to somebody in a visit' },
  messages: { type: 'string', default: '10', value: 'N', help: 'messages that are written about a visit' },
  attached: { type: 'string', default: '1', value: 'MB', help: 'megabytes of files that are sent with them' },
  price: { type: 'string', multiple: true, value: 'NAME=USD', help: 'a price of the last table, as your bill has it' },
  'capture-minutes': { type: 'string', default: '180', value: 'N', help: 'the longest recording: CAPTURE_MINUTES' },
} as const;

await runCommand('cost', () => main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const values = readOptions(args, options, usage, about);
  const workload = {
    minutes: toNumber(values.minutes, 'minutes', maxDurationMs / 60_000),
    consultations: toNumber(values.consultations, 'consultations'),
    characters: toNumber(values.characters, 'characters'),
    operations: readOperations(values.operations, '--operations') ?? defaultOperations,
  };
  const call: Call = {
    people: toWhole(values.people, 'people', 250),
    isRecorded: toWord(values.recorded, 'recorded', ['yes', 'no']) === 'yes',
    captions: toWord(values.captions, 'captions', ['no', 'medical', 'standard']),
    spoken: values.spoken === '0' ? 0 : toWhole(values.spoken, 'spoken', 1_000_000),
  };
  const capMinutes = toWhole(values['capture-minutes'], 'capture-minutes', 1_440);
  // Nothing is made of a call that is not recorded.
  const made = call.isRecorded ? [...toTable(workload), ''] : [];
  const month = toMonthTable({
    workload,
    call,
    messages: toCount(values.messages, 'messages'),
    attached: toCount(values.attached, 'attached'),
    prices: toPrices(values.price ?? []),
  });
  process.stdout.write(`${[...made, ...toCallTable(workload, call, capMinutes), '', ...month].join('\n')}\n`);
  return 0;
}

function toNumber(text: string, option: string, most = Number.POSITIVE_INFINITY): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new CommandError(`--${option} ${text} is not a number above 0`, 2);
  if (value > most)
    throw new CommandError(`--${option} ${text} is more than ${most}, the longest that a recording may be`, 2);
  return value;
}

function toWhole(text: string, option: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new CommandError(`--${option} ${text} is no whole number from 1 to ${most}`, 2);
  return value;
}

/** 0 too. */
function toCount(text: string, option: string): number {
  return text === '0' ? 0 : toNumber(text, option, 10_000);
}

function toPrices(given: readonly string[]): OwnPrices {
  const entries = given.map((text): [PriceName, number] => {
    const [, word = '', usd = ''] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    const name = priceNames.find((one) => one === word);
    if (name === undefined)
      throw new CommandError(`--price ${text} is not NAME=USD with one of ${priceNames.join(', ')}`, 2);
    return [name, Number(usd)];
  });
  return Object.fromEntries(entries);
}

function toWord<Word extends string>(text: string, option: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new CommandError(`--${option} ${text} is none of ${words.join(', ')}`, 2);
  return word;
}
