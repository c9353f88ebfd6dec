import type { Turn } from '../../pipeline/transcript/transcript.ts';
import type { Entity } from '../../pipeline/clinical/entities.ts';
import { anyOf, listOf } from '../../pipeline/phrases.ts';
import type { Decision } from '../../pipeline/clinical/assertion/stated.ts';
import { mannerOf, type Manner, type Place, placeOf, sentencesOf, type Talk } from './talk.ts';
import { cuesIn } from './wordCues.ts';

/** A mention of a finding, as its cues are read. */
export interface Mention {
  entity: Pick<Entity, 'begin' | 'end' | 'text' | 'category' | 'type' | 'turn' | 'speaker' | 'role'>;
  traits: readonly { name: string; score: number }[];
  /** What the named rules make of it alone. */
  rule: Decision;
  turn: Turn;
  place: Place;
  manner: Manner;
}

export function toMention(
  turns: readonly Turn[],
  entity: Mention['entity'],
  traits: Mention['traits'],
  rule: Decision,
): Mention | undefined {
  const turn = turns[entity.turn];
  if (!turn) return undefined;
  const place = placeOf(turn, entity);
  return { entity, traits, rule, turn, place, manner: mannerOf(turn, place.sentence.text) };
}

const isQuestion = (manner: Manner) => manner === 'asked' || manner === 'tagged' || manner === 'unknownAsked';
/** Who speaks, in a letter, and whether it is asked: the same words mean something else in another mouth. */
const voiceOf = ({ turn, manner }: Mention) => `${turn.role.charAt(0)}${isQuestion(manner) ? '?' : ''}`;

type Reader = (mention: Mention, talk: Talk) => string[];

/** The words of its own clause before and after it, of its sentence, and of the sentences beside it. */
const ofWords: Reader = (mention) => {
  const { before, after, sentence, previous, next } = mention.place;
  const voice = voiceOf(mention);
  const who = mention.turn.role.charAt(0);
  const heard = (where: string, text: string, by = voice) => cuesIn(text).map((cue) => `${by} ${where} ${cue}`);
  return [
    ...heard('before', before),
    ...heard('after', after),
    ...heard('sentence', sentence.text),
    ...heard('previous', previous, who),
    ...heard('next', next, who),
  ];
};

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}']+/gu) ?? [];

/** The very words that stand next to it. */
const ofNeighbours: Reader = (mention, { turns }) => {
  const { place, turn } = mention;
  const [before, after] = [wordsOf(place.before), wordsOf(place.after)];
  const answer = turns[turn.index + 1];
  const said = answer && answer.speaker !== turn.speaker ? wordsOf(answer.text).slice(0, 3) : [];
  return [
    ...before.slice(-4).map((word) => `word before ${word}`),
    ...after.slice(0, 4).map((word) => `word after ${word}`),
    ...(before.length > 1 ? [`words before ${before.slice(-2).join(' ')}`] : [`first in its clause`]),
    `words after ${after.slice(0, 2).join(' ')}`,
    ...wordsOf(place.ahead)
      .slice(-1)
      .map((word) => `next to ${word}`),
    ...said.map((word) => `${voiceOf(mention)} answer ${word}`),
  ];
};

const ofTraits: Reader = ({ traits }) => [
  ...traits.map(({ name }) => `trait ${name}`),
  ...traits
    .filter(({ name }) => name === 'NEGATION')
    .map(({ score }) => `NEGATION ${score < 0.6 ? 'weak' : score < 0.85 ? 'fair' : 'sure'}`),
  ...(traits.length === 0 ? ['no trait'] : []),
];

const ofRule: Reader = ({ rule: [status, reason], manner }) => [
  `rule ${reason}`,
  `ruled ${status}`,
  `${manner} ruled ${status}`,
];

const fillers = listOf`um+|uh+|er+m?|oh|ah|well|so|and|ok(?:ay)?|right|hmm|mm|i mean|like|actually|honestly|sorry|doctor`;
const saysYes = new RegExp(
  `^(?:(?:${fillers})[,. ]+)*(?:${listOf`
    yes|yeah|yep|yup|aye|sure|definitely|absolutely|correct|exactly|mm-hmm|mhm|uh-huh|i do\b|i did\b|i have\b|i am\b|i was\b
    it is\b|it does\b|it has\b|there is\b|of course|a bit|a little|sometimes|occasionally|still|both|that's right
  `})`,
  'i',
);
const saysNo = new RegExp(
  `^(?:(?:${fillers})[,. ]+)*(?:${listOf`
    no\b|nope|nah|never|none|nothing|not\b|neither|i don't|i haven't|i didn't|i'm not|i've never|i've not|it doesn't|it isn't
    it's not|there isn't|there's no|don't think so|uh-uh
  `})`,
  'i',
);
const denies = anyOf`no|not`;
const butNo = anyOf`but|just|only|except|sometimes`;

/** How an answer begins. */
function openingOf(answer: string): string {
  if (saysYes.test(answer)) return denies.test(answer) ? 'yes but' : 'yes';
  if (saysNo.test(answer)) return butNo.test(answer) ? 'no but' : 'no';
  return answer.split(' ').length < 4 ? 'short' : 'other';
}

/** The answers to it, or what it answers. */
const ofExchange: Reader = (mention, { turns }) => {
  const { turn, manner, place, entity } = mention;
  if (manner !== 'stated' && !isQuestion(manner) && manner !== 'patientAsked') return ofAnswering(mention, turns);
  const replies = turns.slice(turn.index + 1, turn.index + 8).filter((next) => next.speaker !== turn.speaker);
  const [first = '', second = ''] = replies.slice(0, 2).map(({ text }) => text);
  const opened = `${manner} answered ${openingOf(first)}`;
  if (!isQuestion(manner)) return [opened];
  const then = saysYes.test(second) ? 'yes' : saysNo.test(second) ? 'no' : 'other';
  const items = (place.sentence.text.match(/\bor\b|,/g) ?? []).length;
  const rest = turn.text.slice(turn.text.indexOf(place.sentence.text) + place.sentence.text.length);
  return [
    opened,
    `${manner} then answered ${then}`,
    ...cuesIn(first).map((cue) => `${manner} answered with ${cue}`),
    ...ofEcho(entity.text, first).map((cue) => `${manner} ${cue}`),
    `${manner} with ${Math.min(3, items)} others`,
    ...(rest.includes('?') ? [`${manner} before another question`] : []),
    ...(place.previous.endsWith('?') ? [`${manner} after another question`] : []),
    ...(opensOpenly.test(place.sentence.text) ? [`${manner} openly`] : []),
    ...(isDefinite.test(place.ahead) ? [`${manner} as known`] : []),
  ];
};

const opensOpenly = /^(?:(?:and|so|okay|right|but)[, ]+)*(?:how|when|where|what|which|why)\b/i;
const isDefinite = /\b(?:the|your|that|this|these|those|still)\s*(?:\w+\s)?$/i;

/** Whether the answer takes the mention's own words up, and what it says around them. */
function ofEcho(text: string, answer: string): string[] {
  const stems = wordsOf(text)
    .filter((word) => word.length > 3)
    .map((word) => word.slice(0, 5));
  const takesUp = (said: string) => stems.some((stem) => said.includes(stem));
  const said = answer.toLowerCase();
  if (!takesUp(said)) return [];
  const clause = said.split(/[,.;!?]/).find(takesUp) ?? '';
  return ['echoed', ...cuesIn(clause).map((cue) => `echoed with ${cue}`)];
}

function ofAnswering({ turn, place }: Mention, turns: readonly Turn[]): string[] {
  const before = turns.slice(Math.max(0, turn.index - 3), turn.index).toReversed();
  const asked = before.find((other) => other.speaker !== turn.speaker && other.words.length > 2);
  const question = (asked && sentencesOf(asked).at(-1)) ?? '';
  const own = saysYes.test(turn.text) ? ['opens with yes'] : saysNo.test(turn.text) ? ['opens with no'] : [];
  return [
    ...cuesIn(question).map((cue) => `asked for ${cue}`),
    ...(question.endsWith('?') ? ['answers'] : []),
    ...own,
    `sentence ${Math.min(2, place.index)}`,
  ];
}

/** Where in the talk: how far on, about what, and how much has been planned and examined. */
const ofStanding: Reader = ({ turn, manner }, { turns, standings }) => {
  const who = turn.role.charAt(0);
  const fifth = Math.min(4, Math.floor((5 * turn.index) / Math.max(1, turns.length)));
  const at = (back: number) => standings[Math.max(0, turn.index - back)];
  const topic = at(turn.role === 'clinician' ? 0 : 1)?.topic ?? 'none';
  const planned = at(0)?.planned ?? 0;
  const since = (what: 'planned' | 'examined', turnsBack: number) => {
    const before = turn.index >= turnsBack ? (standings[turn.index - turnsBack]?.[what] ?? 0) : 0;
    return (at(0)?.[what] ?? 0) - before;
  };
  return [
    `fifth ${fifth}`,
    `${who} fifth ${fifth}`,
    `topic ${topic}`,
    `${who} topic ${at(1)?.topic ?? 'none'}`,
    `${manner} topic ${topic}`,
    `plans lately ${Math.min(3, since('planned', 6))}`,
    `${who} plans so far ${Math.min(4, planned)}`,
    `examined lately ${Math.min(2, since('examined', 4))}`,
  ];
};

const readers: readonly Reader[] = [ofWords, ofNeighbours, ofTraits, ofRule, ofExchange, ofStanding];

/** All that speaks for one status of a mention or another, but for what its other mentions say. */
export function cuesOf(mention: Mention, talk: Talk): string[] {
  const { entity, manner } = mention;
  return ['any', manner, `type ${entity.type}`, ...readers.flatMap((read) => read(mention, talk))];
}
