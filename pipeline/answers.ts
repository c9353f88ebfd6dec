/** What an answer makes of what was asked. */
export type Verdict = 'yes' | 'no' | 'over' | 'unsure' | 'unclear';

/** "Mm" is a filler, "mm-hmm" an answer. */
const fillers =
  /^(?:(?:um+|uh+|er+|eh|ah|oh+|well|so|and|okay|ok|right|i mean|like|you know|mm|hmm|let me think)\b(?!-)[,. …]*)+/i;

const unsure =
  /^(?:maybe|possibly|perhaps|might(?: be| have)?|could be|i(?:'m| am) not (?:too |really |quite |entirely )?sure|not (?:too |really |quite )?sure|i don't know|i couldn't say|hard to say|i can't remember|i don't remember|no idea|i wouldn't know|kind of|sort of|i (?:think|guess) (?:so|maybe|i might))\b|\b(?:not sure|don't know|no idea|can't remember|not certain|hard to say)\b/i;

const corrected =
  /^(?:no|nope|nah)\b.{0,40}\b(?:actually|wait|sorry)\b[, .]+(?:yes|yeah|i (?:do|did|have|am)|there (?:is|was))\b/i;

const over =
  /\b(?:used to|not any ?more|no longer|in the past|years ago|as a (?:child|kid|teenager)|when i was (?:a |young|little|\w+teen)|(?:it|that|they)(?:'s| is|'ve| have| has)? (?:all )?(?:gone|stopped|cleared|settled|went away|better now)|went away|it's gone)\b/i;

const no =
  /^(?:(?:yeah|yes|yep)[, ]+(?:no|nope|nah)|no|nope|nah|none|nothing|never|neither|nobody|no one|not (?:really|at all|that|so far|any|lately|recently|for|since|to|as far|in|yet|me|even|once|today)|not\b(?= ?[.,!]|$)|i (?:don't|haven't|didn't|do not|have not|wouldn't|can't say)|i'm not|i am not|i've (?:not|never)|i never|it (?:doesn't|isn't|hasn't|didn't|wasn't)|there(?:'s| is)? (?:isn't|wasn't|hasn't|nothing|no)|(?:she|he|they) (?:doesn't|don't|hasn't|haven't|didn't|isn't)|don't think so|doesn't|hasn't|haven't|didn't|don't|uh-uh|nuh-uh|thankfully not|luckily not|absolutely not|definitely not|of course not|fortunately not)\b/i;

const yes =
  /^(?:yes|yeah|yep|yup|ya|aye|sure|both|all of (?:them|those|it)|i (?:do|did|have|am|was|get|had|still|think so|certainly|take|feel)|i'm|i've|it (?:is|does|has|did|was|comes|hurts|gets)|there (?:is|was|are|has)|(?:she|he|they) (?:does|do|has|have|did|is|are|was)|(?:just |only )?(?:a (?:little )?bit|a little|a touch|slightly|a few|some|mild|when(?:ever)? i|if i|at night|in the|on (?:and off|exertion)|after|during|since|sometimes|occasionally|now and (?:then|again)|once or twice)|every (?:now|so|day|night|time|morning|few)|definitely|exactly|correct|that's right|that's it|of course|absolutely|certainly|mm-hmm|mhm|uh-huh|quite|a lot|loads|lots|all the time|most days|always|constantly|pretty|very|really bad|too much|terribly|unfortunately|afraid so|i'm afraid|for (?:a|about|the|two|three|four|five|six|ten|\d+))\b/i;

/** Reads an answer's first words. "Noah" is no no. */
export function readVerdict(answer: string): Verdict {
  const words = answer.replace(fillers, '');
  if (corrected.test(words)) return 'yes';
  if (unsure.test(words.slice(0, 80)) && !/^i don't think so/i.test(words)) return 'unsure';
  const denies = no.test(words);
  if (over.test(words) && !/\bnever\b/i.test(words) && (denies || yes.test(words) || /^(?:i )?used to\b/i.test(words)))
    return 'over';
  if (denies) return 'no';
  return yes.test(words) ? 'yes' : 'unclear';
}

/** An answer that goes back to nothing but itself: "No.", "Um, no, nothing like that." */
export function isPlain(answer: string): boolean {
  return answer.trim().split(/\s+/).length <= 6;
}

const small = new Set(
  'about after also been could does doesn from have having just know like more much only other really some that them then there they this what when where which with would your you were will than been into over very'.split(
    ' ',
  ),
);

/** The words of a text that may name a finding, cut to their stems so that "coughing" names the cough. */
export function namingWords(text: string): Set<string> {
  const words = text.toLowerCase().match(/\p{L}[\p{L}'-]*/gu) ?? [];
  return new Set(words.filter((word) => word.length > 3 && !small.has(word)).map(stem));
}

const stem = (word: string) => word.replace(/'s$/, '').slice(0, 5);

const onlyThese = /\b(?:just|only|nothing (?:else|but)|other than|apart from|except)\b/i;
const denial = /\b(?:no|not|never|none|without|nor|don't|haven't|isn't|hasn't|doesn't)\b/i;

/** What an answer that names things says of one that was asked: it names it, denies it, or names only others. */
export type Named = 'named' | 'denied' | 'left-out' | 'silent';

export function readNamed(answer: string, asked: ReadonlySet<string>, others: ReadonlySet<string>): Named {
  let found: Named = 'silent';
  let denies = false;
  for (const clause of answer.split(/[,.;!?…]|\bbut\b|\balthough\b/i)) {
    const words = namingWords(clause);
    // "No, just a cough": what is named alone is not what was denied.
    if (denial.test(clause)) denies = !onlyThese.test(clause);
    else if (words.size > 0) denies = false;
    if (asked.size > 0 && [...asked].every((word) => words.has(word))) return denies ? 'denied' : 'named';
    if ([...others].some((word) => words.has(word)) && onlyThese.test(answer)) found = 'left-out';
  }
  return found;
}
