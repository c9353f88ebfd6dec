import { describe, expect, test } from 'vitest';
import { type Kind, type Reading, readings } from '../../../bench/assertion/likelihood.ts';
import { toVerdicts } from '../../../bench/assertion/verdicts.ts';

/** A mention with these likelihoods; what is left goes to the other readings alike. */
function mention<Of extends Kind>(kind: Of, likely: Partial<Record<Reading<Of>, number>>) {
  const names = readings[kind] as readonly Reading<Of>[];
  const said = Object.values<number>(likely as Record<string, number>).reduce((sum, each) => sum + each, 0);
  const rest = (1 - said) / (names.length - Object.keys(likely).length);
  return {
    mention: names.map((name) => likely[name] ?? 0).join(),
    likelihood: names.map((name) => likely[name] ?? rest),
  };
}

const verdictsOf = (kind: Kind, ...mentions: ReturnType<typeof mention>[]) =>
  toVerdicts(kind, mentions).map(({ reading }) => reading);

describe('a condition', () => {
  test.each<[string, ReturnType<typeof mention>[], Reading[]]>([
    ['that is surely there', [mention('condition', { present: 0.95 })], ['present']],
    ['that is surely denied', [mention('condition', { absent: 0.95 })], ['absent']],
    ['that may be denied is left to check', [mention('condition', { present: 0.55, absent: 0.4 })], ['possible']],
    ['that is only warned of is none', [mention('condition', { none: 0.9 })], []],
    [
      "of a relative stands beside the patient's own",
      [mention('condition', { family: 0.9 }), mention('condition', { present: 0.95 })],
      ['present', 'family'],
    ],
    [
      'that is warned of besides is there all the same',
      [mention('condition', { present: 0.95 }), mention('condition', { none: 0.9 })],
      ['present'],
    ],
    [
      'that may be an allergy is no ordinary one',
      [mention('condition', { allergic: 0.5, present: 0.4 })],
      ['allergic'],
    ],
  ])('%s', (_, mentions, expected) => expect(verdictsOf('condition', ...mentions)).toEqual(expected));
});

describe('a medicine', () => {
  test.each<[string, ReturnType<typeof mention>[], Reading[]]>([
    ['that is taken', [mention('medicine', { taking: 0.95 })], ['taking']],
    [
      'on which the last word is a stop',
      [mention('medicine', { taking: 0.6, stopped: 0.3 }), mention('medicine', { stopped: 0.9 })],
      ['stopped'],
    ],
    [
      'that is as likely stopped is not called taken',
      [mention('medicine', { taking: 0.5, stopped: 0.45 })],
      ['possible'],
    ],
  ])('%s', (_, mentions, expected) => expect(verdictsOf('medicine', ...mentions)).toEqual(expected));
});
