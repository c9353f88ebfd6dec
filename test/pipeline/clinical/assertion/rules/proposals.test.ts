import { expect, test } from 'vitest';
import { isOffer, isPlanned, readReply } from '../../../../../pipeline/clinical/assertion/rules/proposals.ts';
import type { Decision } from '../../../../../pipeline/clinical/assertion/rules/stated.ts';
import { statedIn } from '../../../marked.ts';

const proposed: Decision = ['planned', 'proposed'];

test.each<[string, Decision | undefined]>([
  ["C: I'm going to prescribe [+amoxicillin].", proposed],
  ["C: I'll start you on [+amoxicillin].", proposed],
  ['C: Think about [+paracetamol], or even ibuprofen.', proposed],
  ['C: So, take two of the [+paracetamol].', proposed],
  ["C: Let's get an [#x-ray] done.", proposed],
  ["C: I'll start you on [+amoxicillin]. / P: I'd rather not.", ['absent', 'declined']],
  ["C: I wouldn't give you [+antibiotics] for this.", ['absent', 'advised-against']],
  ["C: I'll note the [asthma].", undefined],
  ['C: You take [+ramipril].', undefined],
  ["C: You take [+ramipril]. I'll call you.", undefined],
  ['C: You should carry on with the [+ramipril].', undefined],
  ['C: Your [#chest x-ray] was clear.', undefined],
  ["C: I'll look: the [#blood test] you had was normal.", undefined],
  ["P: I'll take [+ibuprofen].", undefined],
  ['P: They want me to start [+metformin].', ['planned', 'arranged']],
  ["P: I've got an [#MRI] next week.", ['planned', 'arranged']],
  ['P: I had an [#MRI] on Monday.', undefined],
])('%s %j', (line, decision) => expect(isPlanned(statedIn(line))).toEqual(decision));

test('the service may say so, of a condition too', () => {
  expect(isPlanned(statedIn('P: A [fever].', ['FUTURE']))).toEqual(['planned', 'future-trait']);
});

test.each([
  ['Would you like to try some omeprazole?', true],
  ['Shall we do an x-ray?', true],
  ['So we could do an x-ray?', true],
  ['Do you take omeprazole?', false],
  ['Have you had an x-ray?', false],
])('%s offers: %s', (question, expected) => expect(isOffer(question)).toBe(expected));

test.each([
  ['Okay, why not.', 'accepted'],
  ['Oh, that would be great.', 'accepted'],
  ["Um, I'd rather not.", 'declined'],
  ['No thanks.', 'declined'],
  ["Well, I don't want that.", 'declined'],
  ['My knee hurts.', 'unclear'],
  ['', 'unclear'],
])('%s is %s', (answer, reply) => expect(readReply(answer)).toBe(reply));
