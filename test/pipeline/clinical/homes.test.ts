import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Entity, statuses } from '../../../pipeline/clinical/entities.ts';
import type { FindingList } from '../../../pipeline/clinical/finding.ts';
import { toHomes } from '../../../pipeline/clinical/homes.ts';
import { type Reason, reasonNames } from '../../../pipeline/clinical/reasons.ts';
import { entityOf } from '../entityOf.ts';
import { transcriptOf } from '../transcriptOf.ts';

const transcript = transcriptOf([
  [0, 'Any cough or fever at all, and do you smoke or take anything for it?'],
  [1, 'No. I take aspirin, and I am allergic to it, and my mother smokes.'],
]);

const kinds = [
  { category: 'MEDICAL_CONDITION', type: 'DX_NAME' },
  { category: 'MEDICATION', type: 'GENERIC_NAME' },
  { category: 'TEST_TREATMENT_PROCEDURE', type: 'TEST_NAME' },
  { category: 'TEST_TREATMENT_PROCEDURE', type: 'PROCEDURE_NAME' },
  { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: 'ALLERGIES' },
  { category: 'BEHAVIORAL_ENVIRONMENTAL_SOCIAL', type: 'TOBACCO_USE' },
  { category: 'ANATOMY', type: 'SYSTEM_ORGAN_SITE' },
];

const entities = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    text: fc.constantFrom('cough', 'aspirin', 'smoke', 'allergies'),
    status: fc.constantFrom(...statuses),
    reason: fc.constantFrom(...reasonNames),
    relative: fc.constantFrom('mother', 'father', null),
    turn: fc.constantFrom(0, 1),
  }),
  { maxLength: 30 },
);

test('an entity belongs to one finding at most, and a finding has what put it there', () => {
  fc.assert(
    fc.property(entities, (drawn) => {
      const all = drawn.map(({ kind, text, status, reason, relative, turn }, n) =>
        entityOf({ ...kind, id: `e${n}`, begin: 2 * n, text, turn, assertion: { status, reason, relative } }),
      );
      const homes = toHomes(transcript, all);
      const housed = homes.flatMap(({ mentions }) => mentions.map(({ id }) => id));
      expect(housed.toSorted()).toEqual([...new Set(housed)].toSorted());
      for (const { mentions, deciding } of homes) {
        expect(deciding.length).toBeGreaterThan(0);
        expect(mentions).toEqual(expect.arrayContaining(deciding));
      }
      const places = homes.filter(({ list }) => list !== 'familyHistory').map(({ list, name }) => `${list} ${name}`);
      expect(places).toEqual([...new Set(places)]);
    }),
  );
});

type Said = Pick<Entity['assertion'], 'status' | 'reason'> & Partial<Entity['assertion']>;

describe('of the same thing', () => {
  const [condition, medicine, scan] = kinds;
  const said = (status: Said['status'], reason: Reason, more: Partial<Said> = {}): Said => ({
    status,
    reason,
    ...more,
  });
  const present = said('present', 'stated');
  const possible = said('possible', 'considered');
  const absent = said('absent', 'answered-no');
  const allergic = said('possible', 'allergy');

  test.each<[string, (typeof kinds)[number] | undefined, Said[], [FindingList, number][]]>([
    ['what is there and was considered is one', condition, [possible, present], [['problems', 2]]],
    [
      'what is there and is denied is two',
      condition,
      [present, absent],
      [
        ['problems', 1],
        ['ruledOut', 1],
      ],
    ],
    [
      'a test that is asked about is two',
      scan,
      [present, possible],
      [
        ['tests', 1],
        ['possible', 1],
      ],
    ],
    ['what no relative has is none', condition, [said('absent', 'answered-no-of-family')], []],
    ['a medicine that is not taken is no more', medicine, [absent, absent], [['medications', 2]]],
    [
      'a medicine that is taken or not is two',
      medicine,
      [absent, present],
      [
        ['medications', 1],
        ['ruledOut', 1],
      ],
    ],
    ['an allergy takes all of it', medicine, [present, absent, possible, allergic], [['allergies', 4]]],
    [
      'an allergy that is denied contradicts one',
      medicine,
      [allergic, said('absent', 'allergy-denied')],
      [
        ['allergies', 1],
        ['ruledOut', 1],
      ],
    ],
    [
      'what two relatives have is two, and what nobody is named for is the first one’s',
      condition,
      [
        said('family', 'of-relative', { relative: 'mother' }),
        said('family', 'of-relative', { relative: 'father' }),
        said('family', 'in-the-family'),
      ],
      [
        ['familyHistory', 2],
        ['familyHistory', 1],
      ],
    ],
  ])('%s', (_, kind, assertions, expected) => {
    const mentions = assertions.map((assertion, n) => entityOf({ ...kind, id: `e${n}`, begin: 2 * n, assertion }));
    const homes = toHomes(transcript, mentions).map(({ list, mentions: own }) => [list, own.length]);
    expect(homes).toHaveLength(expected.length);
    expect(homes).toEqual(expect.arrayContaining(expected));
  });
});

test.each<[string, string[], number]>([
  ['a blood pressure by its names and by its figures', ['BP', 'Pressure', 'one forty over ninety'], 1],
  ['two vital signs', ['pulse', 'temperature'], 2],
  ['two other tests', ['sodium', 'potassium'], 2],
])('%s', (_, texts, findings) => {
  const [, , kind] = kinds;
  const mentions = texts.map((text, n) => entityOf({ ...kind, id: `e${n}`, begin: 2 * n, text }));
  expect(toHomes(transcript, mentions)).toHaveLength(findings);
});
