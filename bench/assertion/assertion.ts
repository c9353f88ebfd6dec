import { join } from 'node:path';
import { CommandError, counted, readArguments, runCommand } from '../../local/commandLine.ts';
import { readAnnotated } from '../consultations/documents.ts';
import { totalFigures } from '../consultations/report.ts';
import { score, type Scored } from '../consultations/score.ts';
import { fit, foldsOf, type Sample } from './fit.ts';
import { type Kind, toLikelihood, type Weights } from './likelihood.ts';
import { relist } from './listing.ts';
import { readSamples, readShortSamples } from './samples.ts';

const usage = 'npm run assertion -- CORPUS...';
const shortDialogues = join(import.meta.dirname, '../../fixtures/assertions/development.txt');

/**
 * Says how far weights that are fitted on annotated consultations would come with the cues that are there, on
 * consultations left out of the fit: mention by mention, and as the lists of the record. Nothing that runs uses them yet.
 */
async function main(folders: readonly string[], print: (line: string) => void): Promise<number> {
  const { positionals } = readArguments(folders, {}, usage);
  if (positionals.length === 0) throw new CommandError(`name a folder of annotated consultations\nusage: ${usage}`, 2);
  const samples = await readSamples(positionals);
  if (samples.length === 0) throw new CommandError(`${positionals.join(', ')}: no annotated consultation`);
  const short = readShortSamples(shortDialogues);
  const folds = foldsOf(samples).map((fold) => ({ ...fold, weights: fit([...fold.train, ...short]) }));
  const count = folds.reduce((sum, { consultations }) => sum + consultations.length, 0);
  print(`${counted(count, 'consultation')}, a tenth left out of the fit in turn`);
  for (const line of describeMentions(folds)) print(line);
  const weightsOf = new Map(folds.flatMap(({ consultations, weights }) => consultations.map((id) => [id, weights])));
  for (const folder of positionals) {
    print(folder);
    for (const { name, value, how } of totalFigures('left out', await scoreFolder(folder, weightsOf))) {
      print(`  ${name.padEnd(34)} ${value.toFixed(1).padStart(5)}  ${how}`);
    }
  }
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

async function scoreFolder(folder: string, weightsOf: ReadonlyMap<string, Weights>): Promise<Scored[]> {
  const scored: Scored[] = [];
  for await (const { given, documents } of readAnnotated(folder, true)) {
    const weights = weightsOf.get(given.id);
    if (weights) scored.push(score(given, { ...documents, consultation: relist(documents, weights) }));
  }
  return scored;
}

if (import.meta.main) await runCommand('assertion', () => main(process.argv.slice(2), console.log));
