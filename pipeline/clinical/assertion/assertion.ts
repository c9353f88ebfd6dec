import type { Assertion, AssertionStatus, Stretch, ToCheck } from '../entities.ts';
import { deniedOfFamily } from '../reasonGroups.ts';
import type { Reason } from '../reasons.ts';
import { toCheckOf } from '../toCheck.ts';
import type { Transcript } from '../../transcript/transcript.ts';
import { isQuestion } from './acts.ts';
import { type Heard, hear } from './hear.ts';
import { toLikelihood, type Weights, without } from './likelihood.ts';
import type { Found } from './mention.ts';
import { mayBeAllergy, type Reading, readingOf, readings } from './readings.ts';
import { isPassedOver } from './passedOver.ts';
import { toDecidedBy } from './rules/deciding.ts';
import { toRelative } from './rules/relative.ts';
import { toVerdicts, type Verdict } from './verdicts.ts';

/**
 * Says of every mention whether what it names is there. The cues of all mentions of one finding, weighed, give it one
 * home; what is said of a relative and what is no finding stand apart. Undefined for what is no finding by itself.
 * @param found in the order of the talk
 */
export function toAssertions(
  transcript: Transcript,
  found: readonly Found[],
  weights: Weights,
): (Assertion | undefined)[] {
  const heard = hear(transcript, found);
  const decided = new Map<Heard, Assertion>();
  // The weights were fitted on talk. In a dictation, where nobody is told apart, they would only guess.
  const isTalk = transcript.turns.some(({ role }) => role !== 'unknown');
  for (const one of heard) if (one && (!isTalk || speaksOfNoRelative(one))) decided.set(one, one.ruling);
  const open = heard.filter((one) => one !== undefined && !decided.has(one)) as Heard[];
  for (const mentions of Map.groupBy(open, ({ mention: { kind, name } }) => `${kind} ${name}`).values()) {
    const kind = mentions[0]?.mention.kind;
    if (!kind) continue;
    const weighed = mentions.map((one) => ({
      mention: one,
      likelihood: likelihoodOf(one, weights),
      isStop: isStop(one),
      isPassedOver: isPassedOver(transcript, one.mention),
    }));
    for (const verdict of toVerdicts(kind, weighed)) {
      const last = verdict.mentions.findLast((one) => agrees(one, verdict));
      for (const one of verdict.mentions) decided.set(one, explain(transcript, one, verdict, last));
    }
  }
  return heard.map((one) => one && decided.get(one));
}

/** "Does anybody in the family have asthma?" "No." says nothing about the patient. */
const speaksOfNoRelative = ({ ruling }: Heard) => deniedOfFamily.has(ruling.reason);

/** "I'd like you to stop the ramipril." */
const isStop = ({ mention, ruling }: Heard) =>
  mention.turn.role === 'clinician' && (ruling.reason === 'to-be-stopped' || ruling.reason === 'swapped');

function likelihoodOf({ mention: { kind, entity }, cues }: Heard, weights: Weights): number[] {
  const likelihood = toLikelihood(kind, cues, weights);
  return mayBeAllergy(entity)
    ? likelihood
    : without(likelihood, (readings[kind] as readonly Reading[]).indexOf('allergic'));
}

/** The status of a mention by the home of its finding, with the reason and the words that bear it out. */
function explain(transcript: Transcript, one: Heard, verdict: Verdict<Heard>, last: Heard | undefined): Assertion {
  const { reading, unsettled } = verdict;
  const { mention, ruling } = one;
  const { traits } = mention.entity;
  if (unsettled) {
    const [first = 'present', second = 'absent'] = new Set(unsettled.map((open) => statusOf[open]));
    const toCheck: ToCheck = { readings: [first, second] };
    return {
      status: 'possible',
      said: ruling.status,
      traits,
      reason: 'unsettled',
      relative: null,
      decidedBy: ruling.decidedBy ?? replyTo(transcript, one),
      toCheck,
    };
  }
  const { reason, decidedBy: decided } = agrees(one, verdict) ? one.ruling : decisionOf(one, reading, last);
  const decidedBy = decided ?? replyTo(transcript, one);
  const relative =
    reading === 'family'
      ? (ruling.relative ?? toRelative(transcript, mention.turn, mention.entity, ruling.decidedBy))
      : null;
  const status = statusOf[reading];
  return { status, said: ruling.status, traits, reason, relative, decidedBy, toCheck: toCheckOf(status, reason) };
}

/** What was said to a question: whoever reads what was made of it must see the answer. */
const replyTo = (transcript: Transcript, { mention: { manner, turn } }: Heard) =>
  isQuestion(manner) ? toDecidedBy(transcript, turn, 'answered-yes', undefined) : null;

/** Whether the rules read a mention by itself as all mentions of its finding are read. */
const agrees = ({ mention: { kind }, ruling }: Heard, { reading }: Verdict<Heard>) =>
  readingOf(kind, ruling) === reading;

/** Where the mention's own words do not say it: the reason of the last mention that says it, else what the weights saw. */
function decisionOf(one: Heard, reading: Reading, mate: Heard | undefined): Pick<Assertion, 'reason' | 'decidedBy'> {
  if (mate) return { reason: mate.ruling.reason, decidedBy: mate.ruling.decidedBy ?? sentenceOf(mate) };
  const isAnswer = isQuestion(one.mention.manner) && (reading === 'present' || reading === 'absent');
  return { reason: isAnswer ? answered[reading] : seen[reading], decidedBy: one.ruling.decidedBy };
}

function sentenceOf({ mention: { turn, place } }: Heard): Stretch {
  return { turn: turn.index, begin: place.sentence.begin, end: place.sentence.end };
}

const statusOf: Readonly<Record<Reading, AssertionStatus>> = {
  present: 'present',
  absent: 'absent',
  possible: 'possible',
  historical: 'historical',
  family: 'family',
  allergic: 'possible',
  none: 'possible',
  taking: 'present',
  planned: 'planned',
  stopped: 'historical',
  'not-taking': 'absent',
  'advised-against': 'absent',
  'tried-before': 'historical',
  'not-allergic': 'absent',
};

const answered = { present: 'answered-yes', absent: 'answered-no' } as const satisfies Record<string, Reason>;

/** The reason where no rule says what the weights decided. */
const seen: Readonly<Record<Reading, Reason>> = {
  present: 'stated',
  absent: 'denied',
  possible: 'considered',
  historical: 'in-the-past',
  family: 'of-relative',
  allergic: 'allergy',
  none: 'no-finding',
  taking: 'stated',
  planned: 'proposed',
  stopped: 'stopped',
  'not-taking': 'not-taken',
  'advised-against': 'advised-against',
  'tried-before': 'in-the-past',
  'not-allergic': 'allergy-denied',
};
