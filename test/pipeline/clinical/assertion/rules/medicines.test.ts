import { describe, expect, test } from 'vitest';
import { isAllergy, isStopped, namesAllergy } from '../../../../../pipeline/clinical/assertion/rules/medicines.ts';
import type { Decision } from '../../../../../pipeline/clinical/assertion/rules/stated.ts';
import { statedIn } from '../../../marked.ts';

test.each<[string, Decision | undefined]>([
  ['P: I take [+ramipril] every morning.', undefined],
  ['P: I was on [+sertraline] but I came off it in March.', ['historical', 'no-longer-taken']],
  ['P: I was started on [+sertraline].', undefined],
  ['P: I stopped taking the [+ibuprofen].', ['historical', 'stopped']],
  ['P: I take [+ibuprofen]. The doctor stopped it.', ['historical', 'stopped']],
  ['P: The [+ibuprofen] was stopped.', ['historical', 'stopped']],
  ["P: I've been taking [+ibuprofen] for a week.", undefined],
  ['P: I took [+ibuprofen] today.', undefined],
  ['P: They gave me [+codeine] but I never took it.', ['absent', 'not-taken']],
  ['P: They switched me from [+codeine].', ['historical', 'swapped']],
  ["C: Let's stop the [+diclofenac].", ['historical', 'to-be-stopped']],
  ["C: Don't stop the [+diclofenac].", undefined],
  ['P: I stopped the [pain].', undefined],
])('%s %j', (line, decision) => expect(isStopped(statedIn(line))).toEqual(decision));

describe('an allergy', () => {
  test.each<[string, Decision | undefined]>([
    ["P: I'm allergic to [+penicillin].", ['possible', 'allergy']],
    ['P: I came out in hives after [+amoxicillin].', ['possible', 'allergy']],
    ['P: [+Penicillin] brings me out in a rash.', ['possible', 'allergy']],
    ["P: I'm not allergic to [+penicillin].", ['absent', 'allergy-denied']],
    ["P: I can't take [+ibuprofen].", ['absent', 'not-tolerated']],
    ['C: Fine. Any allergies? / P: Just [+penicillin].', ['possible', 'allergy']],
    ['C: Any allergies? / P: [+Penicillin].', ['possible', 'allergy']],
    ['C: Any allergies? / P: No. I take [+ramipril].', undefined],
    ['C: Any allergies? / P: No, none of these. [+Ramipril].', undefined],
    ['C: Any allergies? / P: Yes, penicillin. So they gave me [+erythromycin].', undefined],
    ['C: Any allergies? / P: Yes. / C: What do you take? / P: I take [+penicillin].', undefined],
    ['C: Are you on any tablets? / P: Just [+ibuprofen].', undefined],
    ['C: Any allergies? Good. / P: [+Penicillin].', undefined],
    ["P: I'm allergic to [cats].", undefined],
  ])('%s %j', (line, decision) => expect(isAllergy(statedIn(line))).toEqual(decision));

  test('two words of any length may come before it, a long story may not', () => {
    const [short, long] = ['Yes.', `Yes. ${'It is so. '.repeat(20)}`];
    expect(isAllergy(statedIn(`C: Any allergies? / P: ${short} [+Penicillin].`))).toEqual(['possible', 'allergy']);
    expect(isAllergy(statedIn(`C: Any allergies? / P: ${long}[+Penicillin].`))).toBeUndefined();
  });
});

test.each<[string, string, boolean]>([
  ["You're allergic to ", ', right?', true],
  ['Any allergies, ', '', true],
  ['You have a ', ' allergy', true],
  ["I'm allergic to cats and take ", '', false],
  ['I take ', '', false],
])('%s_%s names an allergy: %s', (before, after, expected) => expect(namesAllergy(before, after)).toBe(expected));
