import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  CommandError,
  readArguments,
  readOperations,
  readOptions,
  runCommand,
  toPort,
} from '../../local/commandLine.ts';

const options = { out: { type: 'string', default: 'out' }, json: { type: 'boolean', default: false } } as const;

describe('readArguments', () => {
  test('gives options with their defaults, and the rest in its order', () => {
    const { values, positionals } = readArguments(['b', '--json', 'a'], options, 'x');
    expect({ values: { ...values }, positionals }).toEqual({
      values: { out: 'out', json: true },
      positionals: ['b', 'a'],
    });
  });

  test.each([
    ['an unknown option', ['--fast']],
    ['an option without its value', ['--out']],
    ['a value where none belongs', ['--json=yes']],
  ])('%s is bad usage in two lines', (_, args) => {
    const read = () => readArguments(args, options, 'npm run x');
    expect(read).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(/^[^\n]+\nusage: npm run x$/) as string }),
    );
  });
});

describe('options that npm kept for itself', () => {
  const some = { ...options, 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' } } as const;
  const inEnv = (env: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return () => readArguments(['visit.mp3'], some, 'npm run x');
  };
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    [{ npm_config_out: 'true' }, '--out'],
    [{ npm_config_dry_run: 'true', npm_config_json: 'true' }, '--json, --dry-run'],
  ])('%j: says how they reach the command', (env, names) => {
    expect(inEnv({ npm_lifecycle_event: 'x', ...env })).toThrow(
      expect.objectContaining({ exitCode: 2, message: `npm kept ${names} for itself: write npm run x -- ...` }),
    );
  });

  test.each<[what: string, env: Record<string, string>]>([
    ['are not those that a machine sets for npm', { npm_lifecycle_event: 'x', npm_config_yes: 'true' }],
    ['are not those that are empty', { npm_lifecycle_event: 'x', npm_config_json: '' }],
  ])('%s', (_, env) => expect(inEnv(env)().positionals).toEqual(['visit.mp3']));
});

test.each(['--help', '-h'])('%s is no error: it gives the usage and each option', (asked) => {
  const explained = {
    out: { type: 'string', default: 'out', value: 'DIR', help: 'where the files go' },
    json: { type: 'boolean', default: false, help: 'print JSON' },
  } as const;
  const lines = [
    'usage: npm run x',
    '',
    '  --out DIR  where the files go (out unless given)',
    '  --json     print JSON',
    '  --help     print this',
  ];
  for (const read of [readArguments, readOptions]) {
    expect(() => read(['--fast', asked], explained, 'npm run x')).toThrow(
      expect.objectContaining({ exitCode: 0, message: lines.join('\n') }),
    );
  }
});

test('--help says what the command does, and what its words are', () => {
  const about = { does: 'Makes a case.', words: { '<id>': 'the recording' } };
  expect(() => readArguments(['--help'], {}, 'npm run x -- <id>', about)).toThrow(
    'usage: npm run x -- <id>\n\nMakes a case.\n\n  <id>    the recording\n  --help  print this',
  );
});

test.each<[string | undefined, string[] | undefined]>([
  [undefined, undefined],
  ['', undefined],
  ['InferRxNorm,InferICD10CM', ['InferICD10CM', 'InferRxNorm']],
])('operations of "%s"', (list, operations) => {
  expect(readOperations(list, 'OPERATIONS')).toEqual(operations);
});

test('an operation that is none is bad usage, and says where it stands', () => {
  const refusal = {
    exitCode: 2,
    message: expect.stringMatching(/^--operations names DetectPHI; there are /) as string,
  };
  expect(() => readOperations('DetectPHI', '--operations')).toThrow(expect.objectContaining(refusal));
});

describe('readOptions', () => {
  test('takes a negative number for the value that it is', () => {
    expect({ ...readOptions(['--out', '-3'], options, 'x') }).toEqual({ out: '-3', json: false });
  });

  test('gives options with their defaults', () => {
    expect({ ...readOptions(['--json'], options, 'x') }).toEqual({ out: 'out', json: true });
  });

  test.each([
    ['a word too many', ['x']],
    ['a word too many after an option', ['--out', 'a', 'b']],
    ['an option for a value', ['--out', '--json']],
  ])('%s is bad usage in two lines', (_, args) => {
    const refusal = { exitCode: 2, message: expect.stringMatching(/^[^\n]+\nusage: npm run x$/) as string };
    expect(() => readOptions(args, options, 'npm run x')).toThrow(expect.objectContaining(refusal));
  });
});

test.each<[text: string | undefined, port: number | undefined]>([
  [undefined, undefined],
  ['1', 1],
  ['65535', 65_535],
])('toPort(%s)', (text, port) => expect(toPort(text, 'port')).toBe(port));

test.each(['0', '65536', '-1', '80.5', 'http', '', ' '])(
  'toPort("%s") is refused with the name of its option',
  (text) => {
    expect(() => toPort(text, 'supabase-port')).toThrow(/^--supabase-port .* is not a port number from 1 to 65535$/);
  },
);

describe('runCommand', () => {
  let written: string;
  beforeEach(() => {
    written = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  const failWith = async (error: unknown) => {
    await runCommand('x', () => {
      throw error;
    });
    return { exitCode: process.exitCode, written };
  };

  test('help that was asked for goes to standard output', async () => {
    const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await failWith(new CommandError('usage: npm run x', 0))).toEqual({ exitCode: undefined, written: '' });
    expect(printed).toHaveBeenCalledWith('usage: npm run x\n');
  });

  test.each([0, 1])('ends with the code that its body gives: %i', async (code) => {
    await runCommand('x', () => Promise.resolve(code));
    expect({ exitCode: process.exitCode, written }).toEqual({ exitCode: code, written: '' });
  });

  const coded = (code: string, more = {}) => Object.assign(new Error(`${code} of the system`), { code, ...more });
  test.each<[what: string, error: unknown, exitCode: number, line: string]>([
    ['bad usage', new CommandError('no path was given', 2), 2, 'no path was given'],
    ['a failure', new CommandError('nothing there'), 1, 'nothing there'],
    ['a port in use', coded('EADDRINUSE', { port: 80 }), 1, 'port 80 is in use'],
    [
      'a stack that has ended',
      coded('ECONNREFUSED', { address: '127.0.0.1', port: 4610 }),
      1,
      'no stack answers at 127.0.0.1:4610: start one with npm start -- --keep, and source out/stack.env again',
    ],
    [
      'a host that refuses',
      coded('ECONNREFUSED', { address: '192.0.2.1', port: 443 }),
      1,
      'ECONNREFUSED of the system',
    ],
    ['a folder that may not be written', coded('EACCES'), 1, 'EACCES: EACCES of the system'],
    ['a defect', new TypeError('x is not a function\nmore\n    at here'), 1, 'TypeError: x is not a function'],
    ['no error at all', 'a string', 1, 'a string'],
  ])('%s is one line without a trace', async (_, error, exitCode, line) => {
    expect(await failWith(error)).toEqual({ exitCode, written: `x: ${line}\n` });
  });
});
