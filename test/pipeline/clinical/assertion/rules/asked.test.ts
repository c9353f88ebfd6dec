import { expect, test } from 'vitest';
import { readAsked } from '../../../../../pipeline/clinical/assertion/rules/asked.ts';
import type { Outcome } from '../../../../../pipeline/clinical/assertion/rules/exchange.ts';
import { questionAround } from '../../../../../pipeline/clinical/assertion/rules/questions.ts';
import { marked } from '../../../marked.ts';

function asked(dialogue: string) {
  const { transcript, found } = marked(dialogue);
  const [mention] = found;
  const turn = transcript.turns[mention?.turn ?? -1];
  const question = questionAround(turn, mention?.begin ?? 0);
  if (!turn || !mention || !question) throw new Error('nothing is asked');
  return readAsked(transcript, turn, question, { ...mention, words: mention.text });
}

test.each<[string, Outcome, string | undefined]>([
  ['C: Any [chest pain]? / P: No.', 'no', 'No.'],
  ['C: Any [chest pain]? / P: Hm. / C: At all? / P: Yes.', 'yes', 'Yes.'],
  ['C: Any [chest pain]? / P: My brother called. / C: Oh.', 'unclear', 'My brother called.'],
  ['C: Any [chest pain]?', 'unclear', undefined],
  ['C: How long have you had the [cough]? / P: A week.', 'presupposed', 'A week.'],
  ['C: How long have you had the [cough]? / P: Monday.', 'presupposed', 'Monday.'],
  ['C: How long have you had the [cough]?', 'presupposed', undefined],
  ['C: Because you have had the [cough], do you smoke? / P: No.', 'presupposed', undefined],
])('%s: %s, by %s', (dialogue, verdict, answer) => {
  const { verdict: said, answer: by } = asked(dialogue);
  expect([said, by?.text]).toEqual([verdict, answer]);
});
