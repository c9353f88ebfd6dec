import { describe, expect, test } from 'vitest';
import {
  isBareYes,
  readVerdict,
  type Verdict,
  withoutFillers,
} from '../../../../../pipeline/clinical/assertion/rules/answers.ts';
import { cpuMs } from '../../../../cpuTime.ts';

test.each<[string, string]>([
  ['Um, well, no.', 'no.'],
  ['Mm-hmm.', 'Mm-hmm.'],
  ['She says that he has.', 'he has.'],
  ['Oh my goodness, yes.', 'yes.'],
  ['Umbrella.', 'Umbrella.'],
  ['', ''],
])('%s without what only wins time: %s', (said, rest) => expect(withoutFillers(said)).toBe(rest));

describe('an answer is', () => {
  test.each<[string, Verdict]>([
    ['No.', 'no'],
    ['No, nothing like that.', 'no'],
    ['Um, no, not really.', 'no'],
    ['Well, nope.', 'no'],
    ["I haven't.", 'no'],
    ['None at all.', 'no'],
    ['Uh-uh.', 'no'],
    ['Yeah, no.', 'no'],
    ["Not that I've noticed.", 'no'],
    ["I don't think so.", 'no'],
    ['Yes, sorry, no, not me.', 'no'],
    ['Yeah. Oh, in my urine? No, never.', 'no'],
    ['Yes.', 'yes'],
    ['Yeah, since Monday.', 'yes'],
    ['Oh, yes, a lot.', 'yes'],
    ['A little bit.', 'yes'],
    ['Mm-hmm.', 'yes'],
    ['Uh-huh, at night.', 'yes'],
    ['Only when I run.', 'yes'],
    ['Every now and then.', 'yes'],
    ['No, sorry, wait, yes, at night.', 'yes'],
    ["Noah's still got it.", 'yes'],
    ['Hang on, the door. Right. Yes, it does.', 'yes'],
    ['Not any more.', 'over'],
    ['I used to.', 'over'],
    ['Yes. When I was a child.', 'over'],
    ["Oh, it's gone.", 'over'],
    ["I'm not sure, maybe.", 'unsure'],
    ["No idea, I don't know.", 'unsure'],
    ['Maybe.', 'unsure'],
    ['Not today, but yesterday I did.', 'unsure'],
    ['Yes and no.', 'unsure'],
    ['My brother called yesterday.', 'unclear'],
    ['Noah says hello.', 'unclear'],
    ['Mm.', 'unclear'],
    ['Pretty good, thanks.', 'unclear'],
    ['', 'unclear'],
  ])('%s %s', (answer, verdict) => expect(readVerdict(answer)).toBe(verdict));

  test.each<[string, string, Verdict]>([
    ['Do you get a cough?', "I haven't slept in weeks.", 'unclear'],
    ['Have you fainted?', "I haven't fainted in weeks.", 'no'],
    ['Do you get a cough?', "I don't get any.", 'no'],
  ])('a no only with the verb of the question: %s %s %s', (question, answer, verdict) =>
    expect(readVerdict(answer, question)).toBe(verdict),
  );
});

test('a long answer is read in one go', () => {
  const reading = () => ['a ', 'um ', 'no wait ', 'yes. '].map((said) => readVerdict(said.repeat(4_000), 'Any cough?'));
  expect(cpuMs(reading, 1)).toBeLessThan(1_500);
});

test.each([
  ['Yes.', true],
  ['Um, yeah, exactly, doctor.', true],
  ["That's right.", true],
  ['Yes, at night.', false],
  ['I have.', false],
  ['No.', false],
])('%s is a bare yes: %s', (answer, expected) => expect(isBareYes(answer)).toBe(expected));
