import { describe, expect, test } from 'vitest';
import type { Reason } from '../../../pipeline/clinical/reasons.ts';
import { type GoldFinding, readGold } from '../../../bench/consultations/gold.ts';
import type { FindingList } from '../../../pipeline/clinical/finding.ts';
import type { Item, ShownStatus } from '../../../bench/consultations/items.ts';
import { accepts, graveError, layerOf, type Layer } from '../../../bench/consultations/judge.ts';
import { toMentions } from '../../../bench/consultations/match.ts';
import { documentsOf, type Found, listed, toldOf } from './visit.ts';

/** A finding by the head of its line, such as `Mt`. */
function gold(head: string): GoldFinding {
  const [finding] = readGold(`${head}! x | thing | | thing`, toldOf(['patient: thing']), 'gold.txt');
  if (!finding) throw new Error(head);
  return finding;
}

function item(status: ShownStatus, list: FindingList = 'problems', found: readonly Found[] = []): Item {
  const spoken = [`patient: ${found.map(({ words }) => words).join(' ')}`];
  const mentions = toMentions({ turns: toldOf(spoken), findings: [] }, documentsOf({ spoken, found }));
  return { list, label: 'thing', status, finding: listed('thing'), mentions, met: [], by: 'turn' };
}

describe('accepted', () => {
  test.each([
    ['S+', 'present'],
    ['S+h', 'historical'],
    ['P?+', 'present'],
    ['S+', 'allergic'],
    ['Po', 'family'],
    ['T>', 'planned', 'tests'],
    ['T+', 'historical', 'pastHistory'],
    ['Rh', 'present', 'procedures'],
    ['Tn', 'absent', 'ruledOut'],
    ['Tf', 'family', 'familyHistory'],
    ['Ms', 'historical', 'pastHistory'],
    ['Mp', 'stopped', 'medications'],
    ['Mn', 'absent', 'ruledOut'],
    ['Mx', 'stopped', 'medications'],
    ['Mx', 'not_taking', 'medications'],
    ['Mc', 'planned', 'medications'],
    ['Ma', 'allergic', 'medications'],
    ['A+', 'allergic', 'medications'],
    ['A-', 'absent', 'ruledOut'],
  ] as const)('%s shown as %s', (head, shown, list?: FindingList) => {
    expect(accepts(gold(head), item(shown, list))).toBe(true);
  });

  test('an allergy among the problems is called one', () => {
    expect(accepts(gold('A+'), item('present', 'problems', [{ words: 'allergic to nuts' }]))).toBe(true);
    expect(accepts(gold('A+'), item('present', 'problems', [{ words: 'nuts' }]))).toBe(false);
  });
});

describe('not accepted', () => {
  test.each([
    ['S-', 'present'],
    ['S+', 'historical'],
    ['T>', 'present', 'tests'],
    ['T+', 'planned', 'tests'],
    ['T+', 'historical', 'socialHistory'],
    ['Mt', 'present', 'problems'],
    ['Mt', 'planned', 'medications'],
    ['Mn', 'stopped', 'medications'],
    ['A?', 'possible', 'possible'],
    ['A-', 'allergic', 'medications'],
    ['So', 'present', 'problems'],
  ] as const)('%s shown as %s', (head, shown, list?: FindingList) => {
    expect(accepts(gold(head), item(shown, list))).toBe(false);
  });
});

test.each([
  ['S-', 'present', 'absent shown as present'],
  ['T-', 'present', 'absent shown as present'],
  ['Pf', 'present', "a relative's shown as the patient's"],
  ['Rf', 'present', "a relative's shown as the patient's"],
  ['Po', 'present', "another person's shown as the patient's"],
  ['Sc', 'present', 'hypothetical shown as present'],
  ['P?', 'present', 'suspected shown as present'],
  ['S+', 'absent', 'present shown as ruled out'],
  ['Ph', 'absent', 'past illness shown as ruled out'],
  ['Pf', 'absent', 'family illness shown as ruled out'],
  ['Ms', 'taking', 'stopped shown as taking'],
  ['Mp', 'taking', 'stopped shown as taking'],
  ['Mh', 'taking', 'stopped shown as taking'],
  ['M>', 'taking', 'planned shown as taking'],
  ['Mn', 'taking', 'not taken shown as taking'],
  ['Mx', 'taking', 'advised against shown as taking'],
  ['Mc', 'taking', 'hypothetical shown as taking'],
  ['Mt', 'stopped', 'taking shown as stopped'],
  ['M>', 'stopped', 'planned shown as stopped'],
  ['Mt', 'absent', 'taking shown as ruled out'],
  ['M>', 'past', 'planned shown as ruled out'],
  ['Mt', 'allergic', 'shown as an allergy'],
  ['A-', 'allergic', 'denied allergy shown as present'],
  ['A?', 'present', 'denied allergy shown as present'],
  // Wrong, but nobody is harmed.
  ['A+', 'present', undefined],
  ['Sh', 'present', undefined],
  ['S+', 'possible', undefined],
  ['T+', 'absent', undefined],
  ['To', 'present', undefined],
  ['Ma', 'taking', undefined],
  ['Mt', 'planned', undefined],
] as const)('%s shown as %s: %s', (head, shown, name) => {
  expect(graveError(gold(head), shown)).toBe(name);
});

describe('the layer that decided', () => {
  test.each<[Reason, Layer]>([
    ['stated', 'logic'],
    ['answered-no', 'logic'],
    ['negation-trait', 'trait'],
    ['family-negation-trait', 'trait'],
    ['low-confidence-trait', 'trait'],
  ])('%s: %s', (reason, layer) => {
    expect(layerOf(item('absent', 'ruledOut', [{ words: 'thing', status: 'absent', reason }]))).toBe(layer);
  });

  test('is that of the mentions with the status shown, where there are some', () => {
    const found: Found[] = [
      { words: 'one', reason: 'negation-trait' },
      { words: 'other', status: 'absent', reason: 'answered-no' },
    ];
    expect(layerOf(item('absent', 'ruledOut', found))).toBe('logic');
    expect(layerOf(item('possible', 'possible', found))).toBe('trait');
  });
});
