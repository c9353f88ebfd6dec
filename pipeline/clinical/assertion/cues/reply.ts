import { anyOf, listOf } from '../../../phrases.ts';
import type { Turn } from '../../../transcript/transcript.ts';
import { isQuestion } from '../acts.ts';
import type { Mention } from '../mention.ts';
import type { Talk } from '../talk.ts';
import { kindsIn } from '../wordKinds.ts';
import { isWord, tokensOf } from './tokens.ts';

const fillers = listOf`um+|uh+|er+m?|oh|ah|well|so|and|ok(?:ay)?|right|hmm|mm|i mean|like|actually|honestly|sorry|doctor`;
const saysYes = new RegExp(
  `^(?:(?:${fillers})[,. ]+)*(?:${listOf`
    yes|yeah|yep|yup|aye|sure|definitely|absolutely|correct|exactly|mm-hmm|mhm|uh-huh|i do\b|i did\b|i have\b|i am\b|i was\b
    it is\b|it does\b|it has\b|there is\b|of course|a bit|a little|sometimes|occasionally|still|both|that's right
  `})\\b`,
  'i',
);
const saysNo = new RegExp(
  `^(?:(?:${fillers})[,. ]+)*(?:${listOf`
    no\b|nope|nah|never|none|nothing|not\b|neither|i don't|i haven't|i didn't|i'm not|i've never|i've not|it doesn't|it isn't
    it's not|there isn't|there's no|don't think so|uh-uh
  `})\\b`,
  'i',
);
const denies = anyOf`no|not`;
const butNo = anyOf`but|just|only|except|sometimes`;

/** How an answer begins. */
export function openingOf(answer: string): 'yes' | 'yes but' | 'no' | 'no but' | 'short' | 'other' {
  if (saysYes.test(answer)) return denies.test(answer) ? 'yes but' : 'yes';
  if (saysNo.test(answer)) return butNo.test(answer) ? 'no but' : 'no';
  return answer.split(' ', 4).length < 4 ? 'short' : 'other';
}

/** How others take up what was said or asked: the answer may be spread over turns. */
export function replyCues(mention: Mention, mentions: readonly Mention[], { turns }: Talk): string[] {
  const { turn, manner } = mention;
  const replies = repliesTo(turn, turns);
  const [first = '', second = ''] = replies.map(({ text }) => text.slice(0, farPoints));
  if (!isQuestion(manner)) return [`${manner} answered ${openingOf(first)}`];
  const reply = replies
    .map(({ text }) => text.slice(0, farPoints))
    .join(' ')
    .slice(0, farPoints);
  return [
    ...openingCues(manner, first, second),
    ...ofQuestion(mention, mentions),
    ...ofReply(mention, mentions, reply),
  ];
}

const farTurns = 6;
const farPoints = 400;
const mostReplies = 3;
/** Who asked goes on asking about something else when more than this is said after an answer. */
const nextQuestion = 25;

/** What others say until the one who asked goes on to something else; a "Mm." between is no end. */
function repliesTo(turn: Turn, turns: readonly Turn[]): Turn[] {
  const replies: Turn[] = [];
  for (const next of turns.slice(turn.index + 1, turn.index + 1 + farTurns)) {
    if (next.speaker !== turn.speaker) replies.push(next);
    else if (replies.length > 0 && next.text.length > nextQuestion) break;
    if (replies.length === mostReplies) break;
  }
  return replies;
}

function openingCues(manner: string, first: string, second: string): string[] {
  const then = saysYes.test(second) ? 'yes' : saysNo.test(second) ? 'no' : 'other';
  const words = tokensOf(first).slice(0, 8);
  return [
    `${manner} answered ${openingOf(first)}`,
    `${manner} then answered ${then}`,
    ...kindsIn(first).map((kind) => `${manner} answered with ${kind}`),
    ...words.filter(isWord).map((word) => `reply ${word}`),
    ...words.slice(1).map((word, before) => `reply ${words[before]} ${word}`),
    `reply starts ${words.slice(0, 2).join(' ')}`,
    `reply starts ${words.slice(0, 3).join(' ')}`,
    `reply of ${Math.min(4, words.length >> 1)}`,
  ];
}

const opensOpenly = /^(?:(?:and|so|okay|right|but)[, ]+)*(?:how|when|where|what|which|why)\b/i;
const isDefinite = /\b(?:the|your|that|this|these|those|still)\s*(?:\w+\s)?$/i;

/** What is asked, of how many things, and what is asked beside it. */
function ofQuestion({ place, manner, turn }: Mention, asked: readonly Mention[]): string[] {
  const items = asked.length;
  const last = asked.at(-1)?.place === place;
  const words = tokensOf(place.sentence.text).filter(isWord);
  return [
    `${manner} with ${Math.min(3, (place.sentence.text.match(/\bor\b|,/g) ?? []).length)} others`,
    `items ${Math.min(4, items)}`,
    last ? 'item last' : asked[0]?.place === place ? 'item first' : 'item between',
    `ask ${words.slice(0, 2).join(' ')}`,
    `ask ${words.slice(0, 3).join(' ')}`,
    ...(place.next.endsWith('?') && turn.end > place.sentence.end ? [`${manner} before another question`] : []),
    ...(place.previous.endsWith('?') ? [`${manner} after another question`] : []),
    ...(opensOpenly.test(place.sentence.text) ? [`${manner} openly`] : []),
    ...(isDefinite.test(place.ahead) ? [`${manner} as known`] : []),
  ];
}

const clauseBorder = /(?<=[.,;!?])\s+|\s+(?=but\b)/i;

/** Which clause of the reply takes the item up, and what it says there; or that it takes up another one. */
function ofReply(mention: Mention, asked: readonly Mention[], reply: string): string[] {
  const clauses = reply.split(clauseBorder).filter((clause) => clause.trim() !== '');
  const [first = ''] = clauses;
  const own = itemStems(mention);
  const takesUp = (clause: string, stems: ReadonlySet<string>) =>
    tokensOf(clause).some((word) => stems.has(stemOf(word)));
  const at = clauses.findIndex((clause) => takesUp(clause, own));
  const opening = `ask ${tokensOf(mention.place.sentence.text).filter(isWord).slice(0, 2).join(' ')}`;
  const echo = clauses[at];
  if (echo !== undefined) {
    const [before = '', next = ''] = [clauses[at - 1], clauses[at + 1]];
    return [...echoCues(echo, own), ...besideEcho(before, echo, next, first), `${opening} ${toneOf(echo)}`];
  }
  const others = new Set(asked.filter((other) => other !== mention).flatMap((other) => [...itemStems(other)]));
  const other = clauses.find((clause) => takesUp(clause, others));
  return [
    ...(other === undefined
      ? [`no echo`, `no echo ${toneOf(first)}`, `no echo ${toneOf(first)} ${toneOf(clauses[1] ?? '')}`]
      : ['other echoed', `other echoed ${toneOf(other)}`, `other echoed, first ${toneOf(first)}`]),
    `${opening} ${toneOf(first)}`,
  ];
}

/** The words of the clause that takes the item up, by their place before or after it. */
function echoCues(echo: string, own: ReadonlySet<string>): string[] {
  const words = tokensOf(echo);
  const item = words.findIndex((word) => own.has(stemOf(word)));
  const shown = words.map((word, at) => (at === item ? '_' : word));
  return [
    `echo ${toneOf(echo)}`,
    ...shown.map((word, at) => `echo ${at < item ? 'before' : 'after'} ${word}`),
    ...shown.slice(1).map((word, before) => `echo ${shown[before]} ${word}`),
    `echo ends ${echo.trim().slice(-1)}`,
  ];
}

function besideEcho(before: string, echo: string, next: string, first: string): string[] {
  return [
    `echo then ${toneOf(next)}`,
    `echo after ${toneOf(before)}`,
    `echo ${toneOf(first)}, ${toneOf(echo)}`,
    ...tokensOf(next)
      .slice(0, 3)
      .map((word) => `echo next ${word}`),
  ];
}

const no = anyOf`no|not|never|none|nothing|neither|nor|without|\w+n't|nope|nah|nil|fine|normal|clear|okay`;
const yes = anyOf`yes|yeah|yep|aye|bit|little|some|lot|always|sometimes|often|bad|still|every|since|both`;
const over = anyOf`was|had|used to|gone|better|before|last|stopped|ago|finished`;

/** Whether a clause denies, affirms, tells of the past: each that it does. */
function toneOf(clause: string): string {
  return `${no.test(clause) ? 'no' : ''}${yes.test(clause) ? 'yes' : ''}${over.test(clause) ? 'over' : ''}` || 'plain';
}

const common = new Set(
  `have your this that with what when been about there their they them from does any anything some like just very much
  more less feel feeling felt getting having history other problem problems pain side take taking`.split(/\s+/),
);
const stemOf = (word: string) => word.replace(/(?:ing|iness|ness|es|s|ed|ly|y|ful)$/, '').slice(0, 6);

/** What an item may be echoed by: the words of its part of the question that mean something. */
function itemStems({ place, entity }: Mention): Set<string> {
  const left = Math.max(place.ahead.lastIndexOf(','), place.ahead.lastIndexOf(' or '));
  const part = place.ahead.slice(left + 1) + entity.text + (place.after.split(/,|\bor\b|\?/)[0] ?? '');
  return new Set(tokensOf(part).flatMap((word) => (word.length > 3 && !common.has(word) ? stemOf(word) : [])));
}
