import { describe, expect, test } from 'vitest';
import { type Outcome, readExchange } from '../../../../../pipeline/clinical/assertion/rules/exchange.ts';
import { toQuestion } from '../../../../../pipeline/clinical/assertion/rules/questions.ts';

/** What the answer makes of the finding that stands in brackets in the question. */
function outcomeOf(asked: string, said: string, { rival = false, isMedicine = false } = {}) {
  const finding = /\[(.*?)\]/.exec(asked)?.[1] ?? '';
  const at = Array.from(asked.split('[')[0] ?? '').length;
  return readExchange(toQuestion(asked.replaceAll(/[[\]]/g, ''), finding, at, isMedicine), said, rival);
}

test.each<[string, string, Outcome | undefined]>([
  // lists, and what an answer picks
  ['Any [fever], cough or weight loss?', 'Just the cough.', 'left-out'],
  ['Any fever, [cough] or weight loss?', 'Just the cough.', 'yes'],
  ['Any fever, [cough] or weight loss?', 'No.', 'no'],
  ['Any fever or [cough]?', 'Yes.', 'one-of-several'],
  ['Any fever or [cough]?', 'Both, actually.', 'yes'],
  ['Any fever or [cough]?', 'Neither.', 'no'],
  ['Any [fever] or cough?', 'No fever, but I do cough.', 'no'],
  ['Any [fever] or cough?', 'No, just a bit of a fever.', 'yes'],
  // a relative answers for itself
  ['Does anyone in the family have [diabetes]?', 'My dad.', 'yes'],
  ['Any [epilepsy]?', "My cousin's got it.", 'of-a-relative'],
  // what is taken for granted
  ['How often do you get [chest pain]?', 'Never.', 'no'],
  ['How long have you had the [cough]?', 'No idea.', 'presupposed'],
  ['Is the [pain] worse at night?', 'No.', 'yes'],
  ['Are you still in [pain]?', 'No.', 'over'],
  // ends
  ['Has the [rash] gone?', 'Yes.', 'over'],
  ['Has the [rash] gone?', 'No.', 'yes'],
  ['Has the [rash] gone?', 'Nearly.', 'yes'],
  ['Any change in the [rash]?', 'No.', 'yes'],
  // half a no
  ['Do you get [pain] at rest?', 'No, only when I walk.', 'yes'],
  ['Any [allergies]?', 'No, just latex.', 'yes'],
  // a yes to a no
  ["You don't get any [dizziness]?", 'Yes.', 'unclear'],
  ["You've no [wheeze]?", 'I have, every night.', 'yes'],
  // none
  ['Any [fever]?', 'My brother called.', undefined],
  ['Any [fever]?', '', undefined],
])('%s %s %s', (asked, said, outcome) => expect(outcomeOf(asked, said)).toBe(outcome));

describe('a yes', () => {
  test.each<[string, Outcome]>([
    ['Yes.', 'one-of-several'],
    ['Yes, a fever.', 'yes'],
    ['No.', 'no'],
  ])('may mean another question that stands between, a no and a name do not: %s', (said, outcome) => {
    expect(outcomeOf('Any [fever]?', said, { rival: true })).toBe(outcome);
  });

  test('is needless of a medicine whose doses were asked about', () => {
    const miss = 'Do you ever miss the [ramipril]?';
    expect([true, false].map((isMedicine) => outcomeOf(miss, 'No.', { isMedicine }))).toEqual(['yes', 'yes']);
    expect(outcomeOf('Do you ever miss [ramipril]?', 'No.', { isMedicine: true })).toBe('yes');
    expect(outcomeOf('Do you ever miss [ramipril]?', 'No.', { isMedicine: false })).toBe('no');
  });
});
