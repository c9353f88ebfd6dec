import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readGold } from '../../../bench/consultations/gold.ts';
import { toldOf } from './visit.ts';

const told = toldOf([
  'clinician: Any fever, or a cough?',
  'patient: No fever. The cough is bad.',
  'clinician: Then take codeine, 15 milligrams.',
]);
const read = (text: string) => readGold(text, told, 'some/gold.txt');

test('a line is a finding; comments and empty lines are none', () => {
  expect(
    read('# a comment\n\n  M>t! codeine for the cough | codeine; tablets | 2 | take codeine | 15 milligrams\n'),
  ).toEqual([
    {
      name: 'codeine for the cough',
      kind: 'medication',
      status: 'planned',
      alsoAccepted: ['taking'],
      importance: 'key',
      aliases: ['codeine', 'tablets'],
      turn: 2,
      turns: [2],
      quote: 'take codeine',
      value: '15 milligrams',
    },
  ]);
});

test('without turns, each quote stands for the first turn that has it', () => {
  const [finding] = read('S+. cough | cough | | The cough is bad // a cough // cough');
  expect(finding).toMatchObject({
    turn: 1,
    turns: [0, 1],
    quote: 'The cough is bad',
    importance: 'minor',
    value: null,
  });
});

test('with turns, those are meant and no others', () => {
  const [finding] = read('S-! fever | fever | 1, 0 | NO fever! // any fever');
  expect(finding).toMatchObject({ turn: 1, turns: [0, 1] });
  expect(read('S-! fever | fever | 1, 0 | fever')[0]).toMatchObject({ turn: 0, turns: [0, 1] });
});

test.each([
  ['Sc! fever, if it comes | fever | | fever', 'trap'],
  ['So. fever of the child | fever | | fever', 'trap'],
  ['S+c! fever | fever | | fever', 'key'],
])('%s is a %s', (line, importance) => {
  expect(read(line)[0]?.importance).toBe(importance);
});

test("the readme's example is a line", () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../fixtures/consultations/README.md'), 'utf8');
  const line = /^ {4}(M.*)$/m.exec(readme)?.[1] ?? '';
  const spoken = toldOf(["clinician: So I'd start you on losartan instead.", 'clinician: 50 milligrams of losartan.']);
  expect(readGold(line, spoken, 'README.md')).toMatchObject([{ name: 'losartan', status: 'planned', turns: [0, 1] }]);
});

describe('a bad line is refused with its place', () => {
  test.each([
    ['X+! fever | fever | | fever', '"X+! fever" does not begin with kind'],
    ['S+ fever | fever | | fever', '"S+ fever" does not begin with kind'],
    ['S! fever | fever | | fever', '"S! fever" does not begin with kind'],
    ['S+! | fever | | fever', '"S+!" does not begin with kind'],
    ['S+! fever | ; | | fever', 'there is no alias'],
    ['S+! fever | fever | 3 | fever', 'there is no turn "3": they count from 0 to 2'],
    ['S+! fever | fever | one | fever', 'there is no turn "one"'],
    ['S+! fever | fever', 'the quote "" is not in the dialogue'],
    ['S+! fever | fever | | a high fever', 'the quote "a high fever" is not in the dialogue'],
    ['S+! fever | fever | 2 | fever', 'the quote "fever" is not in turn 2'],
    ['S+! fever | fever | 0,2 | any fever // bad', 'the quote "bad" is not in one of the turns 0, 2'],
  ])('%s', (line, message) => {
    expect(() => read(`# first\n${line}\n`)).toThrow(`some/gold.txt:2: ${message}`);
  });
});
