import { describe, expect, test } from 'vitest';
import {
  asks,
  isPresupposed,
  isReadBack,
  isReason,
  questionAround,
  toQuestion,
} from '../../../../../pipeline/clinical/assertion/rules/questions.ts';
import { marked } from '../../../marked.ts';

const questionIn = (line: string) => {
  const { transcript, found } = marked(line);
  return questionAround(transcript.turns[found[0]?.turn ?? -1], found[0]?.begin ?? 0)?.text;
};

describe('the question around a finding', () => {
  test.each<[string, string | undefined]>([
    ['C: Hello. Any [fever]? Good.', 'Any fever?'],
    ['C: Okay, and do you have any [fever].', 'Okay, and do you have any fever.'],
    ['U: You have a [fever]?', 'You have a fever?'],
    ['C: Some people have [bad thoughts]. Have you had anything like that?', 'Have you had anything like that?'],
    ['C: Some people have [bad thoughts]. Have you had dinner?', undefined],
    ['C: I hear a [murmur].', undefined],
    ['P: Is it [fever]?', undefined],
  ])('%s: %s', (line, question) => expect(questionIn(line)).toBe(question));

  test('is none where nobody speaks', () => expect(questionAround(undefined, 0)).toBeUndefined());
});

test.each([
  ['Any fever.', true],
  ['So, um, have you had a fever', true],
  ['Anyway, a fever.', false],
  ['You have a fever.', false],
])('%s asks without a mark: %s', (text, expected) => expect(asks.test(text)).toBe(expected));

/** The question with its finding in brackets. */
function question(text: string) {
  const finding = /\[(.*?)\]/.exec(text)?.[1] ?? '';
  return toQuestion(text.replaceAll(/[[\]]/g, ''), finding, Array.from(text.split('[')[0] ?? '').length, false);
}

test.each<[string, boolean]>([
  ['How long have you had the [cough]?', true],
  ['And when did the [pain] start?', true],
  ['How about a [cough]?', false],
  ['So this [rash], how long has it been there?', true],
  ['A [rash], how long has it been there?', false],
  ['When you climb stairs, any [chest pain]?', false],
  ['Any [fever]?', false],
])('%s takes it for granted: %s', (text, expected) => expect(isPresupposed(question(text))).toBe(expected));

test.each<[string, boolean]>([
  ['So you had a stroke, is that right?', true],
  ['So no wheeze, correct?', true],
  ['Is that the right knee?', false],
  ['So you had a stroke, did it hurt?', false],
])('%s reads back: %s', (text, expected) => expect(isReadBack(text)).toBe(expected));

test.each<[string, boolean]>([
  ['Because you have been ', true],
  ['Given that you had ', true],
  ['Since the ', true],
  ['Do you have ', false],
])('%s gives the reason of what is asked: %s', (ahead, expected) => expect(isReason.test(ahead)).toBe(expected));

describe('a question', () => {
  test.each<[string, boolean]>([
    ['Any [fever]?', true],
    ['Any [fever], cough or rash?', false],
    ['Any cough or [rash]?', false],
    ['Any [fever] at night or when you rest?', true],
    ["You have a [fever], haven't you?", true],
  ])('%s is of one thing alone: %s', (text, expected) => expect(question(text).isAlone).toBe(expected));

  test('is cut around its finding in code points', () => {
    expect(toQuestion('🩺 Any fever 🤒?', 'fever', 6, true)).toMatchObject({
      ahead: '🩺 Any ',
      behind: ' 🤒?',
      names: new Set(['fever']),
      others: new Set(),
      isMedicine: true,
    });
  });

  test('that does not hold its finding is all before it', () => {
    expect(toQuestion('Anything like that?', 'fever', -1, false)).toMatchObject({
      ahead: 'Anything like that?',
      behind: '',
    });
  });
});
