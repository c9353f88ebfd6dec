import { mentionOf, toPicked } from '../../viewer/correcting.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { toChart } from '../../pipeline/reading/draw.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { evidenceMarks, findingMarks, searchMarks, spokenAt, toTexts } from '../../viewer/marks.ts';
import { corrected, openVisit } from '../pipeline/reading/visit.ts';
import { drawn } from './charts.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

function shownBy(
  of: Opened,
  marks: (texts: ReturnType<typeof toTexts>) => { turn: number; start: number; end: number }[],
) {
  const texts = toTexts(toChart(of).turns);
  return marks(texts).map(({ turn, start, end }) => texts[turn]?.text.slice(start, end));
}

test('the evidence of a finding is marked with the answer that decided', () => {
  expect(shownBy(opened, (texts) => evidenceMarks(drawn(opened, 'asthma'), texts))).toEqual([
    'Do you have asthma?',
    'No.',
  ]);
});

test('mentions are marked, a corrected one as it reads now', () => {
  const of = corrected(opened, 'cough', '😀 cold');
  const entities = new Map(of.entities.map((entity) => [entity.id, entity]));
  expect(shownBy(of, (texts) => findingMarks(toChart(of), entities, texts))).toEqual([
    '😀 cold',
    'cough',
    'asthma',
    'cancer',
  ]);
});

test.each([
  ['HAVE', ['have', 'have']],
  ['a c', ['a c']],
  ['.', ['.', '.', '.', '.']],
  [' ', []],
  ['(', []],
  // Characters that mean something in a pattern are letters here.
  [String.raw`\^$.*+?()[]{}|/-`, []],
  ['follow-up', []],
])('a search for %j', (wanted, found) => {
  expect(shownBy(opened, (texts) => searchMarks(wanted, texts))).toEqual(found);
});

test('a finding is corrected where its label was said, not where it was said first', () => {
  const [first, second] = opened.entities.filter(({ text }) => text === 'cough');
  const entities = opened.entities.map((entity) => (entity === first ? { ...entity, text: 'tickle' } : entity));
  expect(mentionOf(drawn(opened, 'cough'), entities)).toBe(second);
  expect(mentionOf(undefined, entities)).toBeUndefined();
});

test('the word that is heard is the last that has begun', () => {
  const { turns } = toChart(opened);
  const word = turns[1]?.words[2];
  if (!word) throw new Error('no word');
  expect(spokenAt(turns, word[2] + 1)).toEqual({ turn: 1, word });
  expect(spokenAt(turns, -1)).toBeUndefined();
});

describe('a selection', () => {
  test.each([
    ['of half a word is the word', 'a coug', 'a cough'],
    ['of a blank is nothing', ' ', undefined],
  ])('%s', (_, selected, was) => {
    const { turns } = toChart(opened);
    const texts = toTexts(turns);
    const start = texts[1]?.text.indexOf(selected) ?? -1;
    const picked = toPicked({ turn: 1, start, end: start + selected.length }, turns, texts);
    expect(picked?.was).toBe(was);
  });
});
