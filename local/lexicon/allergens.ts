/** Things that are an allergen only where the talk is of allergies: "latex" is, eggs for breakfast are not. */
import { listOf } from '../../pipeline/phrases.ts';
import { findPhrases, phrase, wholeToken } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

export const allergenNames: readonly string[] = listOf`
  latex|rubber|rubber gloves|latex gloves|nickel|costume jewellery|cheap earrings|metal|wool|lanolin
  plaster|sticking plaster|elastoplast|band aid|bandaid|adhesive|sticky tape|surgical tape|medical tape|tape
  bee|bee sting|wasp|wasp sting|hornet|insect bite|insect sting|mosquito bite|ant bite|fire ant
  shellfish|seafood|prawn|shrimp|crab|lobster|mussel|oyster|squid|fish|salmon|tuna|cod
  nut|peanut|groundnut|tree nut|cashew|almond|walnut|hazelnut|pistachio|pecan|brazil nut|peanut butter|sesame
  egg|egg white|milk|cow's milk|dairy|dairy product|lactose|cheese|soy|soya|wheat|gluten|oats|corn|mustard|celery
  strawberry|kiwi|kiwi fruit|banana|mango|pineapple|avocado|apple|tomato|citrus|orange|chocolate|mushroom|garlic|onion
  pork|red meat|beef|chicken|gelatin|gelatine|food colouring|food coloring|preservative|additive|sulphite|sulfite|MSG
  dust|house dust|dust mite|house dust mite|pollen|tree pollen|grass pollen|grass|cut grass|hay|ragweed|tree|birch
  mould|mold|feather|cat|dog|horse|rabbit|hamster|pet|fur|animal fur|pet hair|cat hair|dog hair|pet dander|dander
  dye|contrast dye|contrast|iodine|iodine contrast|hair dye|henna|perfume|fragrance|scented soap|soap|washing powder
  laundry detergent|detergent|fabric softener|bleach|sun cream|sunscreen|make up|makeup|nail glue|formaldehyde
`.split('|');

/** What names an allergy, or what one must keep away from: the allergen follows. */
const ahead = phrase(listOf`
  allerg\w+|anaphyla\w+|intoleran\w+|sensitive|sensitivity|sensitivities|hypersensitiv\w+
  (?:react|reacts|reacted|reaction|reactions|hives|rash|itch\w*|swell|swells|swelled|swelling)(?= (?:\S+ )?(?:to|from) )
  (?:break|breaks|broke|broken|come|comes|came|coming) (?:me )?(?:out|up)(?: \S+){0,3} (?:from|with|to)
  (?:can't|cannot|can not|couldn't|mustn't|don't|must not) (?:have|eat|touch|wear|tolerate|go near|be near|be around)
`);
/** What an allergen does: it was named before. */
const behind = phrase(listOf`
  allerg\w+|intoleran\w+|(?:sets|set|setting) (?:me|him|her|it|my \w+) off|scratch(?:es|ed)? me
  (?:bring|brings|brought|make|makes|made|give|gives|gave) (?:me|him|her|us) (?:\w+ )?${`(?:${listOf`
    out|up|itch\w*|swell\w*|sneez\w*|wheez\w*|hives|rash|rashes|blotchy|welts|blisters|reaction|streaming
  `})`}
`);
const question = /^allerg|^react|^intoleran|^sensitiv/;
const sentenceEnd = /^[.?!;\n]$/;
/** The answer has left the subject: "No. I had eggs this morning." */
const elsewhere = wholeToken(
  'take|taking|takes|took|eat|eats|ate|eating|drink|drinking|bought|cooked|feed|fed|live|lives',
);
const mostInSentence = 16;
const mostInAnswer = 30;
const mostBefore = 7;

/** Says of a span whether the talk around it is of an allergy to it. */
export function readAllergyTalk(document: Document): (span: Span) => boolean {
  const talk = new Set<number>();
  const add = (from: number, to: number): void => {
    for (let at = from; at <= to; at++) talk.add(at);
  };
  for (const cue of findPhrases(document, ahead)) add(cue.last + 1, endOfTalk(document, cue));
  for (const cue of findPhrases(document, behind)) add(beginOfSentence(document, cue.first), cue.first - 1);
  return ({ first, last }) => talk.has(first) && talk.has(last);
}

/** The last token about the allergies that a cue names: its sentence, and after a question the answer to it. */
function endOfTalk({ tokens }: Document, cue: Span): number {
  const word = (at: number): string => tokens[at]?.text ?? '\n';
  let at = cue.last + 1;
  while (at - cue.last <= mostInSentence && !sentenceEnd.test(word(at))) at++;
  const isHeading = word(at) === '.' && at === cue.last + 1 && /^[.?!;\n]$|^(?:and|any)$/.test(word(cue.first - 1));
  if (!question.test(word(cue.first)) || !(word(at) === '?' || isHeading)) return at - 1;
  return endOfAnswer(word, at + 1);
}

/** The end of the line after the one that `start` stands in; a line of two words or fewer is not yet the answer. */
function endOfAnswer(word: (at: number) => string, start: number): number {
  let isAnswer = false;
  let begin = start;
  let at = start;
  for (; at - start < mostInAnswer && !elsewhere.test(word(at)); at++) {
    if (word(at) !== '\n') continue;
    if (isAnswer && at - begin > 3) break;
    isAnswer = true;
    begin = at;
  }
  return at - 1;
}

function beginOfSentence({ tokens }: Document, from: number): number {
  let at = from;
  while (from - at < mostBefore && at > 0 && !sentenceEnd.test(tokens[at - 1]?.text ?? '')) at--;
  return at;
}
