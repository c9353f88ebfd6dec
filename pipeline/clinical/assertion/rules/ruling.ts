import type { Assertion, AssertionStatus, Entity, Trait } from '../../entities.ts';
import { deniedOfFamily } from '../../reasonGroups.ts';
import { toCheckOf } from '../../toCheck.ts';
import { isOffer, readReply } from './proposals.ts';
import { type Asked, readAsked } from './asked.ts';
import { toDecidedBy } from './deciding.ts';
import { asksOfFamily } from './kin.ts';
import { isReadBack, questionAround } from './questions.ts';
import { namesAllergy } from './medicines.ts';
import { longAgo } from './past.ts';
import { type Decision, toStated } from './stated.ts';
import { readStatement } from './statements.ts';
import { toRelative } from './relative.ts';
import { wordsOf } from '../../../transcript/sentences.ts';
import type { Transcript, Turn } from '../../../transcript/transcript.ts';

type Finding = Pick<Entity, 'begin' | 'end' | 'category' | 'turn'> & { traits: Trait[] };

/**
 * What the named rules make of one mention alone. The service's traits come first; then the dialogue, which the service
 * does not read as one: a question is not a finding until its answer makes it one. What stays unclear is possible, not
 * present.
 */
export function toRuling(transcript: Transcript, finding: Finding): Assertion {
  const { traits } = finding;
  const turn = transcript.turns[finding.turn];
  if (!turn) throw new RangeError(`the transcript has no turn ${finding.turn}`);
  const asked = readQuestion(transcript, turn, finding);
  const [status, reason] = decide(transcript, turn, finding, asked);
  const decidedBy = toDecidedBy(transcript, turn, reason, asked);
  const isOfFamily = (status === 'family' && reason !== 'of-companion') || deniedOfFamily.has(reason);
  const relative = isOfFamily ? toRelative(transcript, turn, finding, decidedBy) : null;
  return { status, said: status, traits, reason, relative, decidedBy, toCheck: toCheckOf(status, reason) };
}

function decide(transcript: Transcript, turn: Turn, finding: Finding, asked: Asked | undefined): Decision {
  const has = (name: string) => finding.traits.some((trait) => trait.name === name);
  const isConfirmed = asked?.verdict === 'yes' && isReadBack(asked.question.text);
  const said = () => readStatement(toStated(transcript, turn, finding, has));
  if (has('NEGATION')) return ofMedicine(finding, said) ?? ofNegation(has, asked?.verdict === 'yes' && !isConfirmed);
  if (asked && !isConfirmed)
    return ofOffer(asked, finding) ?? ofAllergy(asked, finding) ?? ofWaiting(asked, finding) ?? ofAnswer(asked, has);
  return said() ?? ['present', isConfirmed ? 'answered-yes' : 'stated'];
}

/** "I'm allergic to penicillin", "I stopped the lisinopril": to the service a medicine that is not taken is negated. */
function ofMedicine({ category }: Finding, said: () => Decision | undefined): Decision | undefined {
  const decision = category === 'MEDICATION' ? said() : undefined;
  const [status, reason] = decision ?? [];
  return reason === 'allergy' || status === 'historical' ? decision : undefined;
}

/** "You haven't had any wheeze?" "I have, at night.": the service reads the question's words alone. */
function ofNegation(has: (trait: string) => boolean, isContradicted: boolean): Decision {
  if (isContradicted) return ['possible', 'answered-yes-to-denial'];
  return ['absent', has('PERTAINS_TO_FAMILY') ? 'family-negation-trait' : 'negation-trait'];
}

function readQuestion(transcript: Transcript, turn: Turn, finding: Finding): Asked | undefined {
  const question = questionAround(turn, finding.begin);
  return question && readAsked(transcript, turn, question, { ...finding, words: wordsOf(turn, finding) });
}

/** "Would you like to try some omeprazole?" "Okay, why not." */
function ofOffer({ verdict, question, answer }: Asked, { category }: Finding): Decision | undefined {
  if (category === 'MEDICAL_CONDITION' || !isOffer(question.text)) return undefined;
  const reply = answer ? readReply(answer.text) : 'unclear';
  if (reply === 'declined' || verdict === 'no') return ['absent', 'declined'];
  const isAccepted = reply === 'accepted' || verdict === 'yes';
  return isAccepted ? ['planned', 'agreed'] : ['possible', 'offered'];
}

/** "You're allergic to codeine, is that right?": a yes is to the allergy, not to the medicine. */
function ofAllergy({ verdict, question }: Asked, { category, begin, end }: Finding): Decision | undefined {
  if (category !== 'MEDICATION' || verdict === 'no') return undefined;
  const points = Array.from(question.text);
  const before = points.slice(0, begin - question.begin).join('');
  const isNamed = namesAllergy(before, points.slice(end - question.begin).join(''));
  return isNamed ? ['possible', 'allergy'] : undefined;
}

const toCome =
  /\b(?:not yet|booked|due|down for|waiting|next (?:week|month)|tomorrow|on (?:mon|tues|wednes|thurs|fri)day)\b/i;

/** "Has she had her vaccinations?" "Not yet, they're booked for Friday." */
function ofWaiting({ verdict, answer }: Asked, { category }: Finding): Decision | undefined {
  const isPlanned = category === 'TEST_TREATMENT_PROCEDURE' && verdict === 'no' && toCome.test(answer?.text ?? '');
  return isPlanned ? ['planned', 'answered-to-come'] : undefined;
}

function ofAnswer({ verdict, question }: Asked, has: (trait: string) => boolean): Decision {
  switch (verdict) {
    case 'yes':
      return [whose(question.text, has), 'answered-yes'];
    case 'presupposed':
      return [whose(question.text, has), 'presupposed'];
    case 'no':
      return ['absent', asksOfFamily.test(question.text) ? 'answered-no-of-family' : 'answered-no'];
    case 'left-out':
      return ['absent', 'answered-with-another'];
    case 'of-a-relative':
      return ['family', 'answered-of-relative'];
    case 'over':
      return ['historical', 'answered-over'];
    case 'one-of-several':
      return ['possible', 'answered-yes-to-several'];
    case 'unsure':
      return ['possible', 'answered-unsure'];
    case 'unclear':
      return ['possible', 'answer-unclear'];
  }
}

const ofOnce =
  /\b(?:ever (?:had|been|suffered|experienced)|in the past|as a child|when you were|previously|before now)\b/i;

/** What a yes says depends on what was asked: "Does anybody in the family have it?", "Have you ever had it?" */
function whose(question: string, has: (trait: string) => boolean): AssertionStatus {
  if (has('PERTAINS_TO_FAMILY') || asksOfFamily.test(question)) return 'family';
  return has('PAST_HISTORY') || ofOnce.test(question) || longAgo.test(question) ? 'historical' : 'present';
}
