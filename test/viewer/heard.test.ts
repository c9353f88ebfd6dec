import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCaseFolder } from '../../local/cases/caseFolder.ts';
import { toChart } from '../../pipeline/reading/draw.ts';
import { toIntervals } from '../../viewer/hearing.ts';
import { allOf } from '../../viewer/order.ts';
import { openFixture } from '../../bench/page/visits.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');
const names = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && isCaseFolder(readdirSync(join(fixtures, entry.name))))
  .map(({ name }) => name);

test('what is played of every evidence of every fixture has every word of its quote, and ends', async () => {
  let heard = 0;
  for (const name of names) {
    const opened = await openFixture(name).catch(() => undefined);
    const chart = opened && toChart(opened);
    for (const { label, evidence } of chart ? allOf(chart) : []) {
      for (const { spans } of evidence) {
        const intervals = toIntervals(spans, chart?.recording.durationMs ?? 0);
        const isHeard = (ms: number) => intervals.some(({ startMs, endMs }) => startMs <= ms && ms <= endMs);
        const missed = spans.filter(({ startMs, endMs }) => !isHeard(startMs) || !isHeard(endMs));
        expect({ name, label, missed }).toEqual({ name, label, missed: [] });
        heard += 1;
      }
    }
  }
  expect(heard).toBeGreaterThan(200);
});
