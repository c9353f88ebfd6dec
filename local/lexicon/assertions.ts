/** Negation, history, family and hypothesis: triggers, and how far each one reaches. After the idea of NegEx. */
import type { Mention } from './mentions.ts';
import { findPhrases, phrase, tokensOf } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

export type Assertion =
  | 'NEGATION'
  | 'PAST_HISTORY'
  | 'PERTAINS_TO_FAMILY'
  | 'HYPOTHETICAL'
  | 'LOW_CONFIDENCE'
  | 'FUTURE';

interface Trigger {
  trait: Assertion;
  pattern: RegExp;
  /** Where the trait holds: after the trigger, before it, or in all of its sentence. */
  reach: 'after' | 'before' | 'sentence';
  /** What ends the reach before the clause ends. */
  stop?: RegExp;
  /** Tokens. */
  atMost: number;
  /** A sentence that says this is not about the trait after all. */
  unless?: RegExp;
  /** Not just the clause: "my mum gets a rash when she has penicillin". */
  wholeSentence?: true;
}

/** A history has codes of its own, and says by them whose it is. */
const codedHistory: readonly (readonly [RegExp, Assertion])[] = [
  [/^Z8[0-4]/, 'PERTAINS_TO_FAMILY'],
  [/^Z8[5-7]/, 'PAST_HISTORY'],
];

interface Scope extends Span {
  trait: Assertion;
  trigger: Span;
  /** A test that came back normal was done: only a condition is negated from behind. */
  conditionOnly: boolean;
}

const sentenceEnd = /^(?:[.?!;\n])$/;
const clauseEnd =
  /^(?:[.?!;:\n]|but|however|except|although|though|whereas|because|cause|otherwise|until|unless|apart|so|which|then|when)$/;
/** Who or what speaks of itself next: a new statement, though speech has put no full stop before it. */
const subject =
  /^(?:i|i've|i'm|i'd|i'll|it|it's|there's|there|he|he's|she|she's|they|they're|we|we've|you|you've|you're|that's|have|yeah|yes)$/;
const fresh = /^(?:my|the|just|only|well|also|maybe|some|very|lots|now|sometimes|usually|this|got|had|having|has)$/;
const opensClause = /^(?:think|thought|believe|say|suspect|if|that|whether|feel|mean|as|case|where|like)$/;

const notHelped =
  '(?:(?:really|seem|to|even|always|actually|quite) )*(?:help\\w*|stop\\w*|work\\w*|improv\\w*|reliev\\w*|eas\\w*|shift\\w*|touch\\w*|bother\\w*|matter|know|remember|worry|forget|get better|get rid|go away|gone away|going away|getting better|coming down|going down|come down|settle\\w*|clear\\w*|sure|only|just|certain|great|good|too|able|want|mind|necessarily|like)';
const negated =
  "(?:not|don't|doesn't|didn't|haven't|hasn't|hadn't|isn't|aren't|wasn't|weren't|ain't|dont|doesnt|didnt|havent|hasnt|isnt)";
const kin =
  "(?:mum|mom|mummy|mommy|mother|dad|daddy|father|brother|sister|aunt|auntie|uncle|gran|granny|nan|nana|grandma|grandmother|granddad|grandad|grandpa|grandfather|parent|grandparent|cousin|wife|husband|partner|twin)(?:'s|s)?";
const told =
  /^(?:i|i've|i'm|i'd|me|you|we|we've|says|said|thinks|thought|told|tells|reckons|noticed|worried|wanted|made|sounds|looks|but|however)$/;
const childhood =
  '(?:as|when i was|when he was|when she was) (?:a |an |very |quite )*(?:child|kid|baby|teenager|teen|toddler|infant|little|young|younger|small|student|boy|girl)';

const triggers: readonly Trigger[] = [
  {
    trait: 'NEGATION',
    // "No, I have": the answer to a question, not a negation of what follows.
    pattern: phrase(
      `no(?! (?:[,.:;?!\\n]|change|changes|further|better|worse|idea|doubt|wonder|matter|well|just|not|actually|because|sorry|thanks|longer sure))|none of|nothing like|nor|neither|without|never|den(?:y|ies|ied|ying)|negative for|free of|free from|rather than|absence of|wouldn't say|can't (?:see|feel|find|hear)|cannot (?:see|feel|find|hear)|(?:been|was|were|has|have) ruled out|rules out|${negated}(?! ${notHelped} )`,
    ),
    reach: 'after',
    stop: subject,
    atMost: 15,
  },
  {
    trait: 'NEGATION',
    pattern: phrase(
      "(?:is|was|are|were|'s|came back|come back|been|all|test|tests|seems|looks) (?:fine|negative|normal|clear|absent|ruled out|okay|ok|all right|alright)|(?:has|have|had|was|were|is) (?:been )?(?:ruled out|excluded)|,? ?(?:nope|none|no)(?= [.,\\n]| $)",
    ),
    reach: 'before',
    atMost: 6,
    unless: / \? /,
  },
  {
    trait: 'PAST_HISTORY',
    pattern: phrase(
      '(?<!family )(?<!medical )history of|previous(?:ly)?|used to (?:have|get|be|suffer|take|smoke|drink|use)|stopped taking|came off|come off|gave up|given up|quit|ex|former',
    ),
    reach: 'after',
    stop: subject,
    atMost: 10,
  },
  {
    trait: 'PAST_HISTORY',
    pattern: phrase(
      `${childhood}|in the past|in my (?:teens|twenties|thirties|childhood|youth)|years (?:ago|back)|back in (?:\\d{4}|my|the)|(?:had|have|'ve|i've had|got) (?:\\S+ ){1,6}(?:once )?before(?= [.,?!\\n])`,
    ),
    reach: 'sentence',
    atMost: 30,
    unless: / (?:start\w*|began|begun|diagnos\w*|since|ever since|came on|noticed) /,
  },
  {
    trait: 'PERTAINS_TO_FAMILY',
    pattern: phrase(`${kin}|family history of`),
    reach: 'after',
    wholeSentence: true,
    stop: told,
    atMost: 20,
  },
  {
    trait: 'PERTAINS_TO_FAMILY',
    pattern: phrase(
      `(?:runs?|running) in (?:the|my|your|our|his|her) family|(?:in|within|on) (?:the|my|your|our|his|her) (?:(?:mum|mom|dad|mother|father)'s side of the )?family|family history(?! of)|from my ${kin}|(?:my|your) (?:mum|mom|dad|mother|father)'s side`,
    ),
    reach: 'sentence',
    atMost: 25,
  },
  {
    trait: 'HYPOTHETICAL',
    pattern: phrase(
      "(?<!as )(?<!what )if(?! (?:i (?:was|were) to ask|i (?:can|could|may|ask)|that's|you (?:don't mind|could|can)) )|in case|(?:could|might|may|can) (?:(?:also|just|possibly|potentially|well|still|easily|maybe) )*(?:be|have|get|mean|cause|lead|develop|indicate)|might|may|maybe|perhaps|possible|possibly|possibility of|whether|worr(?:y|ied|ying)(?: (?:about|that|it's|it is|this is|i've|i have|it))?|scared|afraid|concerned (?:about|that)|wondering|rule out|exclude|would (?:have|be|get|feel)|risk of|chance of|watch(?:ing)? out for|look(?:ing)? out for|keep an eye out for|to check for|checking for|to look for|signs? of any|prevent|avoid|unlikely|unless|should you|not sure|don't know|rather have|don't want",
    ),
    reach: 'after',
    stop: /^(?:please|call|come|ring|give|go|then|will|i'll|we'll|let|phone)$/,
    atMost: 22,
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
    pattern: phrase(
      "will|i'll|we'll|going to|gonna|would like to|i'd like|arrange|arranging|book|booked|organise|organize|refer|send you|sending you|let's|need|needs|recommend|suggest|should have|should get|order",
    ),
    reach: 'after',
    atMost: 12,
  },
];

/** The traits that the words around a mention give it, in the order of the triggers. */
export function readAssertions(document: Document): (mention: Mention) => Assertion[] {
  const byToken = new Map<number, Scope[]>();
  for (const trigger of triggers) {
    for (const span of findPhrases(document, trigger.pattern)) {
      const scope = reachOf(document, trigger, span);
      if (scope === undefined) continue;
      for (const at of tokensOf(scope)) {
        const scopes = byToken.get(at);
        if (scopes) scopes.push(scope);
        else byToken.set(at, [scope]);
      }
    }
  }
  return (mention) => {
    const own = [...(byToken.get(mention.first) ?? []), ...(mention.joined ? (byToken.get(mention.last) ?? []) : [])];
    const outside = own.filter(
      ({ trigger, conditionOnly }) =>
        !within(trigger, mention.joined ?? mention) && !(conditionOnly && mention.entry.type !== 'condition'),
    );
    const held = new Set([...outside.map(({ trait }) => trait), ...historyOf(mention)]);
    return order.filter((trait) => held.has(trait));
  };
}

const order = [...new Set(triggers.map(({ trait }) => trait))];

function historyOf({ entry }: Mention): Assertion[] {
  const code = entry.type === 'condition' ? (entry.concepts[0]?.code ?? '') : '';
  return codedHistory.flatMap(([pattern, trait]) => (pattern.test(code) ? [trait] : []));
}

function within(inner: Span, outer: Span): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}

function reachOf(document: Document, trigger: Trigger, span: Span): Scope | undefined {
  const { trait, atMost, unless } = trigger;
  const scope = { trait, trigger: span, conditionOnly: trigger.reach === 'before' };
  const sentence = extend(document, span, (text) => sentenceEnd.test(text), 60);
  if (unless?.test(flowOf(document, sentence, 1))) return undefined;
  if (trigger.reach === 'sentence') {
    const reach = extend(document, span, (text) => sentenceEnd.test(text) || text === 'but', atMost);
    return { ...scope, ...reach };
  }
  if (trigger.reach === 'before') {
    const { first } = extend(document, span, (text) => clauseEnd.test(text) || text === ',', atMost);
    return { ...scope, first, last: span.first - 1 };
  }
  return { ...scope, first: span.last + 1, last: lastAfter(document, span.last, trigger) };
}

/** The last token that a trigger reaches to its right. */
function lastAfter(document: Document, trigger: number, { stop, atMost, trait, wholeSentence }: Trigger): number {
  const { tokens } = document;
  const end = wholeSentence ? sentenceEnd : clauseEnd;
  for (let at = trigger + 1; at <= trigger + atMost; at++) {
    const text = tokens[at]?.text;
    const previous = tokens[at - 1]?.text ?? '';
    if (text === undefined || end.test(text)) return at - 1;
    if (stop?.test(text) && !opensClause.test(previous) && !(at === trigger + 1 && trait === 'HYPOTHETICAL'))
      return at - 1;
    if (trait === 'NEGATION' && /^(?:,|and)$/.test(previous) && fresh.test(text)) return at - 1;
  }
  return trigger + atMost;
}

function extend(document: Document, span: Span, ends: (text: string) => boolean, atMost: number): Span {
  const { tokens } = document;
  let { first, last } = span;
  while (first > 0 && span.first - first < atMost && !ends(tokens[first - 1]?.text ?? '')) first--;
  while (last + 1 < tokens.length && last - span.last < atMost && !ends(tokens[last + 1]?.text ?? '')) last++;
  return { first, last };
}

/** The flow of a span, with `more` tokens after it: the mark that ends a sentence says whether it was a question. */
function flowOf(document: Document, { first, last }: Span, more: number): string {
  const words = document.tokens.slice(first, last + 1 + more).map(({ text }) => text);
  return ` ${words.join(' ')} `;
}
