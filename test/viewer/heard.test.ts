import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCaseFolder } from '../../local/cases/caseFolder.ts';
import type { ChartEvidence, ChartTurn } from '../../pipeline/reading/chart.ts';
import { toChart } from '../../pipeline/reading/draw.ts';
import { toIntervals } from '../../viewer/hearing.ts';
import { allOf } from '../../viewer/order.ts';
import { openFixture } from '../../bench/page/visits.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');
const namesIn = (folder: string) =>
  readdirSync(join(fixtures, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isCaseFolder(readdirSync(join(fixtures, folder, entry.name))))
    .map(({ name }) => join(folder, name));

/** The spans of an evidence whose first or last word is not in what is played of it. */
function missedOf({ spans }: ChartEvidence, turns: readonly ChartTurn[], durationMs: number) {
  const intervals = toIntervals(spans, durationMs);
  const isHeard = (ms: number) => intervals.some(({ startMs, endMs }) => startMs <= ms && ms <= endMs);
  return spans.filter(({ turn, begin, end, startMs, endMs }) => {
    const said = turns[turn]?.words.filter(([from, to]) => from < end && begin < to) ?? [];
    const times = said.flatMap(([, , from, to]) => [from, to]);
    return ![startMs, endMs, ...times].every(isHeard);
  });
}

/** There are hundreds of whole consultations: in one of sixteen is said what is said in all. */
const some = namesIn('consultations').filter((_, n) => n % 16 === 0);

test.each([
  ['every fixture', namesIn(''), ['corrupt-recording'], 300],
  ['a sixteenth of the whole consultations', some, [], 1_500],
])('what is played of every evidence of %s has every word of its quote', async (_, names, without, atLeast) => {
  let heard = 0;
  const unopened: string[] = [];
  for (const name of names) {
    const opened = await openFixture(name).catch(() => void unopened.push(name));
    if (!opened) continue;
    const { turns, recording, ...chart } = toChart(opened);
    for (const { label, evidence } of allOf({ turns, recording, ...chart })) {
      const missed = evidence.flatMap((one) => missedOf(one, turns, recording.durationMs));
      expect({ name, label, missed }).toEqual({ name, label, missed: [] });
      heard += evidence.length;
    }
  }
  expect(unopened).toEqual(without);
  expect(heard).toBeGreaterThan(atLeast);
});
