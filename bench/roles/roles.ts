import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, readArguments, runCommand } from '../../local/commandLine.ts';
import type { RoleWeights } from '../../pipeline/transcript/roleCues.ts';
import { roleWeights } from '../../pipeline/transcript/roleWeights.ts';
import { type Dialogue, readConsultations, readCorpora } from './corpora.ts';
import { fitRoles } from './fit.ts';
import { describeConfidence, describeWords, type Judged } from './measure.ts';

const usage = 'npm run roles -- CORPUS [--write]   or   npm run roles -- --on FOLDER';
const about = {
  does: 'Fits the weights that tell clinician, patient and others apart, and measures them on dialogues left out.',
  words: {
    CORPUS: 'a folder with dialogues/*.json and primock57/*.gold.json, on which the weights are fitted',
  },
};
const root = join(import.meta.dirname, '../..');
const weightsFile = join(root, 'pipeline/transcript/roleWeights.ts');
const foldCount = 5;

/** All dialogues that the weights are fitted on: the corpora of a folder, and the consultations of the fixtures. */
export async function readDialogues(corpus: string): Promise<Dialogue[]> {
  return [...(await readCorpora(corpus)), ...(await readConsultations(join(root, 'fixtures/consultations')))];
}

/** Each dialogue with the weights that all others outside of its group give. */
function leaveOut(groups: readonly Dialogue[][]): Judged[] {
  return groups.flatMap((group) => {
    const weights = fitRoles(groups.filter((other) => other !== group).flat());
    return group.map((dialogue) => ({ dialogue, weights }));
  });
}

function toSource({ clinician, other, ...priors }: RoleWeights): string {
  const rows = (weights: Readonly<Record<string, number>>, indent: string) =>
    Object.entries(weights).map(([cue, weight]) => `${indent}${cue}: ${weight},`);
  return [
    "import type { RoleWeights } from './roleCues.ts';",
    '',
    '/** Fitted on mock consultations by `npm run roles -- CORPUS --write`: change the cues or the fit, not the numbers. */',
    'export const roleWeights: RoleWeights = {',
    '  clinician: {',
    ...rows(clinician, '    '),
    '  },',
    '  other: {',
    ...rows(other, '    '),
    '  },',
    ...rows(priors, '  '),
    '};',
    '',
  ].join('\n');
}

async function main(args: readonly string[], print: (line: string) => void): Promise<number> {
  const options = {
    write: { type: 'boolean', help: 'write the fitted weights' },
    on: { type: 'string', value: 'FOLDER', help: 'measure the written weights on these consultations instead' },
  } as const;
  const { positionals, values } = readArguments(args, options, usage, about);
  const [corpus, ...more] = positionals;
  if ((corpus === undefined) === (values.on === undefined) || more.length > 0)
    throw new CommandError(`expected one folder\nusage: ${usage}`, 2);
  const show = (name: string, judged: readonly Judged[]) => {
    for (const line of [name, ...describeWords(judged)]) print(line);
  };
  if (corpus === undefined) {
    const dialogues = await readConsultations(String(values.on));
    show(
      'the saved weights',
      dialogues.map((dialogue) => ({ dialogue, weights: roleWeights })),
    );
    return 0;
  }
  const dialogues = await readDialogues(corpus);
  if (values.write === true) await writeFile(weightsFile, toSource(fitRoles(dialogues)));
  const folds = Array.from({ length: foldCount }, (_, fold) => dialogues.filter((_, at) => at % foldCount === fold));
  const held = leaveOut(folds);
  show('held back: each fifth, fitted on the other four', held);
  const corpora = [...Map.groupBy(dialogues, (dialogue) => dialogue.corpus).values()];
  show('held back: each corpus, fitted on the others', leaveOut(corpora));
  print('confidence on the held-back fifths, whole and in stretches of 8 to 64 turns');
  for (const line of describeConfidence(held)) print(line);
  return 0;
}

if (import.meta.main) await runCommand('roles', () => main(process.argv.slice(2), console.log));
