/** Cuts a mention down to the words of its entity, without the verb, possessive or article that was said with it. */
import { listOf } from '../../pipeline/phrases.ts';
import { isCondition } from './lexicon.ts';
import type { Entry } from './lexicon.ts';
import type { Mention } from './mention.ts';
import { wholeToken } from './tokens.ts';
import type { Document } from './tokens.ts';

const lead = wholeToken(listOf`
  i|i've|i'm|you|you've|you're|he|he's|she|she's|they|we|it|it's
  am|is|are|was|were|be|been|being|have|has|had|having|got|get|gets|getting
  a|an|the|my|your|his|her|their|some|any|quite|very|really|so|bit|,
`);

/** "Had the, um, the stents" is about stents, and "my blood pressure's up" about blood pressure. */
export function tighten(document: Document, mention: Mention): Mention {
  const wordAt = (at: number): string => document.tokens[at]?.text ?? '';
  let { first } = mention;
  while (isCondition(mention.entry) && first < mention.last && lead.test(wordAt(first))) first++;
  const ending = wordAt(mention.last);
  const clitic = isPossessive(mention.entry, ending) ? 0 : (/'s?$/.exec(ending)?.[0].length ?? 0);
  return { ...mention, first, ...(clitic > 0 ? { clitic } : {}) };
}

/** "Crohn's" is a name with its 's. */
function isPossessive(entry: Entry, word: string): boolean {
  return isCondition(entry) && entry.names.some((name) => name.toLowerCase().split(' ').includes(word));
}
