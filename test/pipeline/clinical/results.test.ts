import { describe, expect, test } from 'vitest';
import { consult } from '../consult.ts';
import { isToCome, toResults } from '../../../pipeline/clinical/results.ts';
import type { AssertionStatus } from '../../../pipeline/clinical/entities.ts';
import { entityOf } from '../entityOf.ts';

const ofTest = { category: 'TEST_TREATMENT_PROCEDURE', type: 'TEST_NAME' };

describe('the results', () => {
  test('are every value that was said with the unit that follows it', async () => {
    const { tests } = await consult(
      ['C: Your [glucose] was [5.6|TEST_VALUE] in May and [120|TEST_VALUE] [mg|TEST_UNIT] now.'],
      ofTest,
    );
    expect(tests[0]?.results).toMatchObject([
      { value: '5.6', unit: null },
      { value: '120', unit: 'mg' },
    ]);
  });

  test('of several mentions stand in time order', async () => {
    const { tests } = await consult(
      [
        'P: My [blood pressure] was [150|TEST_VALUE].',
        'C: The [blood pressure] is [120|TEST_VALUE] [millimetres|TEST_UNIT] now.',
      ],
      ofTest,
    );
    const results = tests[0]?.results ?? [];
    expect(results).toMatchObject([
      { value: '150', unit: null },
      { value: '120', unit: 'millimetres' },
    ]);
    expect(results[0]?.startMs).toBeLessThan(results[1]?.startMs ?? 0);
  });

  test('are in figures, beside the words that were said', async () => {
    const { tests } = await consult(
      ['C: Your [blood pressure] is [One sixty-eight over ninety|TEST_VALUE], before that [normal|TEST_VALUE].'],
      ofTest,
    );
    expect(tests[0]?.results).toMatchObject([
      { value: '168/90', said: 'One sixty-eight over ninety' },
      { value: 'normal', said: 'normal' },
    ]);
  });

  test('are values alone', () => {
    const place = { begin: 0, end: 1, score: 0.9, relationshipType: null, relationshipScore: null, traits: [] };
    const attributes = [{ type: 'SYSTEM_ORGAN_SITE', text: 'arm', ...place }];
    expect(toResults([entityOf({ attributes })])).toEqual([]);
  });
});

test.each<[AssertionStatus[], boolean]>([
  [['planned'], true],
  [['planned', 'possible'], true],
  [['present', 'planned'], false],
  [['possible'], false],
])('what is said to be %j is to come: %j', (statuses, expected) => {
  expect(isToCome(statuses.map((status) => entityOf({ assertion: { status } })))).toBe(expected);
});
