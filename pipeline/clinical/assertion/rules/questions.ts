import { namingWords } from './naming.ts';
import { type Sentence, sentenceAt } from '../../../transcript/sentences.ts';
import type { Turn } from '../../../transcript/transcript.ts';
import { listOf } from '../../../phrases.ts';

/** A question that names a finding. */
export interface Question {
  text: string;
  /** What stands before the finding, and after it. */
  ahead: string;
  behind: string;
  finding: string;
  isMedicine: boolean;
  /** Stems of the finding's words, and of the question's other words. */
  names: ReadonlySet<string>;
  others: ReadonlySet<string>;
  /** Nothing else is asked in the same breath. */
  isAlone: boolean;
}

const lead = listOf`
  and|so|or|okay|ok|um|uh|right|but|now|then|well|alright|all right|great|perfect|good|sure|i see|got it|fine
`;
const askings = listOf`
  any\b|do you|did you|have you|has (?:he|she|it|there|your|that)|had you|are you|is (?:there|it|that|he|she)
  are (?:there|they)|were you|was (?:there|it)|does|do they|what about|how about|can you|could you
  no (?:other|problems with|history of)|and any|anything like|ever (?:had|get)
`;

/** A question is not always heard as one: "Any fever." */
export const asks = new RegExp(`^(?:(?:${lead})[, ]+)*(?:${askings})`, 'i');

/** "How long have you had the cough?" takes the cough for granted; "How about a cough?" does not. */
const presupposes = new RegExp(
  `^(?:(?:${lead})[, ]+)*(?:how(?:'s| is| are)?\\b(?! about)|when|whereabouts|where|which|why)`,
  'i',
);

const confirmation = listOf`
  have i got (?:that|it|this) right|did i get (?:that|it) right|is that (?:right|correct|it)|that's right|correct
  am i right|does that sound (?:right|about right)|right|yes|yeah|isn't it|hasn't it
`;
const endsInConfirmation = new RegExp(String.raw`\b(?:${confirmation})\?$`, 'i');

/** "So this rash, how long has it been there?" */
const laterPresupposes =
  /\bhow (?:long|bad|often|much|is it|are they)\b|\bwhen (?:did|does|do)\b|\bwhere (?:is|does|exactly)\b/i;
const isPointedAt = /\b(?:this|that|these|those|the|your) (?:\w+ )?$/i;

/** "When you climb stairs, any chest pain?" */
const asksAnew =
  /(?:,| and) (?:is there |are there )?(?:any|do you|did you|is there|are there|have you|are you|does|did)\b[^,]*$/i;

/** Whether a question takes its finding for granted. */
export const isPresupposed = ({ text, ahead, behind }: Pick<Question, 'text' | 'ahead' | 'behind'>): boolean =>
  (presupposes.test(text) && !asksAnew.test(ahead)) || (isPointedAt.test(ahead) && laterPresupposes.test(behind));

/** "So you had a stroke in 2019, is that right?": a yes is to the statement. */
export const isReadBack = (question: string): boolean => endsInConfirmation.test(question);

/** "Any fever, cough or weight loss?": other things are asked in the same breath. */
const listedBefore = /\p{L}(?:,| or|, or| and)(?: (?:any|a|an|the|your))? $/u;
const listedAfter =
  /^(?:, | or | and )(?!(?:\w+n't|then|either|at all|though|you|do|how|is|are|have|has|when|what|was|were|did|if|that|right)\b)\p{L}/iu;

const orElse = /,? or (?!when|if|at|on|is it|just|only|more|no|not|so|any|something|what|the like|two|three)\w/i;

/** "Because you have been smoking, have you ever ...?" */
export const isReason = new RegExp(
  listOf`
    \b(?:because|since|given(?: that)?|seeing as|considering) (?:you|he|she)(?:'ve|'re|'s| have| are| is| has| had)\b[\w' ]*$
    \bsince (?:the|your|that|this) (?:\w+ )?$
  `,
  'i',
);

/** The question of somebody else than the patient in which the span stands, if it does. */
export function questionAround(turn: Turn | undefined, begin: number): Sentence | undefined {
  if (!turn || turn.role === 'patient') return undefined;
  const sentence = sentenceAt(turn, begin);
  if (sentence.text.endsWith('?') || asks.test(sentence.text)) return sentence;
  const next = sentence.end < turn.end ? sentenceAt(turn, sentence.end + 1) : undefined;
  return next && turn.role !== 'unknown' && asksOfThat.test(next.text) ? next : undefined;
}

/** "Some people have dark thoughts. Have you had anything like that?" */
const asksOfThat = /\b(?:(?:anything|something|thoughts) like (?:that|this)|any of (?:that|those|these))\b.*\?$/i;

/** A sentence as a question of a finding. `at` is where it stands in code points, -1 when it does not: "anything like that?" */
export function toQuestion(text: string, finding: string, at: number, isMedicine: boolean): Question {
  const points = Array.from(text);
  const ahead = at < 0 ? text : points.slice(0, at).join('');
  const behind = at < 0 ? '' : points.slice(at + Array.from(finding).length).join('');
  return {
    text,
    ahead,
    behind,
    finding,
    isMedicine,
    names: namingWords(finding),
    others: namingWords(`${ahead} ${behind}`),
    isAlone: !listedBefore.test(ahead) && !listedAfter.test(behind) && !orElse.test(`${ahead}${behind}`),
  };
}
