import { describe, expect, test } from 'vitest';
import { type Kind, type Reading, readings } from '../../../../pipeline/clinical/assertion/readings.ts';
import { costsOf, together, toVerdicts } from '../../../../pipeline/clinical/assertion/verdicts.ts';

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
    ['that is only warned of is none', [mention('condition', { none: 0.9 })], ['none']],
    [
      "of a relative stands beside the patient's own",
      [mention('condition', { family: 0.9 }), mention('condition', { present: 0.95 })],
      ['present', 'family'],
    ],
    [
      'that is warned of besides is there all the same',
      [mention('condition', { present: 0.95 }), mention('condition', { none: 0.9 })],
      ['present', 'none'],
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

describe('what it costs', () => {
  /** To say one reading of a finding that surely is another. */
  const cost = (kind: Kind, truth: Reading, said: Reading) => {
    const likelihood = readings[kind].map((reading) => Number(reading === truth));
    return new Map(costsOf(kind, likelihood)).get(said);
  };

  test.each(['condition', 'medicine', 'test'] as const)(
    'of a %s, to be right is free, and to leave it open is not',
    (kind) => {
      for (const reading of readings[kind].filter((one) => !['family', 'none', 'possible'].includes(one))) {
        expect(cost(kind, reading, reading)).toBe(0);
        expect(cost(kind, reading, 'possible')).toBeGreaterThan(0);
      }
    },
  );

  test.each<[Kind, Reading, Reading, Reading]>([
    ['condition', 'allergic', 'present', 'possible'],
    ['condition', 'absent', 'present', 'possible'],
    ['condition', 'present', 'absent', 'historical'],
    ['medicine', 'stopped', 'taking', 'tried-before'],
    ['medicine', 'taking', 'stopped', 'planned'],
    ['test', 'absent', 'present', 'planned'],
  ])('of a %s that is %s, to say %s is worse than %s', (kind, truth, worse, better) => {
    expect(cost(kind, truth, worse)).toBeGreaterThan(cost(kind, truth, better) ?? Infinity);
  });

  test('a relative and nothing at all are no readings of the finding itself', () => {
    const said = costsOf('condition', []).map(([reading]) => reading);
    expect(said).toEqual(['present', 'absent', 'possible', 'historical', 'allergic']);
  });
});

describe('several mentions', () => {
  const both = (...mentions: ReturnType<typeof mention>[]) => together('condition', mentions);

  test('that agree are surer than one, but not as sure as if they knew nothing of each other', () => {
    const [one = 0] = both(mention('condition', { present: 0.7 }));
    const [two = 0] = both(mention('condition', { present: 0.7 }), mention('condition', { present: 0.7 }));
    const rest = 0.3 / 6;
    expect([two > one, two < 0.7 ** 2 / (0.7 ** 2 + 6 * rest ** 2)]).toEqual([true, true]);
  });

  test('come to likelihoods that are 1 together, even where each is sure of another reading', () => {
    const likelihood = both(mention('condition', { present: 1 }), mention('condition', { absent: 1 }));
    expect(likelihood.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    expect(likelihood[0]).toBeCloseTo(likelihood[1] ?? 0, 12);
  });
});

describe('what one mention settles for all', () => {
  const stop = (chance: number) => ({ ...mention('medicine', { stopped: chance, planned: 0.2 }), isStop: true });
  const explained = mention('medicine', { planned: 0.6, taking: 0.15 });

  test.each<[string, Parameters<typeof toVerdicts>[1], Reading]>([
    ['a stop, whatever is explained of it later', [explained, explained, stop(0.7), explained], 'stopped'],
    ['a doubtful stop does not', [explained, explained, stop(0.5), explained], 'planned'],
    [
      'nor one that is taken back',
      [stop(0.7), mention('medicine', { taking: 0.9 }), mention('medicine', { taking: 0.9 })],
      'taking',
    ],
    [
      'an allergy, though the medicine is planned',
      [mention('medicine', { allergic: 0.9 }), ...[1, 2, 3].map(() => mention('medicine', { planned: 0.97 }))],
      'allergic',
    ],
  ])('%s', (_, mentions, reading) => {
    expect(toVerdicts('medicine', mentions)[0]?.reading).toBe(reading);
  });
});

test.each<[string, number, Reading]>([
  ['a known illness stays, though somebody wonders about it later', 0.8, 'present'],
  ['what was never sure does not', 0.6, 'possible'],
])('%s', (_, first, reading) => {
  const mentions = [
    mention('condition', { present: first }),
    ...[1, 2].map(() => mention('condition', { possible: 0.8 })),
  ];
  expect(toVerdicts('condition', mentions)[0]?.reading).toBe(reading);
});

test('a known illness of which somebody says that it is over does not stay', () => {
  const mentions = [mention('condition', { present: 0.8 }), mention('condition', { historical: 0.9 })];
  expect(toVerdicts('condition', mentions)[0]?.reading).not.toBe('present');
});

describe('an allergy that was only asked about', () => {
  const asked = { ...mention('medicine', { allergic: 0.9 }), isPassedOver: true };
  const settled = (...mentions: (ReturnType<typeof mention> & { isPassedOver?: boolean })[]) =>
    toVerdicts('medicine', mentions).map(({ reading, unsettled }) => [reading, unsettled === null]);

  test('and passed over is left to check, however likely it is', () => {
    expect(settled(asked)).toEqual([['possible', false]]);
  });

  test('stands once somebody names it', () => {
    expect(settled(asked, mention('medicine', { allergic: 0.9 }))).toEqual([['allergic', true]]);
  });

  test('and then prescribed is what is prescribed, or left to check', () => {
    expect(settled(asked, mention('medicine', { planned: 0.99 }))[0]?.[0]).not.toBe('allergic');
  });
});
