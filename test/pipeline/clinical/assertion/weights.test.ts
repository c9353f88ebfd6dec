import { describe, expect, test } from 'vitest';
import { hear } from '../../../../pipeline/clinical/assertion/hear.ts';
import { type Kind, readings } from '../../../../pipeline/clinical/assertion/readings.ts';
import { consultations, weights } from '../../../../pipeline/clinical/assertion/weights.ts';
import { marked } from '../../marked.ts';

describe.each(Object.keys(readings) as Kind[])('the weights of a %s', (kind) => {
  const rows = Object.entries(weights[kind]);

  test('are one for each reading', () => {
    const wrong = rows.filter(([, row]) => row.length !== readings[kind].length || !row.every(Number.isFinite));
    expect(wrong).toEqual([]);
    expect(rows.length).toBeGreaterThan(100);
  });

  test('say something', () => {
    expect(rows.filter(([, row]) => row.every((weight) => Math.abs(weight) < 0.05))).toEqual([]);
  });

  test('are of cues that are heard in a talk', () => {
    const { transcript, found } = marked([
      'C: Are you on [+aspirin] or had a [#scan], and any [fever]?',
      "P: No, I stopped the [+aspirin], but the [fever], yes. I've had no [#scan].",
      "C: Right. I'll start the [+aspirin] again and order a [#scan] for your [fever].",
    ]);
    const heard = hear(transcript, found).filter((one) => one?.mention.kind === kind);
    expect(heard).toHaveLength(3);
    for (const one of heard) {
      const known = [...(one?.cues ?? [])].filter((cue) => weights[kind][cue]);
      expect(known.length).toBeGreaterThan(20);
    }
  });
});

test('the consultations behind them are named once each, in order', () => {
  expect(consultations).toEqual([...new Set(consultations)].sort());
  expect(consultations.length).toBeGreaterThan(40);
});
