import type { Rule, Stated } from './stated.ts';
import { anyOf, listOf } from '../../../phrases.ts';

const gone = new RegExp(
  String.raw`^(?:(?!, (?:my|the|his|her|our|i|and)\b)[\w ,'-]){0,25}?\b(?:${listOf`
    (?:has|have|is|are|'s|'ve|was|it's|they're)? ?(?:all |completely |now |mostly )*(?:gone(?! (?:to|into|onto|up|on|down|through|from|red|numb|worse|very|really|a|quite|all)\b)|resolved|cleared(?: up)?|(?:settled(?: down)?|passed|stopped)(?! (?:into|in|on|behind|me|my|him|her|us|the|through|down)\b)|disappeared|subsided)
    went (?:away|yesterday|last|by|after|within|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)|got better
    is better now|is over
  `})\b`,
  'i',
);
/** "The bleeding has nearly stopped." */
const notQuite = /\b(?:not|n't|never|nearly|almost|partly|half)\b/i;
const isGone = (after: string) =>
  gone.test(after) &&
  !notQuite.test(gone.exec(after)?.[0] ?? '') &&
  !/^ (?:has|have|did|does|is|was)n't\b/i.test(after);
export const longAgo = anyOf`
  used to (?:get|have|suffer|be|take)
  as a (?:child|kid|baby|teenager|student|boy|girl|young (?:man|woman))
  with my (?:first|second|third|last|eldest|youngest|previous)
  (?:during|in) (?:my|the|a) (?:\w+ )?pregnan\w+
  when i was(?:,? (?:what|about|like|maybe|only|just),?)? (?:an? |at (?:school|university|uni|college)|in my (?:teens|twenties|thirties|forties|fifties|early|late|mid)|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|young|little|small|younger|pregnant|expecting|\w+teen)
  in (?:my )?(?:childhood|the past)|(?:years|decades|ages|winters|summers) (?:ago|back)
  a (?:long time|while) ago|back in|in (?:19|20)\d\d|in (?:nineteen|twenty|two thousand)|history of
  previously|got over|recovered from|at (?:school|university|uni|college)
  in my (?:teens|twenties|thirties|forties|fifties|sixties|seventies|early|mid|late|youth)
  when i (?:worked|lived|served|played)
  (?:after|when) (?:my|our) (?:\w+ )?(?:son|daughter|baby|twins|child|children|boy|girl|kids?|first|second)(?:'s birth| was| were)
`;
const operation =
  /\b(?:operation|surgery|removed|out|replaced|replacement|repair|graft|bypass|stents?|section)\b|(?:ectomy|plasty|otomy)$/i;
/** A test of last year is no less a test. */
const lastYear = /\blast (?:year|spring|summer|autumn|fall|winter|century)\b/i;
/** "She's had an ear infection before" */
const earlier =
  /^ (?:once |twice |a few times |\w+ times? )?before\b(?! (?:i|he|she|it|we|they|the|my|that|and|bed|work|breakfast|meals?|lunch|food)\b)/i;
const goesOn = anyOf`
  still|since|ever since|ongoing|diagnosed|start(?:ed|ing)?|began|came on|noticed|these days|now
  currently|every (?:day|night|week)
`;

/** "I did have a bit of a rash but that's gone." */
const goneAfterAll = new RegExp(
  String.raw`\b(?:but|and|though|then) (?:it|that|they|this|those)(?:'s|'ve| has| have| is| was| are)? ?(?:(?:all|now|completely|since|pretty much|finally) )*(?:${listOf`
    gone|settled|cleared|stopped|better now|passed|fine now|resolved|went|disappeared|over
  `})\b`,
  'i',
);
const isBack = new RegExp(
  String.raw`\b(?:(?:it|they|that)(?:'s|'ve| has| have| is| are)?|has|have|just|then|keeps?) (?:\w+ )?(?:${listOf`
    back|coming back|come back|came back|returned|started again|flared(?: up)?
  `})\b`,
  'i',
);

const isWellSince = anyOf`
  recovered|full recovery|been (?:all )?clear|all clear|grew out of
  (?:fine|well|okay|no trouble) (?:ever )?since
`;
const wasRidOf = new RegExp(
  listOf`
    \b(?:got rid of|cleared up|cured|sorted out|healed|gave up|given up|quit|stopped|packed in)(?: the| my| that)? $
    \b(?:got over|recovered from|no longer (?:have|has|get|gets|take|takes|on))\b[\w ']*$
  `,
  'i',
);
const onlyHad = /\bonly (?:ever )?(?:had|got)\b/i;

const isOver = ({ before, after, rest }: Stated) =>
  isGone(after) || goneAfterAll.test(rest) || isWellSince.test(rest) || wasRidOf.test(before);

const isLongAgo = ({ before, after, category, words }: Stated) =>
  (longAgo.test(before) && !/\bnever used to\b/i.test(before)) ||
  longAgo.test(after) ||
  (earlier.test(after) && !/\bnever\b/i.test(before)) ||
  (onlyHad.test(before) && /^ (?:once|twice)\b/i.test(after)) ||
  ((category === 'MEDICAL_CONDITION' || operation.test(words)) && lastYear.test(`${before} ${after}`));

export const isPast: Rule = (stated) => {
  const { before, after, rest, has } = stated;
  if (isBack.test(rest) && !/\b(?:hasn't|haven't|not|never)\b/i.test(rest)) return undefined;
  if (isOver(stated)) return ['historical', 'over'];
  if (has('PAST_HISTORY')) return ['historical', 'history-trait'];
  return isLongAgo(stated) && !goesOn.test(`${before} ${after}`) ? ['historical', 'in-the-past'] : undefined;
};
