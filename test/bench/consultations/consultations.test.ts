import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consultations } from '../../../bench/consultations.ts';
import { readAnnotated, type Read } from '../../../bench/consultations/documents.ts';
import { byTrait } from '../../../bench/consultations/judge.ts';
import { toTotals } from '../../../bench/consultations/report.ts';
import { score, type Scored } from '../../../bench/consultations/score.ts';
import type { Reason } from '../../../pipeline/clinical/reasons.ts';

test('a folder is measured with traits and without, and what the weights were fitted on apart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'consultations-'));
  const name = 'earache-before-a-flight';
  for (const id of [name, 'nobody-knows-it']) {
    await cp(join(import.meta.dirname, '../../../fixtures/consultations', name), join(folder, id), { recursive: true });
  }
  const lines: string[] = [];
  const figures = await consultations(folder, (line) => lines.push(line));
  await rm(folder, { recursive: true });
  const names = Array.isArray(figures) ? figures.map((figure) => figure.name) : [];
  expect(names).toEqual(
    expect.arrayContaining([
      `fitted on, with traits, ${name}`,
      'fitted on, without traits, recall, right',
      'left out of the fit, with traits, nobody-knows-it',
      'left out of the fit, with traits, recall, right',
    ]),
  );
  expect(lines).toContain(`== ${name}`);
});

test('without a corpus nothing is measured, and it is said why', async () => {
  expect(await consultations('no/such/folder')).toEqual({ skipped: 'no/such/folder is not there' });
  expect(await consultations(import.meta.dirname)).toEqual({
    skipped: expect.stringMatching(/ holds no gold$/) as string,
  });
});

const corpus = join(import.meta.dirname, '../../../../shared/corpus');
const scorer = join(corpus, 'consultations/score.py');
const isThere = existsSync(scorer);
const hasPython = isThere && spawnSync('python3', ['--version']).status === 0;

describe.runIf(isThere)('the corpus', () => {
  const read: Read[] = [];
  const scored: Scored[] = [];
  beforeAll(async () => {
    for await (const each of readAnnotated(corpus)) {
      read.push(each);
      scored.push(score(each.given, each.documents));
    }
  });

  test('its gold is what the annotators compiled', async () => {
    expect(read.length).toBeGreaterThan(40);
    for (const { given } of read) {
      const flat = join(corpus, 'consultations-gold', `${given.id}.gold.json`);
      const path = existsSync(flat) ? flat : join(corpus, 'consultations', given.id, 'gold.json');
      const compiled = JSON.parse(await readFile(path, 'utf8')) as { turns: number; findings: unknown };
      expect([given.id, given.turns.length, given.findings]).toEqual([given.id, compiled.turns, compiled.findings]);
    }
  });

  describe.runIf(hasPython)("scored by the corpus's own scorer", () => {
    let folder: string;
    let told: ToldByPython;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'scored-'));
      told = await scoreInPython(folder, read);
    });
    afterAll(() => rm(folder, { recursive: true }));

    test('every consultation has the same row', () => {
      expect(told.rows).toEqual(Object.fromEntries(scored.map((one) => [one.id, rowOf([one])])));
    });

    test('the totals are the same', () => {
      const { key, listed, items, itemsRight, consultations, ...totals } = toTotals(scored);
      const inTheirOrder = [
        [consultations, totals.keyFound, key, totals.keyRight, key],
        [totals.listedRight, listed, totals.listedRight, listed - totals.toCheck, totals.toCheck, listed],
        [itemsRight, items, itemsRight, totals.itemsMatched],
        [totals.grave, consultations, totals.graveOwn, totals.clean],
      ];
      expect(told.totals).toEqual(inTheirOrder.flat());
    });

    test('every consultation has the same mistakes, grave and other', () => {
      const own = scored.map(({ id, mistakes }) => [
        id,
        mistakes.map(({ what, layer }) => `${what} [${layer}]`).sort(),
      ]);
      expect(told.mistakes).toEqual(Object.fromEntries(own));
    });

    test('the notes are the same', () => {
      const notes = Map.groupBy(
        scored.flatMap((one) => one.notes),
        (note) => note,
      );
      expect(told.notes).toEqual(Object.fromEntries([...notes].map(([note, all]) => [note, all.length])));
    });

    test('every kind and status fares the same', () => {
      const fates = Map.groupBy(
        scored.flatMap((one) => one.fates),
        ({ finding }) => `${finding.kind} ${finding.status}`,
      );
      const own = [...fates].map(([group, all]) => {
        const listed = all.filter(({ isListed }) => isListed);
        return [group, [listed.filter(({ isRight }) => isRight).length, listed.length, all.length]];
      });
      expect(told.kinds).toEqual(Object.fromEntries(own));
    });
  });
});

interface ToldByPython {
  rows: Record<string, number[]>;
  totals: number[];
  mistakes: Record<string, string[]>;
  notes: Record<string, number>;
  kinds: Record<string, number[]>;
}

/** The numbers of a consultation's line, in their order there. */
function rowOf(scored: readonly Scored[]): number[] {
  const totals = toTotals(scored);
  const { findings, key, keyFound, keyRight, listed, listedRight, items, itemsRight, grave, graveOwn } = totals;
  return [findings, key, keyFound, key, keyRight, key, listedRight, listed, itemsRight, items, grave, graveOwn];
}

/** Writes the documents as a replay does and has `score.py` compare them. */
async function scoreInPython(folder: string, read: readonly Read[]): Promise<ToldByPython> {
  for (const { given, documents } of read) {
    await mkdir(join(folder, given.id));
    for (const [name, document] of Object.entries(documents)) {
      await writeFile(join(folder, given.id, `${name}.json`), JSON.stringify(document, inItsWords));
    }
  }
  const gold = ['consultations', 'consultations-gold'].map((name) => join(corpus, name));
  const json = join(folder, 'mistakes.json');
  const { stdout } = await promisify(execFile)(
    'python3',
    ['-B', scorer, '--gold', ...gold, '--out', folder, '--json', json],
    { env: { ...process.env, CORPUS: await putRolesRight(folder), PYTHONUTF8: '1' } },
  );
  return { ...readOutput(stdout), mistakes: readMistakes(await readFile(json, 'utf8')) };
}

/** `score.py` knows a trait's reason by its first word. */
function inItsWords(field: string, value: unknown): unknown {
  return field === 'reason' && byTrait.has(value as Reason) ? `trait ${value as Reason}` : value;
}

/** In one dialogue the corpus has doctor and patient the wrong way round; `score.py` reads this copy first. */
async function putRolesRight(folder: string): Promise<string> {
  const text = await readFile(join(corpus, 'dialogues/aci-bench.json'), 'utf8');
  const dialogues = JSON.parse(text) as { id: string; turns: { role: string }[] }[];
  const swapped: Readonly<Record<string, string>> = { doctor: 'patient', patient: 'doctor' };
  for (const turn of dialogues.find(({ id }) => id === 'D2N082')?.turns ?? [])
    turn.role = swapped[turn.role] ?? turn.role;
  await mkdir(join(folder, 'corpus/dialogues'), { recursive: true });
  await writeFile(join(folder, 'corpus/dialogues/aci-bench.json'), JSON.stringify(dialogues));
  return join(folder, 'corpus');
}

const whole = /(?<![\d.])\d+(?![\d.])/g;

function readOutput(stdout: string): Omit<ToldByPython, 'mistakes'> {
  const numbersIn = (text: string) => Array.from(text.matchAll(whole), ([number]) => Number(number));
  // Shares follow from their counts.
  const plain = stdout.replaceAll(/= *[\d.]+ %|\d+ %/g, '');
  const [table = '', rest = ''] = plain.split('\nTOTAL ');
  const [totals = ''] = rest.split('\nGRAVE');
  const rows = table
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+(.*)/s, 2));
  const kinds = rest.matchAll(/^ {2}(\w+ \w+) +(\d+)\/(\d+) +of (\d+)$/gm);
  const notes = /NOTES \{(.*)\}/.exec(rest)?.[1] ?? '';
  return {
    rows: Object.fromEntries(rows.map(([id = '', numbers = '']) => [id, numbersIn(numbers)])),
    totals: numbersIn(totals),
    notes: JSON.parse(`{${notes.replaceAll("'", '"')}}`) as Record<string, number>,
    kinds: Object.fromEntries(Array.from(kinds, ([, group, ...counts]) => [group, counts.map(Number)])),
  };
}

function readMistakes(json: string): Record<string, string[]> {
  const cases = JSON.parse(json) as {
    id: string;
    errors: { grave: string | null; minor: string | null; layer: string }[];
  }[];
  const nameOf = ({ grave, minor }: (typeof cases)[number]['errors'][number]) =>
    (grave ?? minor ?? '').replace(', not adjudicated', '').replace('(trait ', '(');
  return Object.fromEntries(
    cases.map(({ id, errors }) => [id, errors.map((error) => `${nameOf(error)} [${error.layer}]`).sort()]),
  );
}
