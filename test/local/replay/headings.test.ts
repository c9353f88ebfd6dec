import { expect, test } from 'vitest';
import { headingOf, headings } from '../../../local/replay/headings.ts';
import { lists } from '../../../pipeline/clinical/finding.ts';

const toCheck = { readings: ['present', 'absent'] } as never;

test('a finding with two readings is to check, if it stands among the possible ones', () => {
  expect(headingOf('possible', { toCheck })).toBe('To check');
  expect(headingOf('possible', { toCheck: null })).toBe('Possible');
  expect(headingOf('problems', { toCheck })).toBe('Problems');
});

test('no two lists share a heading', () => {
  expect(new Set(lists.map((list) => headings[list])).size).toBe(lists.length);
});
