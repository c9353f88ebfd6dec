import { expect, test } from 'vitest';
import {
  isConsidered,
  isFeared,
  isHoped,
  isOfTest,
} from '../../../../../pipeline/clinical/assertion/rules/considered.ts';
import type { Decision } from '../../../../../pipeline/clinical/assertion/rules/stated.ts';
import { statedIn } from '../../../marked.ts';

test.each<[string, Decision | undefined]>([
  ['C: This is probably [asthma].', ['possible', 'considered']],
  ['C: A [stroke] is when a clot blocks an artery.', ['possible', 'considered']],
  ['C: We need to rule out a [blood clot].', ['possible', 'to-watch-for']],
  ['C: If you get [chest pain], call an ambulance.', ['possible', 'conditional']],
  ['C: Come back if you develop a [fever].', ['possible', 'conditional']],
  ['C: These tablets can cause [nausea].', ['possible', 'to-watch-for']],
  ['C: You mentioned [cancer].', ['possible', 'repeated']],
  ["C: So you've had a [cough] for two weeks.", undefined],
  ['P: If I walk fast I get [chest pain].', undefined],
  ['C: It could be the [+ramipril].', undefined],
])('a clinician considers: %s %j', (line, decision) => expect(isConsidered(statedIn(line))).toEqual(decision));

test.each<[string, Decision]>([
  ['HYPOTHETICAL', ['possible', 'hypothetical-trait']],
  ['LOW_CONFIDENCE', ['possible', 'low-confidence-trait']],
])('the service says %s, whoever speaks', (trait, decision) => {
  expect(isConsidered(statedIn('P: A [fever].', [trait]))).toEqual(decision);
});

test.each<[string, Decision | undefined]>([
  ["P: I'm worried it's [cancer].", ['possible', 'feared']],
  ['P: I was afraid it might be / C: Mm. / P: [cancer].', ['possible', 'feared']],
  ["P: I'm scared it is, I have [chest pain].", undefined],
  ['P: It might be the [+aspirin].', undefined],
  ["C: I'm worried it's [cancer].", undefined],
  // a question of the patient is what the clinician says to it
  ['P: Could it be [cancer]? / C: We will see.', ['possible', 'asked-by-patient']],
  ["P: Is it [pneumonia]? / C: No, it isn't.", ['absent', 'clinician-says-no']],
  ['P: Is it [pneumonia]? / C: Yes.', ['present', 'clinician-says-yes']],
  ['P: Is it [pneumonia]? / C: Yes, it could be.', ['possible', 'asked-by-patient']],
  ['P: Could it be [pneumonia]? / C: Yes.', ['possible', 'asked-by-patient']],
  ['P: Can I have an [#x-ray]? / C: Of course.', ['planned', 'agreed']],
  ['P: Is it [pneumonia]?', ['possible', 'asked-by-patient']],
])('a patient fears or asks: %s %j', (line, decision) => expect(isFeared(statedIn(line))).toEqual(decision));

test.each<[string, Decision | undefined]>([
  ["P: I hope it's not [cancer].", ['possible', 'hoped-for']],
  ["C: We need to be sure it isn't a [clot].", ['possible', 'hoped-for']],
  ['P: I hope to walk without [pain].', undefined],
  ["P: I hope it's not the [+aspirin].", undefined],
])('hoped: %s %j', (line, decision) => expect(isHoped(statedIn(line))).toEqual(decision));

test.each<[string, Decision | undefined]>([
  ['C: Your [pregnancy] test was negative.', ['absent', 'negative-test']],
  ['C: Have a [pregnancy] test.', ['possible', 'name-of-test']],
  ['C: Your [pregnancy] goes well.', undefined],
])('named after: %s %j', (line, decision) => expect(isOfTest(statedIn(line))).toEqual(decision));
