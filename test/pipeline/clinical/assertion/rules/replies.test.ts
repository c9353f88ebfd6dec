import { expect, test } from 'vitest';
import { questionAround } from '../../../../../pipeline/clinical/assertion/rules/questions.ts';
import { repliesTo } from '../../../../../pipeline/clinical/assertion/rules/replies.ts';
import type { Line } from '../../../jobResults.ts';
import { marked } from '../../../marked.ts';
import { spanOf, transcriptOf } from '../../../transcriptOf.ts';

/** What may answer the question of the first mention; a `*` stands before one that may answer another question. */
function repliesIn(dialogue: string): string[] {
  const { transcript, found } = marked(dialogue);
  const turn = transcript.turns[found[0]?.turn ?? -1];
  const question = questionAround(turn, found[0]?.begin ?? 0);
  if (!turn || !question) throw new Error('nothing is asked');
  return [...repliesTo(transcript, turn, question)].map(({ text, rival }) => `${rival ? '*' : ''}${text}`);
}

test.each<[string, string[]]>([
  ['C: Any [fever]?', []],
  ['C: Any [fever]? / P: No.', ['No.']],
  ['C: Any [fever]? / P: Mm. / C: Anything like that? / P: No, none.', ['Mm.', 'No, none.']],
  ['C: Any [fever]? / P: Mm. / C: Do you smoke? / P: No.', ['Mm.']],
  ['C: Any [fever]? I ask everybody that. / P: No.', []],
  ["C: You've no [fever], have you? I can see it. / P: No.", ['No.']],
  ['C: Do you smoke at all? Any [fever]? / P: No.', ['*No.']],
  ['C: Any [fever]? Any cough? / P: No.', ['*No.']],
  ['C: Any [fever]? Any at all? / P: No.', ['No.']],
  ['C: Any [fever]? No? Okay, good. / P: So.', ['No']],
  [
    'C: Any [fever]? / P: Hang on, the door is open now. / C: Sure. / P: No.',
    ['Hang on, the door is open now.', 'No.'],
  ],
  ['C: Any [fever]? / P: What was that? / C: Have you been hot? / P: No.', ['What was that?', 'No.']],
  ['C: Any [fever]? / P: I was at home all day. / P: No.', ['I was at home all day. No.']],
  ['C: Any [fever]? / P: I was at home all day. / C: Right. / P: No.', ['I was at home all day.']],
])('%s: %j', (dialogue, replies) => expect(repliesIn(dialogue)).toEqual(replies));

test('where nobody is told apart, the rest of the text answers', () => {
  const lines: Line[] = [
    [0, 'Any fever?'],
    [1, 'No. I feel well.'],
  ];
  const transcript = transcriptOf(lines, { layout: 'plain' });
  const [turn] = transcript.turns;
  const question = questionAround(turn, spanOf(transcript, 'fever').begin);
  if (!turn || !question) throw new Error('nothing is asked');
  expect([...repliesTo(transcript, turn, question)]).toEqual([{ text: 'No. I feel well.', by: turn, rival: false }]);
});
