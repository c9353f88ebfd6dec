/** The words that negate, or that point to history, family or hypothesis, and how far each one reaches. */
import { listOf } from '../../pipeline/phrases.ts';
import { phrase, wholeToken } from './tokens.ts';

export type Assertion =
  | 'NEGATION'
  | 'PAST_HISTORY'
  | 'PERTAINS_TO_FAMILY'
  | 'HYPOTHETICAL'
  | 'LOW_CONFIDENCE'
  | 'FUTURE';

export interface Trigger {
  trait: Assertion;
  pattern: RegExp;
  /** Where the trait holds: after the trigger, before it, or in all of its sentence. */
  reach: 'after' | 'before' | 'sentence';
  /** Ends the reach before the clause ends. */
  stop?: RegExp;
  /** The longest reach, in tokens. */
  atMost: number;
  /** A sentence that matches is not about the trait after all. */
  unless?: RegExp;
  /** Ends the reach in place of `clauseEnd`. */
  ends?: RegExp;
  /** Begins a statement of its own after a comma, and so ends the reach. */
  anew?: RegExp;
  /** A negation in its reach is as open as the rest: "make sure you haven't got an infection". */
  open?: true;
}

export const sentenceEnd = /^(?:[.?!;\n])$/;
export const clauseEnd = wholeToken(listOf`
  [.?!;:\n]|but|however|except|although|though|whereas|because|cause|otherwise|until|unless|apart|so|which|then|when
`);
/**
 * A new subject, or the complaint that a patient came with. Either begins a new statement, although speech has no full
 * stop before it.
 */
const subject = wholeToken(listOf`
  i|i've|i'm|i'd|i'll|it|it's|there's|there|he|he's|she|she's|they|they're|we|we've|you|you've|you're|that's|have
  yeah|yes|presents|presented|presenting
`);
/** Words that begin a new statement after the comma of a list of things denied. */
export const fresh = wholeToken(listOf`
  my|the|just|only|well|also|maybe|some|very|lots|now|sometimes|usually|this|got|had|having|has
`);
export const opensClause = wholeToken(listOf`
  think|thought|believe|say|suspect|if|that|whether|feel|mean|as|case|where|like
`);

/** "No, I have" answers a question, and "no idea" is about something else: neither negates what follows. */
const afterOtherNo = listOf`
  [,.:;?!\n]|change|changes|further|better|worse|idea|doubt|wonder|matter|well|just|not|actually|because|sorry|thanks
  longer sure
`;
const normal = 'fine|negative|normal|clear|absent|ruled out|okay|ok|all right|alright';
/**
 * "If I bend over I get heartburn" says what does happen, and "if I could ask" is politeness: neither is a hypothesis.
 */
const afterIdleIf = listOf`
  i (?:was|were) to ask|i (?!have|had|get|got|am|feel|develop|start|become|might)\w+|that's
  you (?:don't mind|could|can|look|see|want|like)
`;
const notHelped = `(?:(?:really|seem|to|even|always|actually|quite) )*(?:${listOf`
  help\w*|stop\w*|work\w*|improv\w*|reliev\w*|eas\w*|shift\w*|touch\w*|bother\w*|matter|know|remember|worry|forget
  get better|get rid|go away|gone away|going away|getting better|coming down|going down|come down|settle\w*|clear\w*
  sure|only|just|certain|great|good|too|able|want|mind|necessarily|like|respond\w*
`})`;
const negated = `(?:${listOf`
  not|don't|doesn't|didn't|haven't|hasn't|hadn't|isn't|aren't|wasn't|weren't|ain't|won't
  dont|doesnt|didnt|havent|hasnt|isnt
`})`;
const kin = `(?:${listOf`
  mum|mom|mummy|mommy|mother|dad|daddy|father|brother|sister|aunt|auntie|uncle
  gran|granny|nan|nana|grandma|grandmother|granddad|grandad|grandpa|grandfather|parent|grandparent
  cousin|wife|husband|partner|twin
`})(?:'s|s)?`;
const told = wholeToken(listOf`
  i|i've|i'm|i'd|me|you|we|we've
  says|said|thinks|thought|told|tells|reckons|noticed|worried|wanted|made|sounds|looks|but|however
`);
const lightly = '(?:(?:also|just|possibly|potentially|well|still|easily|maybe|sometimes|really) )';
/** Words that begin advice: the condition has been named before them. */
const consequence = wholeToken(listOf`
  please|call|come|ring|give|go|then|will|i'll|we'll|let|phone|should|must|seek|contact|dial|999|911|111|stop
`);
const childhood = `(?:as|when i was|when he was|when she was) (?:a |an |very |quite )*(?:${listOf`
  child|kid|baby|teenager|teen|toddler|infant|little|young|younger|small|student|boy|girl
`})`;

export const triggers: readonly Trigger[] = [
  {
    trait: 'NEGATION',
    pattern: phrase(listOf`
      no(?! (?:${afterOtherNo}))
      none of|nothing like|nor|neither|without|never|wouldn't be|(?:it's|that's|is|was) not like|(?:isn't|wasn't) like
      den(?:y|ies|ied|ying)|negative for|free of|free from|rather than|absence of|wouldn't say
      can't (?:see|feel|find|hear)|cannot (?:see|feel|find|hear)|(?:been|was|were|has|have) ruled out|rules out
      ${negated}(?! ${notHelped} )
    `),
    reach: 'after',
    stop: subject,
    atMost: 15,
  },
  {
    trait: 'NEGATION',
    pattern: phrase(listOf`
      (?:is|was|are|were|'s|came back|come back|been|all|test|tests|seems|looks) (?:${normal})
      (?:has|have|had|was|were|is) (?:been )?(?:ruled out|excluded)|,? ?(?:nope|none|no)(?= [.,\n]| $)
    `),
    reach: 'before',
    atMost: 6,
    unless: / \? /,
  },
  {
    trait: 'PAST_HISTORY',
    pattern: phrase(listOf`
      (?<!family )(?<!medical )history of|previous(?:ly)?|used to (?:have|get|be|suffer|take|smoke|drink|use)
      stopped taking|came off|come off|gave up|given up|quit|ex|former
    `),
    reach: 'after',
    stop: subject,
    atMost: 10,
  },
  {
    trait: 'PAST_HISTORY',
    pattern: phrase(listOf`
      ${childhood}|in the past|in my (?:teens|twenties|thirties|childhood|youth)|years (?:ago|back)
      back in (?:\d{4}|my|the)|(?:had|have|'ve|i've had|got) (?:\S+ ){1,6}(?:once )?before(?= [.,?!\n])
    `),
    reach: 'sentence',
    atMost: 30,
    unless: / (?:start\w*|began|begun|diagnos\w*|since|ever since|came on|noticed) /,
  },
  {
    trait: 'PERTAINS_TO_FAMILY',
    pattern: phrase(`${kin}|family history of`),
    reach: 'after',
    // Not just the clause: "my mum gets a rash when she has penicillin".
    ends: sentenceEnd,
    stop: told,
    atMost: 20,
  },
  {
    trait: 'PERTAINS_TO_FAMILY',
    pattern: phrase(listOf`
      (?:runs?|running) in (?:the|my|your|our|his|her) family
      (?:in|within|on) (?:the|my|your|our|his|her) (?:(?:mum|mom|dad|mother|father)'s side of the )?family
      family history(?! of)|any(?:one|body)(?: else)?(?: in (?:the|your) family)? (?:has|have|had|suffers?|got)
      from my ${kin}|(?:my|your) (?:mum|mom|dad|mother|father)'s side
    `),
    reach: 'sentence',
    atMost: 25,
  },
  {
    trait: 'HYPOTHETICAL',
    pattern: phrase(listOf`
      (?<!as )if(?! (?:${afterIdleIf}) )
      in case|should you|make sure|(?:checks?|checking) (?:that|whether)|whether
    `),
    reach: 'after',
    ends: /^(?:[.?!;:\n]|but|however|otherwise|because)$/,
    stop: /^(?:please|then|will|i'll|we'll|let|should|must|999|911|111)$/,
    anew: wholeToken(listOf`
      i|i'd|i've|we|we'd|we've|that|that's|there's|they|they'll|you'll|you'd|it'll|it's
      take|try|use|have|get|call|come|ring|give|go|phone|seek|contact|dial|stop|book|see|speak
    `),
    atMost: 45,
    open: true,
  },
  {
    trait: 'HYPOTHETICAL',
    pattern: phrase(listOf`
      (?:could|might|may|(?<!(?:i|he|she|it) )can) ${lightly}*(?:be|have|get|feel)
      (?:could|may|can) ${lightly}*(?:mean|causes?|lead|develop|indicate|trigger|bring on|give you|make you|affect)
      (?:could|may|can)(?= ${lightly}*(?:upset|irritate) )
      might|may|maybe|perhaps|possible|possibly|possibility of
      worr(?:y|ied|ying)(?: (?:about|that|it's|it is|this is|i've|i have|it))?|scared|afraid|concerned (?:about|that)
      wondering|thought (?:that )?(?:it's|it was|it is|this was)|rule out|exclude|would (?:have|be|get|feel)
      risk of|chance of|any chance|watch(?:ing)? out for|look(?:ing)? out for|keep an eye out for
      to check for|checking for|to look for|signs? of any|prevent|avoid|unlikely|unless|not sure|don't know
      rather have|don't want|being the worst|(?:normal|common) to (?:have|get|feel)|(?:information|leaflet) (?:about|on)
    `),
    reach: 'after',
    stop: consequence,
    atMost: 22,
  },
  {
    trait: 'HYPOTHETICAL',
    // Things that happen to others, or may happen with a medicine, are not said of the patient.
    pattern: phrase(listOf`
      (?:some|many|most|lots of|other) (?:people|patients)|people (?:with|who|can|may|might|get|have|feel)
      (?<!(?:had|having|got|getting|have|these|those|any) )side effects? (?:is|are|include|includes|like|such as|of)
    `),
    reach: 'after',
    stop: /^(?:i|i've|i'm|my|you|you've|you're|your)$/,
    atMost: 22,
  },
  {
    trait: 'HYPOTHETICAL',
    pattern: phrase(listOf`
      (?:regarding|in terms of|about)(?= (?:your |any )?(?:smoking|alcohol|drinking|drink|drugs|recreational drugs) )
      (?:go|going|run|running) (?:over|through)(?= (?:your|any) )
    `),
    reach: 'after',
    stop: subject,
    atMost: 6,
  },
  {
    trait: 'LOW_CONFIDENCE',
    pattern: phrase('probably|likely|presumably|suspect(?:ed)?|suspicion of|suggests?|suggestive of|query'),
    reach: 'after',
    stop: subject,
    atMost: 8,
  },
  {
    trait: 'FUTURE',
    pattern: phrase(listOf`
      will|i'll|we'll|going to|gonna|would like to|i'd like|arrange|arranging|book|booked|organise|organize|refer
      send you|sending you|let's|need|needs|recommend|suggest|should have|should get|order
    `),
    reach: 'after',
    atMost: 12,
  },
];
