import { type Relative, relatives, type Stretch } from '../../entities.ts';
import { kin, near, partner } from './kin.ts';
import { saidUpTo, sentenceAt, wordsOf } from '../../../transcript/sentences.ts';
import type { Dialogue, Turn } from '../../../transcript/transcript.ts';

const named = relatives.filter((relative) => relative !== 'other');
const others = String.raw`parent|grandparent|sibling|relative|step\w+|${near}|${partner}|fianc[eé]e?|friend|colleague|neighbou?r`;
const words = [...named.map((relative) => kin[relative]), others].join('|');

/** "When I was a kid", "since I was a little boy", "as a child": the speaker, long ago. */
const wasOne = String.raw`(?<!\b(?:as|was|were|since) (?:an? )?(?:(?:little|small|young|wee) )?)`;

/**
 * A relative, and perhaps a relative of theirs: "my mum's sister". "On my dad's side" names nobody, and an in-law is
 * nobody of the patient's blood.
 */
const mention = new RegExp(
  String.raw`\b${wasOne}(${words})s?(-in-law| in law)?\b(?!['’]s? side\b)(?:['’]s (?:\w+ )?(${words})s?\b)?`,
  'gi',
);

const exact = named.map((relative): [Relative, RegExp] => [relative, new RegExp(`^(?:${kin[relative]})$`, 'i')]);

function toName(word: string): Relative {
  return exact.find(([, pattern]) => pattern.test(word))?.[0] ?? 'other';
}

/** What the brother of a mother is to her child. */
const ofParent: Readonly<Partial<Record<Relative, Relative>>> = {
  mother: 'grandmother',
  father: 'grandfather',
  brother: 'uncle',
  sister: 'aunt',
};

function toRelativeOf([, word = '', inLaw, theirs]: RegExpMatchArray): Relative {
  const relative = inLaw === undefined ? toName(word) : 'other';
  if (theirs === undefined) return relative;
  const isParent = relative === 'mother' || relative === 'father';
  return (isParent ? ofParent[toName(theirs)] : undefined) ?? 'other';
}

/** Every relative that a text names, in its order. */
export function relativesIn(text: string): Relative[] {
  return [...text.matchAll(mention)].map(toRelativeOf);
}

/** A topic carries over so many turns. */
const farTurns = 4;

/**
 * Says whose a finding of the family is: by its own sentence (before it, else after it), how the answer goes on ("Yes. My
 * dad had one."), what the same speaker said before, and then the turns before, nearest first. The words that decided name
 * the relative before all of these. Null when nobody is named: "it runs in the family".
 */
export function toRelative(
  transcript: Dialogue,
  turn: Turn,
  { begin, end }: { begin: number; end: number },
  decidedBy: Stretch | null = null,
): Relative | null {
  const sentence = sentenceAt(turn, begin);
  const points = Array.from(sentence.text);
  const after = points.slice(end - sentence.begin).join('');
  const answering = decidedBy && transcript.turns[decidedBy.turn];
  const answer = decidedBy && answering ? wordsOf(answering, decidedBy) : '';
  const isReply = decidedBy && answering && answering !== turn;
  const goingOn = isReply ? wordsOf(answering, { begin: decidedBy.end, end: answering.end }) : '';
  const candidates = [
    relativesIn(answer)[0],
    relativesIn(points.slice(0, begin - sentence.begin).join('')).at(-1),
    relativesIn(after)[0],
    relativesIn(goingOn)[0],
    relativesIn(saidUpTo(transcript, turn, begin)).at(-1),
    ...transcript.turns
      .slice(Math.max(0, turn.index - farTurns), turn.index)
      .toReversed()
      .map(({ text }) => relativesIn(text).at(-1)),
  ];
  return candidates.find((relative) => relative !== undefined) ?? null;
}
