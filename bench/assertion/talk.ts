import { type Sentence, sentenceAt } from '../../pipeline/transcript/sentences.ts';
import type { Transcript, Turn } from '../../pipeline/transcript/transcript.ts';
import { anyOf, listOf } from '../../pipeline/phrases.ts';
import { cuesIn } from './wordCues.ts';

/** What the clinician last asked about, or is doing. */
export type Topic = 'none' | 'allergies' | 'family' | 'medicines' | 'habits' | 'history' | 'examination' | 'plan';

/** Where in the talk a turn stands: its topic, and how much was planned and examined up to its end. */
export interface Standing {
  topic: Topic;
  planned: number;
  examined: number;
}

const asked: readonly [Topic, RegExp][] = [
  ['allergies', /allerg/i],
  ['family', anyOf`family|runs in|parents|relatives|hereditary`],
  [
    'medicines',
    anyOf`medications?|medicines?|tablets|pills|prescri\w+|taking anything|take anything|inhalers?|over the counter`,
  ],
  ['habits', anyOf`smok\w*|alcohol|drink\w*|drugs|work|job|live|home|exercise`],
  [
    'history',
    anyOf`medical (?:history|conditions?|problems?)|other (?:conditions|problems|illnesses)|past|operations?|surger\w+|hospital|diagnosed`,
  ],
];

const opens = listOf`
  any\b|do you|did you|have you|has (?:he|she|it)|are you|is (?:there|it)|are there|were you|what about|how about
  no (?:other|history)
`;
const lead = listOf`and|so|or|okay|ok|um|uh|right|but|now|then|well`;
const asksPlainly = new RegExp(`^(?:(?:${lead})[, ]+)*(?:${opens})`, 'i');
/** "I'll order that, okay?" asks for no answer. */
const tag =
  /(?:, |\. )(?:okay|ok|alright|all right|yeah|right|does that (?:sound|make)|is that (?:okay|fine)|sound good)[^?]*\?$/i;

/** How a sentence is said, and by whom. */
export type Manner =
  | 'asked'
  | 'tagged'
  | 'stated'
  | 'patientAsked'
  | 'patientStated'
  | 'otherStated'
  | 'unknownAsked'
  | 'unknownStated';

export function mannerOf({ role }: Turn, sentence: string): Manner {
  const isQuestion = sentence.endsWith('?') || (role === 'clinician' && asksPlainly.test(sentence));
  if (role === 'patient') return sentence.endsWith('?') ? 'patientAsked' : 'patientStated';
  if (role === 'other') return isQuestion ? 'unknownAsked' : 'otherStated';
  if (role === 'unknown') return isQuestion ? 'unknownAsked' : 'unknownStated';
  if (!isQuestion) return 'stated';
  return tag.test(sentence) ? 'tagged' : 'asked';
}

/** A talk as its cues are read: computed once for all mentions in it. */
export interface Talk {
  turns: readonly Turn[];
  standings: readonly Standing[];
}

export function readTalk({ turns }: Transcript): Talk {
  const standings: Standing[] = [];
  let standing: Standing = { topic: 'none', planned: 0, examined: 0 };
  for (const turn of turns) {
    if (turn.role === 'clinician' || turn.role === 'unknown') {
      for (const sentence of sentencesOf(turn)) standing = after(standing, sentence);
    }
    standings.push(standing);
  }
  return { turns, standings };
}

/** The sentences of a turn's text, in their order. */
export const sentencesOf = ({ text }: Pick<Turn, 'text'>): string[] => text.split(/(?<=[.?!…])\s+/);

const plans = ['start', 'order', 'stop', 'change', 'take'] as const;

function after({ topic, planned, examined }: Standing, sentence: string): Standing {
  const cues = cuesIn(sentence);
  const isQuestion = sentence.endsWith('?') || cues.includes('whether');
  const isPlan = !sentence.endsWith('?') && cues.includes('will') && plans.some((plan) => cues.includes(plan));
  const isExamination = cues.includes('exam') || cues.includes('result');
  const about = isQuestion ? asked.find(([, words]) => words.test(sentence))?.[0] : undefined;
  let next = about ?? topic;
  if (isPlan) next = 'plan';
  else if (isExamination && !isQuestion && topic !== 'plan') next = 'examination';
  return { topic: next, planned: planned + Number(isPlan), examined: examined + Number(isExamination) };
}

/** The sentence of a mention, what it says before and after the mention in its own clause, and the sentences beside it. */
export interface Place {
  sentence: Sentence;
  /** Of the whole sentence. */
  ahead: string;
  /** Of the mention's own clause. */
  before: string;
  after: string;
  previous: string;
  next: string;
  /** How many sentences of the turn come first. */
  index: number;
}

const border = new RegExp(
  String.raw`(?<=[.?!…])\s+|(?:, | )(?=(?:but|although|though|however|except|because|so that|and (?:i|i'm|i've|he|she|it|we|now|then|you|if|the|my))\b)|;\s|\s[–—-]\s`,
  'i',
);

export function placeOf(turn: Turn, { begin, end }: { begin: number; end: number }): Place {
  const sentence = sentenceAt(turn, begin);
  const points = Array.from(sentence.text);
  const ahead = points.slice(0, begin - sentence.begin).join('');
  const behind = points.slice(end - sentence.begin).join('');
  const all = sentencesOf(turn);
  const index = all.indexOf(sentence.text);
  return {
    sentence,
    ahead,
    before: ahead.split(border).at(-1) ?? '',
    after: behind.split(border)[0] ?? '',
    previous: index > 0 ? (all[index - 1] ?? '') : '',
    next: index >= 0 ? (all[index + 1] ?? '') : '',
    index: Math.max(0, index),
  };
}
