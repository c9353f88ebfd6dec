import type { Mention } from './cues.ts';
import { sentencesOf, type Talk } from './talk.ts';
import { cuesIn, type WordCue } from './wordCues.ts';

/** The words that say what becomes of a medicine. */
const fates: readonly WordCue[] = [
  'start',
  'will',
  'stop',
  'keep',
  'change',
  'avoid',
  'take',
  'took',
  'no',
  'allergy',
  'if',
  'past',
];

const fatesIn = (text: string) => cuesIn(text).filter((cue) => fates.includes(cue));
const letter = ({ turn }: Mention) => turn.role.charAt(0);

/**
 * What the other mentions of the same finding say of it, earlier and later; for a medicine also what is said of "it" until
 * the next one is named. `mates` are all its mentions, in the order of the talk.
 */
export function mateCues(mention: Mention, mates: readonly Mention[], beside: Beside, talk: Talk): string[] {
  const { begin, category } = mention.entity;
  const earlier = mates.filter(({ entity }) => entity.begin < begin);
  const later = mates.filter(({ entity }) => entity.begin > begin);
  const ruled = (when: string, some: readonly Mention[]) =>
    some.map((mate) => `${when} ${letter(mate)} ruled ${mate.rule[0]}`);
  const fate = (when: string, some: readonly Mention[]) =>
    some.flatMap((mate) => fatesIn(mate.place.sentence.text).map((cue) => `${when} ${letter(mate)} ${cue}`));
  const isClinicians = !mates.some((mate) => letter(mate) === 'p' || letter(mate) === 'o');
  return [
    earlier.length > 0 ? 'again' : 'for the first time',
    later.length > 0 ? 'not for the last time' : 'for the last time',
    ...ruled('earlier', earlier),
    ...ruled('later', later),
    ...(isClinicians ? ["the clinician's alone", `the clinician's alone ${mention.manner}`] : []),
    ...(category === 'MEDICATION'
      ? [...fate('earlier', earlier), ...fate('later', later), ...ofPronouns(mention, beside, talk)]
      : []),
    ...ofSentence(mention, beside),
  ];
}

/** Mentions of other findings near a mention. */
export interface Beside {
  /** In the same sentence. */
  sentence: readonly Mention[];
  /** The next medicine of another name. */
  medicine: Mention | undefined;
}

/** What stands beside each mention; the mentions are in the order of the talk. */
export function besides(mentions: readonly Mention[]): Beside[] {
  const sentences = Map.groupBy(mentions, ({ place }) => place.sentence.begin);
  const found: Beside[] = [];
  const upcoming: Mention[] = [];
  for (const mention of mentions.toReversed()) {
    const sentence = (sentences.get(mention.place.sentence.begin) ?? []).filter((other) => other !== mention);
    const medicine = upcoming.findLast((other) => nameOf(other) !== nameOf(mention));
    found.push({ sentence, medicine });
    if (mention.entity.category === 'MEDICATION' && nameOf(upcoming.at(-1)) !== nameOf(mention)) upcoming.push(mention);
    else if (mention.entity.category === 'MEDICATION') upcoming[upcoming.length - 1] = mention;
  }
  return found.reverse();
}

const nameOf = (mention: Mention | undefined) => mention?.entity.text.toLowerCase();

/** "You're on ramipril? ... Let's stop that." */
function ofPronouns({ turn, place }: Mention, { medicine }: Beside, { turns }: Talk): string[] {
  const until = Math.min(
    medicine?.entity.begin ?? Infinity,
    turns[Math.min(turns.length - 1, turn.index + farTurns)]?.end ?? 0,
  );
  return turns.slice(turn.index, turn.index + farTurns + 1).flatMap((other) => {
    let at = other.begin;
    return sentencesOf(other).flatMap((sentence) => {
      const begin = at;
      at += Array.from(sentence).length + 1;
      const isOfIt = begin > place.sentence.begin && begin < until && pronoun.test(sentence);
      return isOfIt ? fatesIn(sentence).map((cue) => `it ${other.role.charAt(0)} ${cue}`) : [];
    });
  });
}

/** What the rules make of the other findings in its sentence. */
function ofSentence({ entity }: Mention, { sentence }: Beside): string[] {
  return sentence.map((other) => `${other.entity.begin < entity.begin ? 'left' : 'right'} ruled ${other.rule[0]}`);
}

const pronoun = /\b(?:it|them|that|those|one|ones|this)\b/i;
/** A medicine is "it" for no longer than so many turns. */
const farTurns = 3;
