import { expect, test } from 'vitest';
import {
  consultationFigures,
  graveFigures,
  statusFigures,
  toLines,
  totalFigures,
  toTotals,
} from '../../../bench/consultations/report.ts';
import { type Found, listed, scoreVisit } from './visit.ts';

const spoken = ['clinician: Any fever or cough? Allergies?', 'patient: No. Only to nuts. I take aspirin.'];
const gold = [
  'S-! fever | fever | | Any fever',
  'S-! cough | cough | | or cough',
  'S-. allergic rash | rash | | Allergies',
  'A+! nuts | nuts | | Only to nuts',
  'Mt! aspirin | aspirin | | I take aspirin',
].join('\n');
const found: Found[] = [
  { words: 'fever' },
  { words: 'cough', reason: 'negation-trait' },
  { words: 'aspirin' },
  { words: 'Only' },
];
const flawed = scoreVisit({
  spoken,
  gold,
  found,
  lists: { problems: [listed('cough'), listed('Only')], ruledOut: [listed('fever')], possible: [listed('aspirin')] },
});
const clean = scoreVisit({ spoken, gold: gold.split('\n', 1)[0] ?? '', found, lists: { ruledOut: [listed('fever')] } });
const both = [flawed, clean];

const shown = (figures: readonly { name: string; value: number; unit: string; how: string }[]) =>
  figures.map(({ name, value, unit, how }) => `${name} ${Number(value.toFixed(1))} ${unit} ${how}`);

test('totals add up', () => {
  expect(toTotals(both)).toEqual({
    consultations: 2,
    findings: 6,
    key: 5,
    keyFound: 4,
    keyRight: 2,
    listed: 4,
    listedRight: 2,
    toCheck: 1,
    items: 5,
    itemsRight: 2,
    itemsMatched: 4,
    grave: 2,
    graveOwn: 1,
    clean: 1,
  });
});

test('a consultation has a row', () => {
  expect(shown(consultationFigures('x', [flawed]))).toEqual([
    'x, visit 33.3 % 1 of 3 listed findings have the right status; of 4 key findings 3 found, 1 right; ' +
      "1 of 4 items right; 2 grave errors, 1 of them the lexicon's alone",
  ]);
});

test('the figures that changes are judged by', () => {
  expect(shown(totalFigures('x', both)).map((line) => line.split(':', 1)[0])).toEqual([
    'x, recall, found 80 % 4 of 5 key findings',
    'x, recall, right 40 % 2 of 5 key findings',
    'x, status, listed 50 % 2 of 4 findings that an item meets',
    'x, status, settled 66.7 % 2 of 3 listed findings that are not left to check',
    'x, not settled 25 % 1 of 4 listed findings are possible only',
    'x, precision 40 % 2 of 5 items',
    'x, precision, matched 50 % 2 of 4 items that meet a gold finding',
    'x, without any grave error 50 % 1 of 2 consultations',
    'x, grave errors 1 /visit 2 in all',
  ]);
});

test('grave errors by kind say which layer made them', () => {
  expect(shown(graveFigures('x', both))).toEqual([
    'x, grave: absent shown as present 0.5 /visit 1 in all: 0 logic, 1 trait, 0 lexicon',
    'x, grave: allergy missed 0.5 /visit 1 in all: 0 logic, 0 trait, 1 lexicon',
  ]);
});

test('kinds and statuses stand in the order of their number', () => {
  expect(shown(statusFigures('x', both))).toEqual([
    'x, symptom absent 66.7 % 2 of 3 listed findings, of 4 in the gold',
    'x, allergy present 0 % 0 of 0 listed findings, of 1 in the gold',
    'x, medication taking 0 % 0 of 1 listed findings, of 1 in the gold',
  ]);
});

test('of nothing there are figures too', () => {
  expect(totalFigures('x', []).map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('every mistake and every finding that is missed has a line, the grave ones first', () => {
  expect(toLines([flawed])).toEqual([
    '',
    '== visit',
    '  GRAVE absent shown as present [trait] | problems: cough (present) | ' +
      'from "cough" (turn 0, clinician, present: negation-trait) | gold: symptom cough (absent), turn 0: "or cough"',
    '  GRAVE allergy missed [lexicon] | gold: allergy nuts (present), turn 1: "Only to nuts"',
    '  meets no gold finding [lexicon] | problems: Only (present) | from "Only" (turn 1, patient, present: stated)',
    '  medication: taking shown as possible [logic] | possible: aspirin (possible) | ' +
      'from "aspirin" (turn 1, patient, present: stated) | gold: medication aspirin (taking), turn 1: "I take aspirin"',
    '  MISSED | gold: symptom allergic rash (absent), turn 0: "Allergies"',
    '  MISSED KEY | gold: allergy nuts (present), turn 1: "Only to nuts"',
  ]);
});
