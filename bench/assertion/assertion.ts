import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CommandError, counted, readArguments, runCommand } from '../../local/commandLine.ts';
import { toLikelihood, type Weights } from '../../pipeline/clinical/assertion/likelihood.ts';
import type { Kind } from '../../pipeline/clinical/assertion/readings.ts';
import { graveFigures, totalFigures } from '../consultations/report.ts';
import { score } from '../consultations/score.ts';
import { fit, foldsOf, type Sample } from './fit.ts';
import { reassert } from './reassert.ts';
import { readShortSamples, readVisits, type Visit } from './samples.ts';
import { toTable } from './table.ts';

const usage = 'npm run assertion -- CORPUS... [--write | --check]';
const about = {
  does: 'Fits the weights that decide whether a finding is there, and measures them on consultations left out.',
  words: {
    CORPUS: 'a folder of annotated consultations, such as fixtures/consultations; as many as you like',
  },
};
const shortDialogues = ['development', 'plain'].map((name) =>
  join(import.meta.dirname, `../../fixtures/assertions/${name}.txt`),
);
const tablePath = join(import.meta.dirname, '../../pipeline/clinical/assertion/weights.json');

/**
 * Fits the weights of the decision whether a finding is there, and says how good they are on consultations that are left
 * out of the fit: mention by mention, and as the lists of the record. `--write` makes the table of the product, fitted
 * on all of them; `--check` makes it again and compares it with the one that is there.
 */
async function main(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { positionals, values } = readArguments(
    args,
    {
      write: { type: 'boolean', default: false, help: 'write the fitted weights' },
      check: { type: 'boolean', default: false, help: 'exit with 1 when the written weights are others' },
    },
    usage,
    about,
  );
  if (positionals.length === 0) throw new CommandError(`name a folder of annotated consultations\nusage: ${usage}`, 2);
  if (values.write && values.check)
    throw new CommandError(`--write and --check exclude each other\nusage: ${usage}`, 2);
  for (const folder of positionals) {
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory())
      throw new CommandError(`there is no folder ${folder}: name one such as fixtures/consultations`, 2);
  }
  const visits = await readVisits(positionals);
  if (visits.length === 0) throw new CommandError(`${positionals.join(', ')}: no annotated consultation`);
  const short = shortDialogues.flatMap(readShortSamples);
  if (values.write || values.check) return keep(visits, short, values.check, print);
  const samples = visits.flatMap((visit) => visit.samples);
  const folds = foldsOf(samples).map((fold) => ({ ...fold, weights: fit([...fold.train, ...short]) }));
  const weightsOf = new Map(folds.flatMap(({ consultations, weights }) => consultations.map((id) => [id, weights])));
  print(`${counted(weightsOf.size, 'consultation')}, a tenth left out of the fit in turn`);
  for (const line of describeMentions(folds)) print(line);
  for (const line of describeLists(visits, weightsOf)) print(line);
  return 0;
}

/** Writes the table of the weights that all consultations give, or compares it with the one that is there. */
async function keep(
  visits: readonly Visit[],
  short: readonly Sample[],
  isCheck: boolean,
  print: (line: string) => void,
): Promise<number> {
  const weights = fit([...visits.flatMap((visit) => visit.samples), ...short]);
  const consultations = [...new Set(visits.map(({ given }) => given.id))].sort();
  const table = toTable(weights, consultations);
  if (!isCheck) await writeFile(tablePath, table);
  else if (table !== (await readFile(tablePath, 'utf8'))) {
    throw new CommandError(`weights.json differs from what ${counted(consultations.length, 'consultation')} give`);
  }
  const count = Object.values(weights).reduce((sum, rows) => sum + Object.keys(rows).length, 0);
  print(
    `weights.json ${isCheck ? 'is as' : 'written:'} ${counted(count, 'cue')} of ${counted(consultations.length, 'consultation')} give it`,
  );
  return 0;
}

/** How often the likeliest reading of a labelled mention is right, with the service's traits and without. */
function describeMentions(folds: readonly { test: Sample[]; weights: Weights }[]): string[] {
  const right = new Map<Kind, [right: number, all: number]>();
  for (const { test, weights } of folds) {
    for (const { kind, cues, accepted } of test) {
      const likelihood = toLikelihood(kind, cues, weights);
      const [ok, all] = right.get(kind) ?? [0, 0];
      right.set(kind, [ok + Number(accepted.has(likelihood.indexOf(Math.max(...likelihood)))), all + 1]);
    }
  }
  return [...right].map(
    ([kind, [ok, all]]) =>
      `  ${kind.padEnd(10)} ${((100 * ok) / all).toFixed(1)} % of ${counted(all, 'labelled mention')}`,
  );
}

/** The figures of the record by folder and variant, and the grave errors by kind. */
function describeLists(visits: readonly Visit[], weightsOf: ReadonlyMap<string, Weights>): string[] {
  const groups = Map.groupBy(visits, ({ folder, variant }) => `${basename(folder)}, ${variant}`);
  return [...groups].flatMap(([name, some]) => {
    const scored = some.flatMap(({ given, documents }) => {
      const weights = weightsOf.get(given.id);
      return weights ? [score(given, reassert(documents, weights))] : [];
    });
    const figures = [...totalFigures('left out', scored), ...graveFigures('left out', scored)];
    return [name, ...figures.map((one) => `  ${one.name.padEnd(52)} ${one.value.toFixed(1).padStart(5)}  ${one.how}`)];
  });
}

if (import.meta.main) await runCommand('assertion', () => main(process.argv.slice(2), console.log));
