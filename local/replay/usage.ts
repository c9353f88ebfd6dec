import { CommandError, readArguments } from '../commandLine.ts';

const usage =
  'npm run replay -- <path>... [--words FILE] [--out DIR] [--json] [--data DIR] [--attach [--yes]] [--against DIR]\n' +
  '   or: npm run replay -- --step normalizeTranscript|storeResults FOLDER';

const about = {
  does: 'Runs recordings or job results through the whole workflow on the embedded stack, and writes down what came of them.',
  words: { '<path>': 'a recording, a job result, a folder of them, or a case folder; as many as you like' },
};

const options = {
  words: { type: 'string', multiple: true, value: 'FILE', help: 'the words of the recording, from another recognizer' },
  out: { type: 'string', default: 'out', value: 'DIR', help: 'where the files go, in a folder for each input' },
  json: { type: 'boolean', default: false, help: 'print one JSON summary on standard output, and nothing else' },
  data: { type: 'string', value: 'DIR', help: 'keep the state of the stack, for later runs, record and audit' },
  attach: { type: 'boolean', default: false, help: 'use the deployment that the environment describes' },
  yes: { type: 'boolean', default: false, help: 'upload to AWS itself, with --attach: the price is accepted' },
  against: { type: 'string', value: 'DIR', help: 'compare the findings with those of an earlier --out DIR' },
  step: { type: 'string', value: 'NAME', help: 'run one step again, on the files of an earlier run in its folder' },
} as const;

/**
 * The arguments of `npm run replay`: with `step` exactly one path, the folder of an earlier run; with `words` exactly one,
 * the recording.
 * @throws CommandError for anything else, with what is wrong and the usage
 */
export function readUsage(args: readonly string[]) {
  const { values, positionals: paths } = readArguments(args, options, usage, about);
  const [words, ...more] = values.words ?? [];
  if (more.length > 0)
    refuse('--words is given twice: for several recordings, give a folder with the words beside each');
  if (paths.length === 0) refuse(words === undefined ? 'no path was given' : '--words needs the recording before it');
  if (values.step !== undefined) checkStep(values, paths, args);
  if (words !== undefined && paths.length > 1)
    refuse(`--words goes with one recording, and ${paths.length} paths were given`);
  if (values.yes && !values.attach) refuse('--yes goes with --attach');
  return { values, paths, words };
}

/** A step that runs again reads the files of its folder, and nothing is uploaded. */
function checkStep(values: Readonly<Record<string, unknown>>, paths: readonly string[], args: readonly string[]): void {
  const isGiven = (name: string) => args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const other = ['words', 'data', 'attach', 'against', 'json', 'out'].find((name) => values[name] && isGiven(name));
  if (other !== undefined) refuse(`--step takes one folder, and --${other} does not go with it`);
  if (paths.length > 1) refuse('--step takes one folder');
}

function refuse(reason: string): never {
  throw new CommandError(`${reason}\nusage: ${usage}`, 2);
}
