import { saidUpTo } from '../../../transcript/sentences.ts';
import { near, parents, partner, somebody } from './kin.ts';
import { isBy, type Rule } from './stated.ts';
import { anyOf, listOf } from '../../../phrases.ts';

/** Of whom else a patient speaks. */
const theirs = anyOf`
  (?:my|our|his|her|their) (?:\w+ )?(?:${somebody})s?
  (?:an?|one|two|three|several|both) (?:\w+ )?(?:${parents}|brother|sister|sibling|uncle|aunt|twin|son|daughter|parent|grandparent)s?
  (?:an?|one|some) (?:\w+ )?(?:friend|mate|colleague|co-worker|neighbou?r|cousin|relative)
  (?:an?|one|some) (?:\w+ )?(?:bloke|guy|lady|woman|man|girl|boy) (?:at|from|in my|on my|next door)
  (?:the|this) (?:bloke|guy|lady|woman|man|girl|boy) (?:i|i'm|at|who|in|from|next|on)|half my \w+
  (?:everybody|everyone|somebody|someone|half the \w+|people|the (?:kids|others)|a few people) (?:at|in|else|on)
  (?:^|(?:and|so|but|well|yeah|yes|no|um|er|both)[, ]+)(?:${parents}|gran|nan|grandma|grandad|granddad|grandpa)(?:'s)?
`;
const yourKin = anyOf`your (?:\w+ )?(?:${somebody})s?|family history|history in the family`;
/** Who brings the patient may be calling the patient so: a child surely, a husband or a mother perhaps. */
const nearest = anyOf`(?:my|our) (?:\w+ )?(?:${near})`;
const anotherChild = anyOf`(?:my|our) (?:other|older|oldest|younger|youngest|eldest) (?:${near})|(?:his|her) (?:brother|sister)`;
const maybeNearest = anyOf`(?:my|our) (?:\w+ )?(?:${partner}|${parents})`;
/** "Diabetes, my mum has it.", "that my dad died of" */
const kinAfter = new RegExp(
  String.raw`^[,;]? (?:and |that |which )?(?:(?:my|our) (?:\w+ )?(?:${somebody})s?|both (?:my )?parents) (?:has|have|had|gets?|got|died|suffers?|suffered)\b`,
  'i',
);
const inFamily = anyOf`
  on both sides
  in (?:the|my|your|our) family|family history|on (?:my|your) (?:mother|father|mum|mom|dad)'?s side
`;
const self = /\b(?:i|i'm|i've|i'd|my|me|you|you're|you've)\b/i;
const another = /\b(?:he|she|they)(?:'s|'d|'ve|'re)?\b/i;

/** "I took one of my husband's tramadol." */
const takesTheirs = /\bi(?:'ve)? (?:just )?(?:took|take|taken|had|tried|borrowed|use[ds]?)\b[\w ]* my \w+'s $/i;
const ofOneself = /\b(?:i (?:get|have|had|got|suffer|used)|i've (?:got|had|always)|i'm)\b[\w ]{0,16}$/i;
/** "My wife thinks it's gout": it is not hers. */
const saysOfPatient = new RegExp(
  listOf`
    \b(?:reckon|think|sa(?:y|id)|told|suggest|wonder|mention|notic|worri|insist|convinced|sure)\w*(?: me)?(?: that| maybe| perhaps)? (?:it|this|that|i|i'm|i've|i'd|my)\b
    \b(?:noticed|found|saw|spotted|pointed out|felt) (?:the|this|that|it|my)\b
  `,
  'i',
);

/** "My mum died, so this pain frightens me.": what comes then is not the mother's. */
const isOtherClause = /,|\b(?:so|when|while|because|but|and (?:there|there's|the|it|it's|this|now|then))\b/i;

/** "My dad had a heart attack. He's had the stents." The second sentence is about him too. */
export const ofSomebodyElse: Rule = (stated) => {
  const { has, before, after, sentence } = stated;
  // Who speaks for the patient calls the patient so.
  if (isBy(stated, 'other') && nearest.test(sentence.text) && !anotherChild.test(sentence.text)) return undefined;
  if (has('PERTAINS_TO_FAMILY')) return ['family', 'family-trait'];
  if (isBy(stated, 'other') && maybeNearest.test(before)) return ['possible', 'unclear-whose'];
  if (kinAfter.test(stated.rest)) return ['family', 'of-somebody-else'];
  if (inFamily.test(before) || inFamily.test(after)) return ['family', 'in-the-family'];
  if (isBy(stated, 'other') && ofOneself.test(before)) return ['family', 'of-companion'];
  if (saysOfPatient.test(before) || takesTheirs.test(before)) return undefined;
  const who = isBy(stated, 'clinician') ? yourKin : theirs;
  const named = [...before.matchAll(new RegExp(who, 'gi'))].at(-1);
  const since = before.slice((named?.index ?? 0) + (named?.[0].length ?? 0));
  const isTheirs =
    !self.test(`${since}${stated.words}`) && (!isOtherClause.test(since) || /\b(?:he|she|they|who)\b/i.test(since));
  if (named && isTheirs) return ['family', 'of-somebody-else'];
  if (!isBy(stated, 'patient', 'unknown')) return undefined;
  if (/\b(?:her|his|their) $/i.test(before)) return ['family', 'of-somebody-else'];
  const said = saidUpTo(stated.transcript, stated.turn, stated.begin).split(/(?<=[.?!])\s/);
  const [current = '', ...told] = said.toReversed();
  if (!another.test(current) || self.test(current)) return undefined;
  const decides = told.find((text) => theirs.test(text) || self.test(text));
  // "Her sister has it. She ..." may be either of them.
  return decides !== undefined && theirs.test(decides.replace(/\b(?:his|her|their) \w+( \w+)?/gi, ''))
    ? ['family', 'of-relative']
    : undefined;
};
