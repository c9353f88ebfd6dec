import { beforeAll, describe, expect, test } from 'vitest';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Chart } from '../../pipeline/reading/chart.ts';
import { toChart } from '../../pipeline/reading/draw.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { toGlance } from '../../viewer/glance.ts';
import { GlanceView } from '../../viewer/views/glance.tsx';
import { words } from '../../viewer/words.ts';
import { groupOf, toOrder } from '../../viewer/order.ts';
import { openMedicines, openVisit, overlaid, reviewed } from '../pipeline/reading/visit.ts';
import { drawn, foundAs } from './charts.ts';

let opened: Opened;
let medicines: Opened;
beforeAll(async () => {
  opened = await openVisit();
  medicines = await openMedicines();
});

const glance = (of: Opened) => toGlance(toChart(of));
const labels = (findings: readonly { label: string }[]) => findings.map(({ label }) => label);

test('medicines stand under what becomes of them', () => {
  const { changes } = glance(medicines);
  expect([changes.new, changes['dose-changed'], changes.stopped].map(labels)).toEqual([['losartan'], [], ['ramipril']]);
});

test('a status that the clinician gave a medicine counts for its change', () => {
  const { changes } = glance(reviewed(medicines, 'losartan', { verdict: 'wrong', status: 'stopped' }));
  expect([changes.new, changes.stopped].map(labels)).toEqual([[], ['ramipril', 'losartan']]);
});

test('a problem that is contradicted is still among the problems', () => {
  const seen = glance(foundAs(opened, 'cough', { contradictedBy: ['ruledOut'] }));
  expect(labels(seen.contradicted)).toEqual(['cough']);
  expect(labels(seen.problems)).toEqual(['cough']);
});

test('allergies of a version that did not look for them are not "none mentioned"', () => {
  const { allergies: _a, socialHistory: _s, ...consultation } = opened.consultation;
  const earlier = toChart({ ...opened, consultation: consultation as Opened['consultation'] });
  expect(earlier.notLookedFor).toEqual(['allergies', 'socialHistory']);
  expect(toChart(opened).notLookedFor).toEqual([]);
  const nothing = () => undefined;
  const shown = (chart: Chart) =>
    renderToString(
      h(GlanceView, { chart, seen: toGlance(chart), goTo: nothing, correctRoles: nothing, showWhatIf: nothing }),
    );
  expect(shown(earlier)).toContain(words.glance.notInVersion);
  expect(shown(earlier)).not.toContain(words.glance.noAllergy);
  expect(shown(toChart(opened))).toContain(words.glance.noAllergy);
});

describe('read', () => {
  const withStatus = (status: 'partial' | 'not_coded'): Opened => ({
    ...opened,
    recording: { ...opened.recording, status },
    consultation: { ...opened.consultation, status },
  });
  test.each<[string, () => Opened, string]>([
    ['all', () => opened, 'all'],
    ['with gaps', () => withStatus('partial'), 'partly'],
    ['not at all', () => withStatus('not_coded'), 'not-coded'],
    [
      'silence',
      () => ({
        ...opened,
        consultation: { ...opened.consultation, quality: { ...opened.consultation.quality, words: 0 } },
      }),
      'no-speech',
    ],
  ])('%s', (_, of, read) => expect(glance(of()).read).toBe(read));

  test('gaps of several operations over the same words are one stretch, in time', () => {
    const [first, second] = opened.turns.slice(1, 3);
    if (!first || !second) throw new Error('two turns are needed');
    const gap = (operation: 'InferICD10CM' | 'InferRxNorm', end: number) => ({
      operation,
      begin: first.begin,
      end,
      error: 'Throttled',
    });
    const gaps = [gap('InferICD10CM', first.end), gap('InferRxNorm', second.end)];
    const of = { ...opened, consultation: { ...opened.consultation, coverage: { complete: false, gaps } } };
    expect(glance(of).gaps).toEqual([{ startMs: first.startMs, endMs: second.endMs, errors: ['Throttled'] }]);
  });
});

test('roles are sure, not sure, or corrected', () => {
  const speakers = opened.consultation.speakers.map((speaker, at) => ({
    ...speaker,
    role: at === 0 ? ('unknown' as const) : speaker.role,
    roleConfidence: 0.95,
    roleEvidence: 'dialogue' as const,
  }));
  const turns = opened.turns.map((turn) =>
    turn.speaker === speakers[0]?.label ? { ...turn, role: 'unknown' as const } : turn,
  );
  const of = { ...opened, turns, consultation: { ...opened.consultation, speakers } };
  expect(glance(of).roles.map(({ isSure }) => isSure)).toEqual([false, true]);
  const speaker = speakers[0]?.label ?? '';
  const corrected = overlaid(of, { kind: 'role', speaker, fromTurn: 0, toTurn: 5, role: 'patient' });
  expect(glance(corrected).roles[0]).toEqual({ label: speaker, role: 'patient', isSure: true, isCorrected: true });
});

describe('the order', () => {
  test('what needs a decision comes first, then what is acted on', () => {
    const checked = foundAs(opened, 'cough', { toCheck: ['present', 'possible'] });
    expect([...toOrder(toChart(checked)).keys()]).toEqual(['check', 'denied', 'family']);
    expect([...toOrder(toChart(medicines)).keys()]).toEqual(['changes', 'medicines']);
  });
  test('has every finding once, those that were called wrong included', () => {
    const of = reviewed(opened, 'cough', { verdict: 'wrong' });
    expect([...toOrder(toChart(of)).values()].flat()).toHaveLength(3);
    expect(groupOf(drawn(of, 'cough'))).toBe('problems');
  });
});
