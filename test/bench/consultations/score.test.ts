import { describe, expect, test } from 'vitest';
import { type Found, listed, scoreVisit, type Visit } from './visit.ts';

const mistakesOf = (visit: Visit) =>
  scoreVisit(visit).mistakes.map(({ what, isGrave, layer }) => `${isGrave ? 'GRAVE ' : ''}${what} [${layer}]`);

const fever: Visit = {
  spoken: ['clinician: Any fever?', 'patient: No.'],
  gold: 'S-! fever | fever | | Any fever',
  found: [{ words: 'fever', status: 'absent', reason: 'answered-no' }],
  lists: { ruledOut: [listed('fever')] },
};

const metformin: Visit = {
  spoken: ['patient: I take metformin, 500 milligrams.'],
  gold: 'Mt! metformin | metformin | | I take metformin | 500 milligrams',
  found: [{ words: 'metformin', category: 'MEDICATION' }],
};

const pressure: Visit = {
  spoken: ['clinician: Your blood pressure is 142 over 91.'],
  gold: 'T+! blood pressure | blood pressure | | Your blood pressure is | 142 over 91',
  found: [{ words: 'blood pressure', category: 'TEST_TREATMENT_PROCEDURE' }],
};

const nuts: Visit = {
  spoken: ['clinician: Any allergies?', 'patient: Nuts.'],
  gold: 'A+! nuts | nuts; allergies | | Nuts // Any allergies',
};

test('what is right has no mistake', () => {
  expect(scoreVisit(fever)).toMatchObject({
    right: [{ label: 'fever' }],
    unmatched: [],
    mistakes: [],
    notes: [],
    fates: [{ isFound: true, isListed: true, isRight: true, isToCheck: false }],
  });
});

describe('an item', () => {
  test('with another status is wrong, gravely where it may harm', () => {
    expect(mistakesOf({ ...fever, lists: { problems: [listed('fever')] } })).toEqual([
      'GRAVE absent shown as present [logic]',
    ]);
    expect(mistakesOf({ ...fever, lists: { pastHistory: [listed('fever')] } })).toEqual([
      'symptom: absent shown as historical [logic]',
    ]);
  });

  test('that another reading accepts is right', () => {
    const gold = 'S-?! fever | fever | | Any fever';
    expect(mistakesOf({ ...fever, gold, lists: { possible: [listed('fever')] } })).toEqual([]);
  });

  test('that meets nothing is the stand-in for the service', () => {
    const { mistakes, unmatched } = scoreVisit({ ...fever, gold: '' });
    expect(mistakes).toMatchObject([{ what: 'meets no gold finding', isGrave: false, layer: 'lexicon' }]);
    expect(unmatched).toMatchObject([{ label: 'fever' }]);
  });

  test('that has the words but not the turn is right with the status, and else meets nothing', () => {
    const elsewhere: Visit = { ...fever, gold: 'S-! fever | fever | 1 | No' };
    expect(scoreVisit(elsewhere)).toMatchObject({
      right: [{ label: 'fever' }],
      fates: [{ isListed: true, isRight: true }],
    });
    const wrong = { ...elsewhere, lists: { problems: [listed('fever')] } };
    expect(scoreVisit(wrong).fates).toMatchObject([{ isFound: false, isListed: false }]);
    expect(mistakesOf(wrong)).toEqual(['meets no gold finding [lexicon]']);
  });

  test('is compared with a key finding before a minor one', () => {
    const gold = 'S>. fever | fever | | Any fever\nS-! no fever | fever | | Any fever';
    const [mistake] = scoreVisit({ ...fever, gold, lists: { problems: [listed('fever')] } }).mistakes;
    expect(mistake).toMatchObject({ what: 'absent shown as present', finding: { name: 'no fever' } });
  });

  test('twice in one list is a duplicate, in two lists it is not', () => {
    const again = { ...fever, lists: { ruledOut: [listed('fever'), listed('fever', { label: 'a temperature' })] } };
    expect(scoreVisit(again).notes).toEqual(['duplicate']);
    const gold = 'S-?! fever | fever | | Any fever';
    const both = { ...fever, gold, lists: { ruledOut: [listed('fever')], possible: [listed('fever')] } };
    expect(scoreVisit(both).notes).toEqual([]);
  });
});

describe('a trap', () => {
  const dizzy: Visit = {
    spoken: ['clinician: If you feel dizzy, stop.'],
    gold: 'Sc. dizziness | dizzy | | feel dizzy',
    found: [{ words: 'dizzy', status: 'possible', reason: 'hypothetical-trait' }],
  };

  test('is not missed', () => {
    expect(scoreVisit({ ...dizzy, found: [] })).toMatchObject({ fates: [], mistakes: [] });
  });

  test.each([
    ['problems', 'GRAVE hypothetical shown as present [trait]'],
    ['possible', 'advice or explanation listed as possible [trait]'],
    ['ruledOut', 'symptom: hypothetical shown as absent [trait]'],
  ])('in the list %s: %s', (list, mistake) => {
    expect(mistakesOf({ ...dizzy, lists: { [list]: [listed('dizzy')] } })).toEqual([mistake]);
  });

  test("of another person's is no more than noise as possible", () => {
    const gold = 'So. dizziness of a friend | dizzy | | feel dizzy';
    expect(mistakesOf({ ...dizzy, gold, lists: { possible: [listed('dizzy')] } })).toEqual([
      'advice or explanation listed as possible [trait]',
    ]);
  });

  test('does not hide what the patient has', () => {
    const spoken = ['patient: I am dizzy.', 'clinician: If you feel dizzier, stop.'];
    const gold = 'Sc. dizzier | dizzy | | I am dizzy\nS+. dizzy | dizzy | | I am dizzy';
    const { fates, mistakes } = scoreVisit({ ...dizzy, spoken, gold, lists: { problems: [listed('dizzy')] } });
    expect({ fates, mistakes }).toMatchObject({ fates: [{ isRight: true }], mistakes: [] });
  });
});

describe('figures', () => {
  const taking = (dose: string[]) => ({
    ...metformin,
    lists: { medications: [listed('metformin', { status: 'taking', dose })] },
  });
  test.each([
    [['500 milligrams'], [], []],
    [['850 milligrams'], ['GRAVE wrong dose [logic]'], []],
    [['850 milligrams', '500'], [], []],
    [[], [], ['dose missing']],
  ])('a dose of %j', (dose, mistakes, notes) => {
    expect(mistakesOf(taking(dose))).toEqual(mistakes);
    expect(scoreVisit(taking(dose)).notes).toEqual(notes);
  });

  const measured = (values: string[]) => {
    const results = values.map((value) => ({ value, unit: null }));
    return { ...pressure, lists: { tests: [listed('blood pressure', { results })] } };
  };
  test.each([
    [['142'], [], []],
    [['120'], ['GRAVE wrong test value [lexicon]'], []],
    [['high'], [], ['test value missing']],
    [[], [], ['test value missing']],
  ])('a value of %j', (values, mistakes, notes) => {
    expect(mistakesOf(measured(values))).toEqual(mistakes);
    expect(scoreVisit(measured(values)).notes).toEqual(notes);
  });

  test('are those of the patient rather than of a trap', () => {
    const gold = `Mct. if not metformin | metformin | | I take metformin | 850 milligrams\n${metformin.gold}`;
    expect(mistakesOf({ ...taking(['500']), gold })).toEqual([]);
  });

  test('are not asked of another list', () => {
    const lists = { possible: [listed('metformin')] };
    const gold = 'M?! metformin | metformin | | I take metformin | 500 milligrams';
    expect(scoreVisit({ ...metformin, gold, lists })).toMatchObject({ mistakes: [], notes: [] });
    const past = { pastHistory: [listed('blood pressure')] };
    expect(scoreVisit({ ...pressure, lists: past })).toMatchObject({ mistakes: [], notes: [] });
  });
});

describe('a finding that is left out', () => {
  test('is neither found nor a mistake when no entity has it', () => {
    const { fates, mistakes } = scoreVisit({ ...fever, found: [], lists: {} });
    expect(fates).toMatchObject([{ isFound: false, isListed: false }]);
    expect(mistakes).toEqual([]);
  });

  test.each([
    ['MEDICAL_CONDITION', true, ['found (answered-no), in no list [logic]']],
    ['BEHAVIORAL_ENVIRONMENTAL_SOCIAL', true, ['social history in no list [logic]']],
    ['ANATOMY', false, []],
  ])('has an entity %s: found is %s', (category, isFound, mistakes) => {
    const found: Found[] = [{ words: 'fever', category, reason: 'answered-no' }];
    const visit = { ...fever, found, lists: {} };
    expect(scoreVisit(visit).fates).toMatchObject([{ isFound }]);
    expect(mistakesOf(visit)).toEqual(mistakes);
  });

  test('is to check when it is listed as possible only', () => {
    const { fates } = scoreVisit({ ...fever, lists: { possible: [listed('fever')] } });
    expect(fates).toMatchObject([{ isListed: true, isRight: false, isToCheck: true }]);
    const suspected = scoreVisit({
      ...fever,
      gold: 'S?! fever | fever | | Any fever',
      lists: { possible: [listed('fever')] },
    });
    expect(suspected.fates).toMatchObject([{ isRight: true, isToCheck: false }]);
  });
});

describe('an allergy', () => {
  test.each([
    ['that nobody found', [], 'lexicon'],
    ['of which only the question was found', [{ words: 'Any allergies' }, { words: 'allergies' }], 'lexicon'],
    ['that was found and not listed as one', [{ words: 'Nuts' }], 'logic'],
  ])('%s is missed by %s', (_, found, layer) => {
    const { mistakes } = scoreVisit({ ...nuts, found });
    expect(mistakes).toContainEqual(expect.objectContaining({ what: 'allergy missed', isGrave: true, layer }));
  });

  test('that is listed is not missed', () => {
    const visit = { ...nuts, found: [{ words: 'Nuts' }] };
    expect(mistakesOf({ ...visit, lists: { allergies: [listed('Nuts')] } })).toEqual([]);
    expect(mistakesOf({ ...visit, lists: { medications: [listed('Nuts', { status: 'allergic' })] } })).toEqual([]);
  });

  test('that is denied is not missed', () => {
    const gold = 'A-! allergies | allergies | | Any allergies';
    expect(mistakesOf({ ...nuts, gold })).toEqual([]);
  });
});

describe('a role', () => {
  const spoken = ['clinician: Good morning.', 'patient: Hello there.', 'mother: He coughs.', 'clinician: Since when?'];

  test.each([
    [{}, []],
    [{ patient: 'clinician' }, ['patient']],
    [{ clinician: 'patient', patient: 'clinician' }, ['clinician', 'patient']],
    [{ patient: 'unknown' }, ['patient']],
    [{ mother: 'patient' }, []],
  ] as const)('heard as %j', (heardAs, speakers) => {
    const { mistakes } = scoreVisit({ spoken, heardAs });
    expect(mistakes).toEqual(
      speakers.map((speaker) => ({ what: 'role wrong', isGrave: true, layer: 'logic', speaker })),
    );
  });

  test('is judged by most of what a label says', () => {
    const mixed = ['patient: Good morning.', 'patient: Hello there.', 'patient: It hurts.'];
    const told = ['clinician: Good morning.', 'patient: Hello there.', 'patient: It hurts.'];
    expect(mistakesOf({ spoken: mixed, told })).toEqual([]);
  });
});
