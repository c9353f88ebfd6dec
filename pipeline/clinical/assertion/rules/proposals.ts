import type { Sentence } from '../../../transcript/sentences.ts';
import type { Dialogue, Turn } from '../../../transcript/transcript.ts';
import { isBy, type Rule } from './stated.ts';
import { anyOf, listOf } from '../../../phrases.ts';

/** "So, take two of these": an order begins a sentence. */
const orders =
  /^(?:(?:so|and|then|just|okay|please|first|now|or)[, ]+)*(?:take|use|try|apply|start|give (?:him|her|it))\b/i;
const announces = anyOf`
  i'll|i will|i'm going to|i'm gonna|i am going to|we'll|we will|we can|we could|we should|we need
  we're going to|we're gonna|i can|i could|let's|let me|i'd like|i would like
  i'd recommend|i would recommend|i'd suggest|i suggest|i recommend|i'd advise|i want (?:you|to)|i need (?:you|to)
  (?:i'm|i am|we're|we are) (?:sending|booking|arranging|ordering|requesting|referring|prescribing|starting|giving|putting)
  you can (?:take|try|use|have|get)|you could (?:take|try|use)|you should|you(?:'ll| will) (?:need|have|get|be)|you need
  try (?:taking|some|a)|think about|consider\w*|advisable|such as|take (?:some|one|two)
  prescrib\w+|refer\w*|start (?:you|on|him|her)|book (?:you|him|her|an?)|arrang\w+|order\w*|schedul\w+
  send (?:you|off|for)|organi[sz]e|get you
  next step|the plan|plan is|we'd need|would need|first thing
`;

/** What is gone on with is no proposal. */
const keeps = anyOf`
  continue|carry on|keep (?:taking|on|using)|stay on|already|currently
  increas\w+|decreas\w+|reduc\w+|rais(?:e|ing)|doubl(?:e|ing)|adjust\w*|titrat\w+|change the dose|go up|bring down
  you(?:'re| are) (?:on|taking|already)
`;

/** Whether a clinician's words announce something that is still to be done or taken: what stands nearest decides. */
function isProposed(before: string, after: string): boolean {
  const announced = Math.max(lastOf(announces, before), lastOf(orders, before));
  const kept = lastOf(keeps, before);
  if (announced >= 0 || kept >= 0) return announced > kept;
  return announces.test(after) && !keeps.test(after);
}

/** Where a pattern is found last; -1 when it is not. */
function lastOf(pattern: RegExp, text: string): number {
  return [...text.matchAll(new RegExp(pattern, 'gi'))].at(-1)?.index ?? -1;
}

const offers = anyOf`
  would you (?:like|be (?:happy|willing|okay|ok|up for|open|interested))|shall (?:we|i)|should we
  do you (?:want|fancy)
  (?:could|can|would) you (?:\w+ )?(?:drop|bring|do|send|take|get|come|pop|book|have|try|go|start)
  why don't (?:we|you)|how about (?:we|trying|an?|some|starting)|are you happy to
  (?:can|could|may) (?:i|we)|what if we|how (?:do|would) you feel about
`;

/** Whether a question offers something: "Would you like to try some omeprazole?" */
export const isOffer = (question: string): boolean => offers.test(question) || isSuggestion.test(question);
const isSuggestion = /^(?:\w+[, ]+){0,2}(?:we|i) (?:could|can)\b/i;

const declines = new RegExp(
  String.raw`^(?:(?:um+|uh+|er+m?|oh|well|no|actually|honestly|to be honest|hmm|i'm sorry|sorry|thanks|thank you|but|i think|i know)[, ]+)*(?:${listOf`
    no,? thank|no thanks|no, i
    i(?:'d| would) (?:really |much )?(?:rather|prefer) (?:not|to (?:avoid|leave|wait|try without))
    i don't (?:want|fancy|think i want|like)|i(?:'m| am) not (?:keen|happy|comfortable|sure i want)|not for me
    i'll (?:pass|leave it|give (?:it|that) a miss)|can (?:i|we) (?:not|leave|hold off|wait)|i won't
  `})\b`,
  'i',
);
const accepts = new RegExp(
  String.raw`^(?:(?:um+|uh+|er+m?|oh|well|right|mm)[, ]+)*(?:${listOf`
    okay|ok|sure|fine|sounds|i'll|i will|i can|please|that(?:'d| would|'s| is|'ll)|go on|let's|great|lovely|perfect
    alright|all right|happy to|no problem|of course|yes|yeah|yep|absolutely|definitely|i'd (?:like|love|be happy)
    thank|worth a
  `})\b`,
  'i',
);

type Reply = 'accepted' | 'declined' | 'unclear';

export function readReply(answer: string): Reply {
  if (declines.test(answer)) return 'declined';
  return accepts.test(answer) ? 'accepted' : 'unclear';
}

/** "I wouldn't give you antibiotics for this." */
const advisedAgainst = new RegExp(
  String.raw`\b(?:${listOf`
    won't|wouldn't|shouldn't|not going to
    (?:don't|do not|doesn't) (?:think )?(?:(?:you|we|it|i) )?(?:need|want|recommend|require|warrant)s?
    no need (?:for|to)|no point|avoid(?:ing)?|keep(?:ing)? (?:away from|off|clear of)|stay(?:ing)? (?:away from|off)
    steer clear of|instead of|rather than|hold off(?: on)?|not (?:keen|indicated)
  `})\b[\w' ]{0,30}$`,
  'i',
);

/** Who goes on for longer than this has not waited for a reply. */
const farPoints = 80;

/** What the next speaker says to a proposal at the end of a turn. */
function replyTo({ turns }: Dialogue, turn: Turn, { end }: Sentence): Reply {
  const answer = turns[turn.index + 1];
  return answer && turn.end - end <= farPoints ? readReply(answer.text) : 'unclear';
}

/** "They want me to start metformin." */
const toStart = new RegExp(
  String.raw`\b(?:${listOf`
    (?:wants?|wanted|told|asked|advised) me to|should|supposed to|going to|gonna|due to|meant to|about to|to be
  `}) (?:\w+ )?(?:start|go on|try|begin|put me on|started on|put on)(?: on| taking)?(?: the| a| some| my)? (?:\w+ )?$`,
  'i',
);

/** "The blood test you had last week was normal." */
const isDone = new RegExp(
  String.raw`^ (?:${listOf`
    (?:that )?(?:you|i|we|they|he|she)(?:'ve|'d| have)? (?:had|did|took|done)
    (?:(?:from|on|of|we did|you had)[\w ]{0,20} )?(?:was|were|came back|has come back|shows?|showed|is back|are back|confirms?|confirmed|found|looks?)
  `})\b`,
  'i',
);
/** "I had a colonoscopy on Monday." */
const wasDone = anyOf`had|did|done|went for|been for|took|got back`;
const booked = anyOf`
  i'm (?:going to|having|due|booked|waiting|down)|i've got an? [\w ]*\b(?:booked|coming|next)
  booked in|waiting (?:for|on)|scheduled|next (?:week|month)|tomorrow
  on (?:mon|tues|wednes|thurs|fri)day
`;

/** Medicines, tests and treatments that are announced are planned, not taken. */
export const isPlanned: Rule = (stated) => {
  const { category, before, ahead, after, rest, sentence, has } = stated;
  if (has('FUTURE')) return ['planned', 'future-trait'];
  if (category !== 'MEDICATION' && category !== 'TEST_TREATMENT_PROCEDURE') return undefined;
  if (isDone.test(after)) return undefined;
  if (isBy(stated, 'clinician', 'unknown') && advisedAgainst.test(before)) return ['absent', 'advised-against'];
  if (isBy(stated, 'clinician', 'unknown') && isProposed(ahead, rest)) {
    return replyTo(stated.transcript, stated.turn, sentence) === 'declined'
      ? ['absent', 'declined']
      : ['planned', 'proposed'];
  }
  if (!isBy(stated, 'clinician') && toStart.test(before)) return ['planned', 'arranged'];
  const isTest = category === 'TEST_TREATMENT_PROCEDURE';
  return isTest &&
    isBy(stated, 'patient', 'other') &&
    !wasDone.test(before) &&
    (booked.test(before) || booked.test(after))
    ? ['planned', 'arranged']
    : undefined;
};
