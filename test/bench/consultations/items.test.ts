import { describe, expect, test } from 'vitest';
import type { FindingList } from '../../../pipeline/clinical/finding.ts';
import { toItems } from '../../../bench/consultations/items.ts';
import { toMentions } from '../../../bench/consultations/match.ts';
import { readGold } from '../../../bench/consultations/gold.ts';
import { documentsOf, listed, toldOf } from './visit.ts';

const statusIn = (list: FindingList, more: Parameters<typeof listed>[1]) =>
  toItems({ [list]: [listed('thing', more)] }, [])[0]?.status;

describe('the status that a list gives', () => {
  test.each([
    ['problems', {}, 'present'],
    ['problems', { label: 'allergy: nuts' }, 'allergic'],
    ['ruledOut', {}, 'absent'],
    ['familyHistory', {}, 'family'],
    ['pastHistory', {}, 'historical'],
    ['possible', {}, 'possible'],
    ['tests', {}, 'present'],
    ['tests', { planned: true }, 'planned'],
    ['procedures', { planned: true }, 'planned'],
    ['medications', { status: 'taking' }, 'taking'],
    ['medications', { status: 'allergic' }, 'allergic'],
    // Lists and statuses of the next version.
    ['allergies', { status: 'active' }, 'allergic'],
    ['medications', { status: 'not-taking' }, 'not_taking'],
    ['medications', { status: 'advised-against' }, 'advised_against'],
    ['medications', { status: 'tried-before' }, 'past'],
    ['socialHistory', { status: 'current' }, 'present'],
    ['socialHistory', { status: 'former' }, 'historical'],
    ['socialHistory', { status: 'never' }, 'absent'],
    ['socialHistory', {}, 'present'],
  ] as const)('%s %j is %s', (list, more, status) => {
    expect(statusIn(list, more)).toBe(status);
  });

  test('a status that nobody knows is refused', () => {
    expect(() => statusIn('medications', { status: 'forgotten' })).toThrow('there is no status "forgotten"');
  });
});

test('what is said in a turn of the gold hides what only has the same words', () => {
  const spoken = ['clinician: Any rash?', 'patient: No.', 'clinician: If a rash comes, or a fever, call.'];
  const turns = toldOf(spoken);
  const findings = readGold(
    'S-! rash | rash | 0 | Any rash\nSc. rash later | rash | 2 | If a rash comes\nS?. fever | fever | 0 | rash',
    turns,
    'gold.txt',
  );
  const documents = documentsOf({ spoken, found: [{ words: 'rash' }, { words: 'fever' }] });
  const mentions = toMentions({ turns, findings }, documents);
  const items = toItems({ ruledOut: [listed('rash')], possible: [listed('fever'), listed('unheard of')] }, mentions);
  expect(items.map(({ label, by, met }) => [label, by, met.map(({ name }) => name)])).toEqual([
    ['rash', 'turn', ['rash']],
    ['fever', 'words', ['fever']],
    ['unheard of', 'words', []],
  ]);
});
