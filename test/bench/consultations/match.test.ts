import { describe, expect, test } from 'vitest';
import { readGold } from '../../../bench/consultations/gold.ts';
import { labelOf, meets, placeIn, toMentions } from '../../../bench/consultations/match.ts';
import { documentsOf, toldOf } from './visit.ts';

describe('placing', () => {
  const told = toldOf(['clinician: Any pain at all?', 'patient: Only the knee.', 'clinician: The left knee?']);
  const placed = (text: string) => {
    const turnOf = placeIn(told, text);
    return Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => {
      return `${word}@${turnOf(Array.from(text.slice(0, index)).length)}`;
    }).join(' ');
  };

  test.each([
    [
      'Any pain at all? Only the knee. The left knee?',
      'Any@0 pain@0 at@0 all?@0 Only@1 the@1 knee.@1 The@2 left@2 knee?@2',
    ],
    // What was heard otherwise belongs to the turn of what stands before it.
    [
      'Any pane at all? Only the tree. The left knee?',
      'Any@0 pane@0 at@0 all?@0 Only@1 the@1 tree.@1 The@2 left@2 knee?@2',
    ],
    // Nothing stands before it.
    ['Um, any pain?', 'Um,@0 any@0 pain?@0'],
    // Offsets are code points: the face is one, in two UTF-16 units.
    ['🙂🙂🙂🙂🙂🙂 Only the knee. The left?', '🙂🙂🙂🙂🙂🙂@1 Only@1 the@1 knee.@1 The@2 left?@2'],
  ])('%s', (text, turns) => {
    expect(placed(text)).toBe(turns);
  });

  test('behind the last word is no turn', () => {
    expect(placeIn(told, 'Any pain? …')(10)).toBeUndefined();
    expect(placeIn(told, '')(0)).toBeUndefined();
  });
});

describe('meeting', () => {
  const spoken = [
    'clinician: Any back pain? Penicillin you can take?',
    'patient: The pain is in my back, and penicillin gives me a rash. Blood came, blood pressure is high.',
  ];
  const findings = readGold(
    [
      'S+! pain | pain | 1 | The pain is in my back',
      'S-. back pain | back pain | 0 | Any back pain',
      'A+! penicillin | penicillin | 1 | penicillin gives me',
      'M?. penicillin now | penicillin | 0 | Penicillin you can take',
      'S+. back pain too | back pain | 1 | pain is in my back',
      'T+. blood pressure | blood pressure | 1 | blood pressure is high',
      'S+. blood | blood | 1 | Blood came',
    ].join('\n'),
    toldOf(spoken),
    'gold.txt',
  );
  const names = (category: string, text: string, turn: number) => {
    const { strong, weak } = meets({ category, text }, turn, findings);
    return { strong: strong.map(({ name }) => name), weak: weak.map(({ name }) => name) };
  };

  test.each([
    ['in its turn', 'MEDICAL_CONDITION', 'bad pain', 1, ['pain'], ['pain']],
    [
      'of those in its turn the very same words',
      'MEDICAL_CONDITION',
      'pain',
      1,
      ['pain'],
      ['pain', 'back pain', 'back pain too'],
    ],
    ['in another turn, by its words alone', 'MEDICAL_CONDITION', 'blood', 0, [], ['blood']],
    ['nothing', 'MEDICAL_CONDITION', 'rash', 1, [], []],
    ['an allergy as a medicine', 'MEDICATION', 'Penicillin', 1, ['penicillin'], ['penicillin', 'penicillin now']],
    ['of its kind', 'TEST_TREATMENT_PROCEDURE', 'blood', 1, ['blood pressure'], ['blood pressure']],
    ['of another kind where there is none of its own', 'TEST_TREATMENT_PROCEDURE', 'pain', 1, ['pain'], []],
    [
      'of any kind',
      'BEHAVIORAL_ENVIRONMENTAL_SOCIAL',
      'back pain',
      0,
      ['back pain'],
      ['pain', 'back pain', 'back pain too'],
    ],
    ['nothing as a name', 'PROTECTED_HEALTH_INFORMATION', 'pain', 1, [], []],
  ])('%s', (_, category, text, turn, strong, weak) => {
    expect(names(category, text, turn)).toEqual({ strong, weak });
  });

  test('every entity becomes a mention with its turn, and what it is labelled with', () => {
    const documents = documentsOf({
      spoken,
      found: [{ words: 'rash' }, { words: 'penicillin', category: 'MEDICATION' }],
    });
    const mentions = toMentions({ turns: toldOf(spoken), findings }, documents);
    expect(mentions.map((mention) => [mention.entity.text, mention.turn, labelOf(mention)?.name])).toEqual([
      ['rash', 1, undefined],
      ['penicillin', 1, 'penicillin'],
    ]);
  });

  test('a label is a key finding before a minor one, and a trap last', () => {
    const [first, second, third] = [
      'Sc! if | pain | | pain',
      'S+. now | pain | | pain',
      'Sh! once | pain | | pain',
    ].flatMap((line) => readGold(line, toldOf(spoken), 'gold.txt'));
    const strong = [first, second, third].flatMap((finding) => finding ?? []);
    expect(labelOf({ strong })?.name).toBe('once');
    expect(labelOf({ strong: strong.slice(0, 2) })?.name).toBe('now');
  });
});
