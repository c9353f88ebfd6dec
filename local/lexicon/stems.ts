/**
 * Light word forms, for telling that "coughing" is a cough and "haemorrhoids" are hemorrhoids. Both the lexicon and the
 * text go through the same functions, so a form need not be a word: it only has to be the same on both sides.
 */

const irregular: Readonly<Record<string, string>> = {
  bitten: 'bite',
  bled: 'bleed',
  broke: 'break',
  broken: 'break',
  burnt: 'burn',
  feet: 'foot',
  felt: 'feel',
  lost: 'lose',
  one: '1',
  slept: 'sleep',
  stung: 'sting',
  teeth: 'tooth',
  three: '3',
  threw: 'throw',
  thrown: 'throw',
  two: '2',
  woke: 'wake',
};

/** One form for the singular, plural and possessive, and for the British and the American spelling of a noun. */
export function nounForm(word: string): string {
  const bare = word.normalize('NFD').replace(/\p{M}/gu, '').replace(/'s?$/, '');
  return spelling(singular(irregular[bare] ?? bare));
}

/** As `nounForm`, and one form for vomit, vomits, vomiting and vomited. */
export function verbForm(word: string): string {
  const noun = nounForm(word);
  const root = /^(.*[aeiouy].*?)(?:ing|(?<!e)ed)$/.exec(noun)?.[1];
  const stem = root !== undefined && root.length > 2 ? root.replace(/([bdgmnprt])\1$/, '$1') : noun;
  return stem.length > 3 ? stem.replace(/e$/, '') : stem;
}

function singular(word: string): string {
  if (word.length <= 3) return word;
  if (/..ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(?:ss|sh|ch|x|z|us)es$/.test(word)) return word.slice(0, -2);
  return word.replace(/([^sui])s$/, '$1');
}

/** Turns British spelling into American, and "arthritus" into "arthritis". */
function spelling(word: string): string {
  if (word.length <= 4) return word;
  const long =
    word.length > 5 ? word.replace(/[ao]e(?=[^$])/g, 'e').replace(/[iy]s(?=e$|ed$|ing$|ation$)/, 'iz') : word;
  return long
    .replace(/our$/, 'or')
    .replace(/tre$/, 'ter')
    .replace(/^sulph/, 'sulf')
    .replace(/itus$/, 'itis');
}
