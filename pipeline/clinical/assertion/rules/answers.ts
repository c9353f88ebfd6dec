import { isKindred, namingWords } from './naming.ts';
import { anyOf, listOf, opening } from '../../../phrases.ts';

/** What an answer makes of what was asked. */
export type Verdict = 'yes' | 'no' | 'over' | 'unsure' | 'unclear';

/** "Mm" is a filler, "mm-hmm" an answer. Who interprets begins with "She says". */
const filler = opening`
  um+|uh+|er+m?|em+|eh|ah|oh+|well|so|and|okay|ok|right|i mean|like|you know(?: what)?|mm|hmm|let me (?:think|see)
  now (?:that )?you (?:mention|say) it|come to think of it|to be (?:honest|fair)|honestly|actually
  funny you should ask|sorry|(?:he|she|they)(?:'s| is)? (?:says?|saying)(?: that)?
  (?:oh )?my (?:goodness|god|word)|goodness|god|gosh|doctor
`;

/** What is said after the words that only win time. */
export function withoutFillers(said: string): string {
  let rest = said;
  for (let found = filler.exec(rest); found; found = filler.exec(rest)) {
    const after = rest.slice(found[0].length);
    if (after.startsWith('-')) break;
    rest = after.replace(/^[,. …]+/, '');
  }
  return rest;
}

const unsureFirst = opening`
  yes and no|(?:it )?(?:all )?depends|in a way|maybe|possibly|perhaps|might(?: be| have)?|could be
  i(?:'m| am) not (?:too |really |quite |entirely )?sure|not (?:too |really |quite )?sure|i don't know|i couldn't say
  hard to say|i can't remember|i don't remember|no idea|i wouldn't know|kind of|sort of
  i (?:think|guess) (?:so|maybe|i might)
`;
const unsureAnywhere = anyOf`
  not sure|couldn't (?:tell you|say)|don't know|no idea|can't remember|not certain|hard to say
`;
const isUnsure = (words: string) => unsureFirst.test(words) || unsureAnywhere.test(words);

const corrected = new RegExp(
  String.raw`^(?:no|nope|nah|not)\b.{0,40}\b(?:${listOf`
    actually|wait|sorry|honest|well|hmm|hang on|i mean
  `})\b[, .]+(?:(?:actually|well)[, ]+)*(?:yes|yeah|i (?:do|did|have|am)|there (?:is|was))\b`,
  'i',
);

const takenBack =
  /^(?:yes|yeah|yep|yup|i do|i have)\b.{0,30}\b(?:sorry|wait|no, wait|i mean|hang on|actually)\b[, .]+(?:no|nope|not|i (?:don't|haven't))\b/i;

/** "Yeah. Oh, in my urine? No, never." */
const contradicted = /^(?:yes|yeah|yep)\b.*[.?!…] (?:(?:oh|wait|sorry|well|hang on)[, ]+)*no[,.]/i;

const over = anyOf`
  used to|not any ?more|no longer|in the past|years ago|as a (?:child|kid|teenager)
  when i was (?:a |young|little|\w+teen)
  (?:it|that|they)(?:'s| is|'ve| have| has)? (?:all )?(?:gone|stopped|cleared|settled|went away|better now)
  went away|it's gone|packed (?:it|them) in|gave (?:it|them) up|stopped (?:it|them|taking)|came off (?:it|them)|ran out
  but not (?:now|any ?more|lately|recently|these days)
`;

/** Said of the thing that was asked about: "Oh, it's gone." */
const isOver = new RegExp(
  String.raw`^(?:${listOf`
    (?:i )?used to\b
    (?:it|that|they|the \w+|my \w+|all)(?:'s| is| are|'ve| have| has| had)? (?:(?:all|now|completely|pretty much) )*(?:gone|stopped|cleared|settled|went|disappeared|resolved)\b
    gone\b|not since\b|i (?:stopped|packed|gave|came off|finished|quit)\b
  `})`,
  'i',
);

const no = opening`
  (?:yeah|yes|yep|that's right|right|correct)[, ]+(?:no|nope|nah|none|nothing|never|neither)|no|nope|nah|none|nothing|never|neither|nobody|no one
  not (?:really|at all|that|so far|any|lately|recently|for|since|to|as far|in|yet|me|him|her|us|them|even|once|today|much|a (?:single|bit)|especially|particularly|noticeably|usually|often)
  not\b(?= ?[.,!]|$)|zero|i(?:'m| am) not|i've (?:not|never)|i never
  it (?:doesn't|isn't|hasn't|didn't|wasn't)|there(?:'s| is)? (?:isn't|wasn't|hasn't|nothing|no)
  (?:she|he|they) (?:doesn't|don't|hasn't|haven't|didn't|isn't)|don't think so|doesn't|hasn't|haven't
  didn't|don't(?! (?:ask|get me|remind))|can't say (?:i|that|it)|uh-uh|nuh-uh|thankfully not
  luckily not|absolutely not|definitely not|of course not|fortunately not
`;

const yes = opening`
  yes|yeah|yep|yup|ya|aye|sure|both|all of (?:them|those|it)
  i (?:do|did|have|am|was|get|had|still|think so|certainly|take|feel)|i'm|i've
  it(?:'s| is) (?:awful|terrible|horrible|dreadful|bad|worse|agony|killing|constant|unbearable|sore|painful|pretty|really|very|quite|driving|there|just)
  it (?:is|does|has|did|was|came|comes|hurts|gets|got|started|starts|began|keeps|goes|burns|stings|itches|aches|throbs|feels|swells|swelled)
  they (?:came|come|started|hurt|get|keep)|there (?:is|was|are|has)
  (?:she|he|they) (?:does|do|has|have|did|is|are|was)
  (?:just |only )?(?:a (?:little )?bit|a little|a touch|slightly|a few|some|mild|when(?:ever)? i|if i|at night|in the|on (?:and off|exertion)|after|during|since|sometimes|occasionally|now and (?:then|again)|once or twice)
  every (?:now|so|day|night|time|morning|few)|definitely|exactly|correct
  that's (?:right|it|exactly|the (?:one|word|thing|case|problem|bit|part))|spot on|you bet|too right|i'll say|tell me about it
  don't (?:ask|get me|remind)|still|i(?:'d| would) say so|i suppose so|of course|absolutely|certainly
  mm-hmm|mhm|uh-huh|quite|a lot|loads|lots|tons
  (?:about |maybe |around )?(?:once|twice|one|two|three|four|five|six|\d+|a couple|several|many|plenty)\b(?! (?:no|years? ago))
  (?:down|all over|around|across|behind|under|here|mostly|mainly|in my|on my|both|just (?:here|below|above|under)|(?:my|the) (?:left|right|whole))
  all the time|most days|always|constantly|pretty|very|really bad|too much|terribly|unfortunately
  afraid so|i'm afraid|for (?:a|about|the|two|three|four|five|six|ten|\d+)
`;

/** "Noah's still got it." */
const goesOnStill = anyOf`still (?:got|has|have|there|comes?|hurts?|going|getting|in pain)`;

/** Reads an answer's first words, and when they say nothing the clauses after them. "Noah" is no no. */
export function readVerdict(answer: string, question = ''): Verdict {
  const verdict = readStart(answer, question);
  if (verdict !== 'unclear') return verdict;
  const later = answer
    .split(/[,.;!…]\s+/)
    .slice(1)
    .map((clause) => clause.replace(/^(?:but|and|so) /i, ''));
  const found = later.find((clause) => plainVerdict.test(withoutFillers(clause)));
  if (found !== undefined) return readStart(found, question);
  return goesOnStill.test(answer) ? 'yes' : 'unclear';
}

/** "I haven't" denies what was asked, "I haven't slept in weeks" does not: the verb must be the question's, or say nothing. */
const notI =
  /^(?:i|we) (?:don't|haven't|didn't|do not|have not|did not|wouldn't|hadn't|can't)\b(?:,? (?:really|actually|even|think|believe|suppose))*(.*)/i;
const sayNothing = new RegExp(
  String.raw`^(?: ?(?:$|[.,;!…])| (?:${listOf`
    had|have|got|get|getting|noticed|notice|felt|feel|been|seen|experienced|any|anything|at all|so|that|say|know of
    suffer|recall|remember any|use|take|thankfully|luckily|no|doctor|i
  `})\b)`,
  'i',
);

function isOwnDenial(words: string, question: string): boolean {
  const rest = notI.exec(words)?.[1];
  if (rest === undefined) return false;
  const verb = /[\p{L}']+/u.exec(rest)?.[0] ?? '';
  return (
    sayNothing.test(rest) ||
    (verb.length > 2 && [...namingWords(question)].some((word) => isKindred(word, verb.toLowerCase())))
  );
}

/** "Hang on, the door. Right. Yes, it does." */
const plainVerdict = new RegExp(
  String.raw`^(?:${listOf`
    (?:yes|yeah|yep|yup|no|nope|nah|none|never|neither)\b(?! (?:one|idea|doubt|problem|worries|more|longer|need))
    i(?:'d| would) say so\b|i (?:do|don't|have|haven't|did|didn't|am)[.,!]?$|not (?:really|at all)\b
  `})`,
  'i',
);

function readStart(answer: string, question: string): Verdict {
  const words = withoutFillers(answer);
  if (takenBack.test(words) || contradicted.test(words.slice(0, 60))) return 'no';
  if (contradicted.test(words)) return 'unsure';
  if (corrected.test(words)) return 'yes';
  const agrees = agreement.test(words);
  const first = firstOf(words);
  if (!agrees && isUnsure(words.slice(0, 80)) && !/^i don't think so/i.test(words)) return 'unsure';
  const denies = no.test(words) || isOwnDenial(words, question);
  if (isOver.test(words)) return 'over';
  if (isPast(first) && (denies || yes.test(words))) return 'over';
  if (denies) return butThen.test(words.slice(0, 80)) ? 'unsure' : 'no';
  if (!yes.test(words)) return 'unclear';
  return agrees ? 'yes' : readRemark(words);
}

const agreement = opening`yes(?! and no)|yeah|yep|yup|ya|aye|sure|definitely|absolutely|certainly|of course|mm-hmm|mhm|uh-huh`;

/** The first sentence, and with a bare "Yes." what it goes on with: "Yes. When I was a child." */
function firstOf(words: string): string {
  const [first = '', second = ''] = words.split(/[.?!](?:\s+|$)/);
  return /\s/.test(first) || !/^(?:when|as a|in |years|ages|a long|but|not|it|that)\b/i.test(second)
    ? first
    : `${first} ${second}`;
}

const goesOn = anyOf`still|since|diagnosed|start(?:ed|s)?|began|came on|these days|now`;
const isPast = (words: string) =>
  over.test(words) && !/\bnever\b/i.test(words) && !goesOn.test(words.replace(/better now|not now/i, ''));

/** "Not today, but yesterday I did.", "Never until last week." */
const butThen = anyOf`
  until|sometimes|occasionally|now and (?:then|again)|at times|than (?:usual|normal|before)
  but (?:yesterday|sometimes|last|i (?:do|did|have|had)(?=[.,!]|$| (?:yesterday|last|sometimes|when|before|at|once))|when|only|in the|before|once|occasionally)
`;

/** What begins like a yes may tell of how well somebody is, or of something else. */
const sayNone = anyOf`none|no|never|not|nothing|hardly any|\w+n't`;
const isWell = anyOf`fine|well|good|great|okay|ok|alright|all right|normal|better`;
const otherThing = new RegExp(
  String.raw`^(?:mostly|mainly|some|a (?:little )?bit of|a touch of|just a bit of) (?!${listOf`
    at|in|on|when|after|during|of|the|if|days?|nights?|mornings?|times?|but|now
  `})[a-z]{3,}`,
  'i',
);

function readRemark(words: string): Verdict {
  const [clause = ''] = words.split(/[,.;!?]|\bbut\b/);
  if (sayNone.test(clause)) return 'no';
  return isWell.test(clause) || otherThing.test(words) ? 'unclear' : 'yes';
}

/** "Yes." after "You've no wheeze?" may be to either; "I have, every night" is not. */
const bareYes = new RegExp(
  String.raw`^(?:${listOf`
    yes|yeah|yep|yup|ya|aye|mm-hmm|mhm|uh-huh|right|correct|exactly|sure|that's (?:right|correct|it)
  `})(?:[,. ]+(?:yes|yeah|right|correct|exactly|doctor|that's (?:right|correct|it)))*[.!]?$`,
  'i',
);

export function isBareYes(answer: string): boolean {
  return bareYes.test(withoutFillers(answer.trim()));
}
