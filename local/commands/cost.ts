import { toTable } from '../../infra/cost.ts';
import { defaultOperations } from '../../pipeline/clinical/operations.ts';
import { maxDurationMs } from '../../pipeline/recording/media.ts';
import { CommandError, readOperations, readOptions, runCommand } from '../commandLine.ts';

const usage = 'npm run cost -- [--minutes 15] [--consultations 1000] [--characters 800] [--operations A,B]';
const about = {
  does: 'Prints the cost of a month at list prices, as a table.',
};

await runCommand('cost', () => main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const values = readOptions(
    args,
    {
      minutes: { type: 'string', default: '15', value: 'N', help: 'the length of a consultation' },
      consultations: { type: 'string', default: '1000', value: 'N', help: 'how many there are in a month' },
      characters: { type: 'string', default: '800', value: 'N', help: 'characters of transcript per minute of talk' },
      operations: { type: 'string', value: 'A,B', help: 'the operations of Comprehend Medical that are called' },
    },
    usage,
    about,
  );
  const lines = toTable({
    minutes: toNumber(values.minutes, 'minutes', maxDurationMs / 60_000),
    consultations: toNumber(values.consultations, 'consultations'),
    characters: toNumber(values.characters, 'characters'),
    operations: readOperations(values.operations, '--operations') ?? defaultOperations,
  });
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function toNumber(text: string, option: string, most = Number.POSITIVE_INFINITY): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new CommandError(`--${option} ${text} is not a number above 0`, 2);
  if (value > most)
    throw new CommandError(`--${option} ${text} is more than ${most}, the longest that a recording may be`, 2);
  return value;
}
