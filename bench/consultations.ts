import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readAnnotated, type Variant } from './consultations/documents.ts';
import { consultationFigures, graveFigures, statusFigures, toLines, totalFigures } from './consultations/report.ts';
import { score, type Scored } from './consultations/score.ts';
import { consultations as fitted } from '../pipeline/clinical/assertion/weights.ts';
import type { Figure, Say, Skipped } from './figures.ts';

const ownCorpus = join(import.meta.dirname, '../fixtures/consultations');
/** Answers in the shape in which the service gives them; none of the weights was fitted on it. */
const recordedAnswers = join(import.meta.dirname, '../fixtures/recorded-answers');

/**
 * Whole consultations against what a careful clinician found in them: what is in the record, with which status, and
 * which errors may harm. The lexicon stands in for the service; without its traits the dialogue alone decides.
 * `folder` holds annotated consultations; `say`, when given, gets a line about everything that is wrong or missing.
 */
export async function consultations(folder: string = ownCorpus, say?: Say): Promise<Figure[] | Skipped> {
  if (!existsSync(folder)) return { skipped: `${relative(process.cwd(), folder)} is not there` };
  const withTraits = await scoreFolder(folder);
  if (withTraits.length === 0) return { skipped: `${relative(process.cwd(), folder)} holds no gold` };
  if (say) for (const line of toLines(withTraits)) say(line);
  const withoutTraits = await scoreFolder(folder, 'without traits');
  const noisy = await scoreFolder(folder, 'noisy labels');
  const figures = ['left out of the fit', 'fitted on'].flatMap((set) => {
    const isOf = ({ id }: Scored) => fittedOn.has(id) === (set === 'fitted on');
    const [scored, without, wrong] = [withTraits, withoutTraits, noisy].map((all) => all.filter(isOf)) as [
      Scored[],
      Scored[],
      Scored[],
    ];
    if (scored.length === 0) return [];
    const name = `${set}, with traits`;
    return [
      ...consultationFigures(name, scored),
      ...statusFigures(name, scored),
      ...graveFigures(name, scored),
      ...totalFigures(name, scored),
      ...totalFigures(`${set}, without traits`, without),
      ...(wrong.length > 0 ? totalFigures(`${set}, noisy labels`, wrong) : []),
    ];
  });
  return [...figures, ...totalFigures('recorded answers', await scoreFolder(recordedAnswers))];
}

/** What the weights of the pipeline were fitted on: its figures are flattered. */
const fittedOn: ReadonlySet<string> = new Set(fitted);

/** Scores every annotated consultation of a folder. */
export async function scoreFolder(folder: string, variant: Variant = 'as it is'): Promise<Scored[]> {
  const scored: Scored[] = [];
  for await (const { given, documents } of readAnnotated(folder, variant)) scored.push(score(given, documents));
  return scored;
}
