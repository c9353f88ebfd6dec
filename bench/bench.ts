import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { CommandError, readArguments, runCommand } from '../local/commandLine.ts';
import { assertions } from './assertions.ts';
import { consultations } from './consultations.ts';
import { deciding } from './deciding.ts';
import { extract } from './extract.ts';
import { type Benchmark, type Figure, toTable } from './figures.ts';
import { coldstart } from './coldstart.ts';
import { media } from './media.ts';
import { machinery } from './machinery.ts';
import { memory } from './memory.ts';
import { normalize } from './normalize.ts';
import { page } from './page.ts';
import { stack } from './stack.ts';

const benchmarks: Readonly<Record<string, Benchmark>> = {
  stack,
  normalize,
  coldstart,
  media,
  machinery,
  memory,
  extract,
  page,
  deciding,
  assertions,
  consultations,
};
const usage = 'npm run bench [-- NAME... [CORPUS] [--errors]]';
const about = {
  does: 'Measures speed, memory and accuracy; bench/README.md says how to read it.',
  words: {
    NAME: `a benchmark; all of them unless given: ${Object.keys(benchmarks).join(', ')}`,
    CORPUS: 'the folder of a corpus, with a slash in it; bench/README.md says what is read there',
  },
};
const options = {
  errors: { type: 'boolean', default: false, help: 'print each difference from what a careful clinician finds' },
} as const;
const resultsFile = join(import.meta.dirname, 'results.json');

/** The named benchmarks, each once, or all of them. @throws CommandError (exit code 2) for an unknown name */
export function chooseNames(wanted: readonly string[], known: readonly string[]): string[] {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new CommandError(`no benchmark is named ${unknown}; the benchmarks are ${known.join(', ')}`, 2);
  return wanted.length === 0 ? [...known] : [...new Set(wanted)];
}

/** A word with a slash in it, or a dot in front, is the folder of a corpus; the others are names of benchmarks. */
export function readWords(words: readonly string[]): { names: string[]; corpus: string | undefined } {
  const isFolder = (word: string) => /^\.|[/\\]/.test(word);
  const [corpus, another] = words.filter(isFolder);
  if (another !== undefined) throw new CommandError(`one corpus at a time: not ${corpus} and ${another}`, 2);
  return { names: words.filter((word) => !isFolder(word)), corpus };
}

/**
 * The machine that the figures were measured on. Other work on it lengthens every time, and bends a ratio when it comes
 * or goes.
 */
function describeMachine() {
  const [loadAverage = 0] = loadavg();
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    loadAverage,
  };
}

async function main(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { values, positionals } = readArguments(args, options, usage, about);
  const { names: wanted, corpus } = readWords(positionals);
  const names = chooseNames(wanted, Object.keys(benchmarks));
  const date = new Date().toISOString();
  const machine = describeMachine();
  const figures: Record<string, Figure[]> = {};
  print(`${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, ${machine.platform}, ${machine.node}`);
  print(`load average at the start: ${machine.loadAverage.toFixed(2)}; between machines compare ratios, not times`);
  for (const name of names) {
    const measured = (await benchmarks[name]?.(corpus, values.errors ? print : undefined)) ?? [];
    if (!Array.isArray(measured)) {
      print(`\n${name}: skipped, ${measured.skipped}`);
      continue;
    }
    figures[name] = measured;
    print(['', name, ...toTable(measured)].join('\n'));
  }
  await writeFile(resultsFile, `${JSON.stringify({ date, machine, figures }, null, 2)}\n`);
  return 0;
}

if (import.meta.main) await runCommand('bench', () => main(process.argv.slice(2), console.log));
