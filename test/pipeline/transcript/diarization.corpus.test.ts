import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repairLabels } from '../../../pipeline/transcript/diarization.ts';
import { readJobResult, type Utterance } from '../../../pipeline/transcript/jobResult.ts';
import { leaning } from '../../../pipeline/transcript/speakers.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus');
const primock = join(corpus, 'primock57');
const folders = [primock, join(corpus, 'dialogues/transcribe')];
const isThere = folders.every((folder) => existsSync(folder));
const filesOf = (ending: string) =>
  isThere
    ? folders.flatMap((folder) =>
        readdirSync(folder).flatMap((file) => (file.endsWith(ending) ? [join(folder, file)] : [])),
      )
    : [];

const parse = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const read = (path: string) => readJobResult(parse(path)).utterances;
const labelsOf = (utterances: readonly Utterance[]) =>
  utterances.flatMap(({ speaker, tokens }) => tokens.flatMap(({ kind }) => (kind === 'word' ? [speaker] : [])));

describe.runIf(isThere)('labels of consultations that nobody of this project wrote', () => {
  test('are there', () => {
    expect(filesOf('.speaker.json').length).toBeGreaterThan(20);
    expect(filesOf('.speaker-noisy.json')).toHaveLength(3);
  });

  test.each(filesOf('.speaker.json'))('sound ones stay: %s', (path) => {
    const utterances = read(path);
    expect(repairLabels(utterances, leaning)).toEqual(utterances);
    expect(repairLabels(utterances, () => 0)).toEqual(utterances);
  });

  test.each(filesOf('.speaker-noisy.json'))('wrong ones become fewer, with and without a leaning: %s', (path) => {
    const truth = labelsOf(read(path.replace('-noisy', '')));
    const gold = parse(path.replace('.speaker-noisy', '.gold')) as { noisyLabelAccuracy: number };
    const accuracy = (utterances: readonly Utterance[]) => {
      const labels = labelsOf(utterances);
      return labels.filter((label, at) => label === truth[at]).length / truth.length;
    };
    expect(accuracy(read(path))).toBeCloseTo(gold.noisyLabelAccuracy, 4);
    expect(accuracy(repairLabels(read(path), leaning))).toBeGreaterThan(gold.noisyLabelAccuracy + 0.005);
    expect(accuracy(repairLabels(read(path), () => 0))).toBeGreaterThan(gold.noisyLabelAccuracy + 0.005);
  });
});
