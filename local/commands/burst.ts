import { compare, toLines } from '../burst/against.ts';
import { burst, usualJobMs } from '../burst/burst.ts';
import { type QuotaName, quotas } from '../burst/quotas.ts';
import { type Embedded, runEmbedded } from '../burst/embedded.ts';
import { toText } from '../burst/reportText.ts';
import { CommandError, readOptions, runCommand } from '../commandLine.ts';

const usage =
  'npm run burst -- [--recordings 1000] [--quotas default] [--at-once N] [--json]\n       npm run burst -- --against-stack | --in-stack [--recordings 500]';
const about = {
  does: "Uploads many recordings at once against the services' quotas, on virtual time.",
};

/** More take too much memory and time at once. */
const mostAtOnce = 10_000;
/** So many keep every quota busy; a longer line only asks more often. */
const sample = 2_500;

await runCommand('burst', () => main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const values = readOptions(
    args,
    {
      recordings: { type: 'string', value: 'N', help: 'how many are uploaded: 1000 unless given, 500 to the stack' },
      quotas: {
        type: 'string',
        default: 'default',
        value: 'NAME',
        help: `of which account: ${Object.keys(quotas).join(', ')}`,
      },
      'at-once': {
        type: 'string',
        value: 'N',
        help: 'how many are under way at once; each of the others is uploaded when one has ended. Up to 10000 all, of more 2500',
      },
      'against-stack': {
        type: 'boolean',
        default: false,
        help: 'compare the calls and the order of the ends with those of the embedded stack',
      },
      'in-stack': { type: 'boolean', default: false, help: 'upload them all at once to the embedded stack instead' },
      json: { type: 'boolean', default: false, help: 'print the report as JSON' },
    },
    usage,
    about,
  );
  const isReal = values['against-stack'] || values['in-stack'];
  const recordings = toCount(values.recordings ?? (isReal ? '500' : '1000'), '--recordings');
  if (values['against-stack']) return againstStack(recordings);
  if (values['in-stack']) return inStack(recordings);
  const atOnce = toCount(values['at-once'] ?? String(recordings > mostAtOnce ? sample : recordings), '--at-once');
  if (!Object.hasOwn(quotas, values.quotas)) {
    throw new CommandError(`--quotas ${values.quotas} is none of ${Object.keys(quotas).join(', ')}`, 2);
  }
  const quota = quotas[values.quotas as QuotaName];
  const began = performance.now();
  const report = await burst({ recordings, quota, atOnce, onEnd: progress(recordings) });
  const used = { seconds: (performance.now() - began) / 1_000, peakMiB: process.resourceUsage().maxRSS / 1_024 };
  const { ends: _, ...shown } = report;
  process.stdout.write(values.json ? `${JSON.stringify({ ...shown, ...used })}\n` : toText(report, used));
  return report.failed + report.lost === 0 ? 0 : 1;
}

async function againstStack(recordings: number): Promise<number> {
  const { embedded, differences } = await compare(recordings, progress(recordings));
  const same = 'the burst makes as many calls of each service, and its recordings end in the same order';
  const lines = [...toLines(embedded), peak(), ...(differences.length === 0 ? [same] : differences)];
  process.stdout.write(`${lines.join('\n')}\n`);
  return differences.length === 0 && isComplete(embedded, recordings) ? 0 : 1;
}

async function inStack(recordings: number): Promise<number> {
  const embedded = await runEmbedded({ recordings, jobMs: usualJobMs, onEnd: progress(recordings) });
  process.stdout.write(`${[...toLines(embedded), peak()].join('\n')}\n`);
  return isComplete(embedded, recordings) ? 0 : 1;
}

function isComplete({ statuses }: Embedded, recordings: number): boolean {
  return statuses['completed'] === recordings;
}

function peak(): string {
  return `at most ${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MiB`;
}

function toCount(text: string, option: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new CommandError(`${option} ${text} is not a whole number above 0`, 2);
}

function progress(recordings: number) {
  const step = Math.max(1, Math.floor(recordings / 10));
  return (ended: number) => {
    if (ended % step === 0) process.stderr.write(`${ended} of ${recordings} have ended\n`);
  };
}
