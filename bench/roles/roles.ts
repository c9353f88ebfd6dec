import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, readArguments, runCommand } from '../../local/commandLine.ts';
import { castRoles, sure } from '../../pipeline/transcript/speakers.ts';
import type { RoleWeights } from '../../pipeline/transcript/roleCues.ts';
import { type Dialogue, readCorpora } from './corpora.ts';
import { fitCues, fitScale, type Stretch, toStretches } from './fit.ts';

const usage = 'npm run roles -- CORPUS [--write]';
const weightsFile = join(import.meta.dirname, '../../pipeline/transcript/roleWeights.ts');
const foldCount = 5;

/** The weights that all dialogues together give. Their scale comes from stretches that the cues were not fitted on. */
export function fitRoles(dialogues: readonly Dialogue[]): RoleWeights {
  return { ...fitCues(dialogues), ...fitScale(holdBack(toFolds(dialogues))) };
}

/** The dialogues in folds: each fold has every fifth dialogue of each corpus. */
function toFolds(dialogues: readonly Dialogue[]): Dialogue[][] {
  return Array.from({ length: foldCount }, (_, fold) => dialogues.filter((_, at) => at % foldCount === fold));
}

/** The stretches of each fold, judged with cues that were fitted on the other folds. */
function holdBack(folds: readonly Dialogue[][]): Stretch[] {
  return folds.flatMap((fold) => {
    const cues = fitCues(folds.filter((other) => other !== fold).flat());
    return fold.flatMap((dialogue) => toStretches(dialogue, cues));
  });
}

/** How many speakers get their role, how many none, and which a wrong one. */
interface Score {
  right: number;
  unknown: number;
  wrong: string[];
}

function scoreOf(stretches: readonly Stretch[], weights: Pick<RoleWeights, 'scale' | 'otherPrior'>): Score {
  const score: Score = { right: 0, unknown: 0, wrong: [] };
  for (const { dialogue, standings } of stretches) {
    for (const [label, { role, confidence }] of castRoles(standings, weights)) {
      if (confidence < sure) score.unknown += 1;
      else if (dialogue.roles[label] === role) score.right += 1;
      else score.wrong.push(`${dialogue.id} ${label}: ${role} ${confidence.toFixed(2)}`);
    }
  }
  return score;
}

const isWhole = ({ dialogue, turns }: Stretch) => turns === dialogue.turns.length;

function describe(
  name: string,
  stretches: readonly Stretch[],
  weights: RoleWeights | Pick<RoleWeights, 'scale' | 'otherPrior'>,
) {
  const lines = [name];
  for (const [corpus, own] of Map.groupBy(stretches, ({ dialogue }) => dialogue.corpus)) {
    const [whole, parts] = [
      scoreOf(own.filter(isWhole), weights),
      scoreOf(
        own.filter((one) => !isWhole(one)),
        weights,
      ),
    ];
    const counts = (score: Score) =>
      [score.right, score.unknown, score.wrong.length].map((n) => String(n).padStart(6)).join('');
    lines.push(
      `  ${corpus.padEnd(12)} whole ${counts(whole)}   stretches ${counts(parts)}`,
      ...whole.wrong.map((one) => `    ${one}`),
    );
  }
  return lines;
}

/** The worth of a confidence: of the roles given with about that confidence, how many are right. */
function calibration(stretches: readonly Stretch[], weights: Pick<RoleWeights, 'scale' | 'otherPrior'>): string[] {
  const bins = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01];
  const given = stretches.flatMap(({ dialogue, standings }) =>
    [...castRoles(standings, weights)].map(([label, { role, confidence }]) => ({
      confidence,
      right: dialogue.roles[label] === role,
    })),
  );
  return bins.slice(0, -1).map((low, at) => {
    const high = bins[at + 1] ?? 1;
    const inside = given.filter(({ confidence }) => confidence >= low && confidence < high);
    const right = inside.filter((one) => one.right).length;
    return `  ${low.toFixed(2)} to ${Math.min(1, high).toFixed(2)}  ${String(inside.length).padStart(5)} given, ${((100 * right) / inside.length).toFixed(1)} % right`;
  });
}

function toSource({ clinician, other, scale, otherPrior }: RoleWeights): string {
  const rows = (weights: Readonly<Record<string, number>>) =>
    Object.entries(weights).map(([cue, weight]) => `    ${cue}: ${weight},`);
  return [
    "import type { RoleWeights } from './roleCues.ts';",
    '',
    '/** Fitted on mock consultations by `npm run roles -- CORPUS --write`: change the cues or the fit, not the numbers. */',
    'export const roleWeights: RoleWeights = {',
    '  clinician: {',
    ...rows(clinician),
    '  },',
    '  other: {',
    ...rows(other),
    '  },',
    `  scale: ${scale},`,
    `  otherPrior: ${otherPrior},`,
    '};',
    '',
  ].join('\n');
}

async function main(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { positionals, values } = readArguments(args, { write: { type: 'boolean' } }, usage);
  const [corpus, ...more] = positionals;
  if (corpus === undefined || more.length > 0) throw new CommandError(`expected one folder\nusage: ${usage}`, 2);
  const dialogues = await readCorpora(corpus);
  const weights = fitRoles(dialogues);
  if (values['write'] === true) await writeFile(weightsFile, toSource(weights));
  const corpora = [...Map.groupBy(dialogues, (dialogue) => dialogue.corpus).values()];
  const folds = holdBack(toFolds(dialogues));
  const fitted = dialogues.flatMap((dialogue) => toStretches(dialogue, weights));
  print('speakers: right, unknown, wrong; in whole dialogues and in stretches of 4 to 64 turns');
  for (const line of describe('fitted on all dialogues, measured on the same', fitted, weights)) print(line);
  for (const line of describe('held back: each fifth, fitted on the other four', folds, weights)) print(line);
  for (const line of describe('held back: each corpus, fitted on the others', holdBack(corpora), weights)) print(line);
  print('confidence on the held-back fifths');
  for (const line of calibration(folds, weights)) print(line);
  return 0;
}

if (import.meta.main) await runCommand('roles', () => main(process.argv.slice(2), console.log));
