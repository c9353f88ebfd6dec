import { kin, parents } from './kin.ts';
import { anyOf } from '../../../phrases.ts';

const small = new Set(
  'the and but for not any all had has was are you his her him she its got get out off too now day one two who how why can did let say see use way yes yeah nah bit lot our own few been much ever lot about after also been could does doesn from have having just know like more much only other really some that them then there they this what when where which with would your you were will than been into over very'.split(
    ' ',
  ),
);

/** The words of a text that may name a finding, cut to their stems so that "coughing" names the cough. */
export function namingWords(text: string): Set<string> {
  const words = text.toLowerCase().match(/\p{L}[\p{L}'-]*/gu) ?? [];
  return new Set(words.filter((word) => word.length > 2 && !small.has(word)).map(stem));
}

const irregular: Readonly<Record<string, string>> = {
  swollen: 'swelling',
  slept: 'sleep',
  bled: 'bleed',
  broke: 'break',
};

/** So that "dizzy" says dizziness and "swollen" says swelling. */
const stem = (word: string) => {
  const own = word.replace(/'s$/, '');
  return (irregular[own] ?? own).replace(/y$/, 'i').slice(0, 5);
};

/** "All of them except the dizziness", "everything but the cough" */
const allBut =
  /\b(?:all|both|every(?:thing|one)?|yes|yeah)\b[^.?!]*?\b(?:except|but not|bar|apart from|other than|(?<=everything )but)\b(?: for)?(.*)/i;

/** Whose it is that is named: "Not him. His sister has it." */
const somebodyElse = anyOf`
  (?:my|his|her|our|their) (?:\w+ )?(?:${parents}|(?:${kin.brother}|${kin.sister}|${kin.son}|${kin.daughter}|kid)s?|husband|wife|partner|friend|flatmate)
`;

/** "Red" says redness, "painful" says pain. */
export const isKindred = (one: string, other: string) => one.startsWith(other) || other.startsWith(one);

/** "In my back, not my chest." */
const notThere = /\bnot (?:in |on )?(?:my|the) (\p{L}+)/iu;

export const onlyThese =
  /\b(?:just|only|nothing (?:else|but)|other than|apart from|except|not the other|(?:not|n't|none of|neither of|no)\b[\w ]{0,15}\bthe (?:other|others|rest))\b/i;
const denial = /\b(?:no|not|never|none|without|nor|don't|haven't|isn't|hasn't|doesn't)\b/i;

/** What an answer that names things says of one that was asked: it names it, denies it, or names only others. */
export type Named = 'named' | 'denied' | 'left-out' | 'silent';

export function readNamed(answer: string, asked: ReadonlySet<string>, others: ReadonlySet<string>): Named {
  const isAsked = (words: ReadonlySet<string>) =>
    asked.size > 0 && [...asked].every((word) => [...words].some((said) => isKindred(word, said)));
  const exception = allBut.exec(answer)?.[1];
  if (exception !== undefined) {
    const own = [...asked].filter((word) => !others.has(word));
    return isAsked(namingWords(exception)) || own.some((word) => namingWords(exception).has(word)) ? 'denied' : 'named';
  }
  const namesOnly = onlyThese.test(answer);
  let found: Named = 'silent';
  let denies = false;
  for (const clause of answer.split(/[,.;!?…]|\bbut\b|\balthough\b/i)) {
    const words = namingWords(clause);
    // "No, just a cough": what is named alone is not what was denied.
    if (denial.test(clause)) denies = !onlyThese.test(clause);
    else if (words.size > 0) denies = false;
    if (
      notThere
        .exec(clause)
        ?.slice(1)
        .some((word) => asked.has(stem(word.toLowerCase())))
    )
      return 'denied';
    if (isAsked(words) && (denies || !somebodyElse.test(clause))) return denies ? 'denied' : 'named';
    if (!namesOnly) continue;
    const own = [...asked].filter((word) => !others.has(word) && words.has(word));
    if (!denies && own.length * 2 >= asked.size && own.length > 0) return 'named';
    if ([...others].some((word) => words.has(word))) found = 'left-out';
  }
  return found;
}
