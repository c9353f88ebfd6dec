import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Operation, toOperations } from '../pipeline/clinical/operations.ts';

/** Ends a command. The terminal shows it as one line, never as a stack trace. */
export class CommandError extends Error {
  /** 0 when it was asked how the command is used, 2 for bad usage, 1 for everything else. */
  readonly exitCode: 0 | 1 | 2;

  constructor(message: string, exitCode: 0 | 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

type Option = NonNullable<ParseArgsConfig['options']>[string] & {
  /** The sentence about it that `--help` prints. */
  help?: string;
  /** The name of its value in that sentence's line: `DIR`. */
  value?: string;
};
type Options = Record<string, Option>;

/** What `--help` says of a command besides its options. */
export interface About {
  /** One sentence: what the command does. */
  does: string;
  /** What the words mean that are no options, by their names in the usage. */
  words?: Readonly<Record<string, string>>;
}

/**
 * `parseArgs`, except that bad usage is answered with one line and the usage, and `--help` with the usage, what the
 * command does, and each word and option.
 */
export function readArguments<T extends Options>(args: readonly string[], options: T, usage: string, about?: About) {
  return read(args, options, { usage, about, allowPositionals: true });
}

/** The same for a command that takes only options: any other word is refused as a mistake, not ignored. */
export function readOptions<T extends Options>(args: readonly string[], options: T, usage: string, about?: About) {
  return read(args, options, { usage, about, allowPositionals: false }).values;
}

interface Command {
  usage: string;
  about: About | undefined;
  allowPositionals: boolean;
}

function read<T extends Options>(args: readonly string[], options: T, { usage, about, allowPositionals }: Command) {
  if (args.includes('--help') || args.includes('-h')) throw new CommandError(toHelp(usage, about, options), 0);
  const kept = keptByNpm(Object.keys(options), process.env);
  if (kept.length > 0) {
    const [names, script] = [kept.map((name) => `--${name}`).join(', '), process.env['npm_lifecycle_event']];
    throw new CommandError(`npm kept ${names} for itself: write npm run ${script} -- ...`, 2);
  }
  try {
    return parseArgs({ args: withNegatives(args, options), options, allowPositionals, strict: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? '') : String(error);
    throw new CommandError(`${reason}\nusage: ${usage}`, 2);
  }
}

/** Options of npm's own that machines have set for all its commands: these are not taken for this command's. */
const npmDefaults = new Set(['yes', 'force']);

/** The options before which no `--` stood: npm takes them for its own, and leaves them in the environment. */
function keptByNpm(names: readonly string[], env: NodeJS.ProcessEnv): string[] {
  if (env['npm_lifecycle_event'] === undefined) return [];
  return names.filter((name) => !npmDefaults.has(name) && env[`npm_config_${name.replaceAll('-', '_')}`]);
}

/** The usage, and a line for each option. */
/** `--minutes -5` as `--minutes=-5`: a number after an option is its value, which the command can refuse as such. */
function withNegatives(args: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? '';
    const takesValue = before.startsWith('--') && options[before.slice(2)]?.type === 'string';
    if (takesValue && /^-\d/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** The usage, what the command does, and a line for each word and each option. */
function toHelp(usage: string, about: About | undefined, options: Options): string {
  const words = Object.entries(about?.words ?? {});
  const explained = Object.entries({ ...options, help: { help: 'print this' } as Option }).map(([name, option]) => {
    const hasDefault = typeof option.default === 'string';
    const text = [option.help, ...(hasDefault ? [`(${String(option.default)} unless given)`] : [])].join(' ');
    return [`--${name}${option.value === undefined ? '' : ` ${option.value}`}`, text] as const;
  });
  const rows = [...words, ...explained];
  const width = Math.max(...rows.map(([option]) => option.length));
  const does = about ? [about.does, ''] : [];
  return [`usage: ${usage}`, '', ...does, ...rows.map(([option, text]) => `  ${option.padEnd(width)}  ${text}`)].join(
    '\n',
  );
}

/**
 * The port number that an option names, if it is given.
 * @throws CommandError for anything that is not a port number
 */
export function toPort(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new CommandError(`--${option} ${text} is not a port number from 1 to 65535`, 2);
  }
  return port;
}

/** A count with its noun: "1 file", "98,186 bytes". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** The operations that an option or a variable names; undefined when it is empty or absent. */
export function readOperations(list: string | undefined, from: string): Operation[] | undefined {
  try {
    return list ? toOperations(list, from) : undefined;
  } catch (error) {
    throw new CommandError((error as Error).message, 2);
  }
}

/** Runs a command's body and sets the exit code that it returns. An error is named in one line on standard error. */
export async function runCommand(name: string, body: () => Promise<number>): Promise<void> {
  // `| head` closes the pipe once it has read enough: the command then ends without a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    process.exitCode = await body();
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 0) return void process.stdout.write(`${error.message}\n`);
    process.stderr.write(`${name}: ${toLine(error)}\n`);
    process.exitCode = error instanceof CommandError ? error.exitCode : 1;
  }
}

function toLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address } = error as Error & { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE') return `port ${port ?? ''} is in use`;
  if (code === 'ECONNREFUSED' && /^(127\.|::1$)/.test(address ?? ''))
    return `no stack answers at ${address}:${port}: start one with npm start -- --keep, and source out/stack.env again`;
  if (code === 'EACCES' || code === 'EROFS' || code === 'ENOSPC') return `${code}: ${error.message}`;
  if (error instanceof CommandError) return error.message;
  const [line = ''] = error.message.split('\n');
  return error.name === 'Error' ? line : `${error.name}: ${line}`;
}
