import type { Token } from './tokens.ts';
import { nounForm, verbForm } from './stems.ts';

/**
 * How a word of a name may appear in the text: as written, in any letter case, inflected as a noun, or inflected as a
 * noun or a verb.
 */
export type WordMatch = 'written' | 'exact' | 'noun' | 'verb';

interface Node<Entry> {
  next: Map<string, Node<Entry>>;
  entries: Entry[];
}

/** A name found at a token; `end` is the index after the last token that belongs to it. */
export interface Found<Entry> {
  entries: readonly Entry[];
  end: number;
}

const mark = { written: '^', exact: '=', noun: '#', verb: '' } as const;
/** Words that may stand inside a name: "blood in my wee" is "blood in wee". */
const loose = new Set(
  'a an the my your his her their our any some this that these those like really very quite pretty'.split(' '),
);

/** Stands in a name for any number: "lost 0 pounds" is also "lost about a stone and a half". */
const anyNumber = '0';
const about = /^(?:about|around|nearly|almost|over|roughly|maybe|another)$/;
const numeral = new RegExp(
  `^(?:\\d[\\d.,]*|${'one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty half couple few several dozen'.split(' ').join('|')})$`,
);
const within = /^(?:and|a|of|or|to|point|odd)$/;

/** The most of these words, or of words said twice, that may stand inside a name. */
const mostSkips = 3;

/** Names by their words. Finding all names of a text takes time linear in its tokens. */
export class Trie<Entry> {
  private readonly root: Node<Entry> = { next: new Map(), entries: [] };
  private readonly forms = new Map<string, readonly [string, string]>();

  /** Adds an entry under a name. The words that may be left out inside a name are left out. */
  add(words: readonly string[], match: WordMatch, entry: Entry): void {
    let node = this.root;
    for (const word of inflects(match) ? nameKey(words) : words) {
      const isWritten = word === 'A';
      const edge =
        word === anyNumber ? word : mark[isWritten ? 'written' : match] + (isWritten ? word : edgeWord(word, match));
      const next = node.next.get(edge) ?? { next: new Map(), entries: [] };
      node.next.set(edge, next);
      node = next;
    }
    if (node !== this.root && !node.entries.includes(entry)) node.entries.push(entry);
  }

  /** The longest name that begins at a token, or undefined. */
  longest(tokens: readonly Token[], start: number): Found<Entry> | undefined {
    let best: Found<Entry> | undefined;
    const reach = (node: Node<Entry> | undefined, end: number | undefined, skips: number): void => {
      if (node === undefined || end === undefined) return;
      if (node.entries.length > 0) best = longer(best, { entries: node.entries, end });
      walk(node, end, skips);
    };
    const walk = (node: Node<Entry>, at: number, skips: number): void => {
      const token = tokens[at];
      if (token === undefined) return;
      for (const edge of this.edges(token)) reach(node.next.get(edge), at + 1, skips);
      const number = node.next.get(anyNumber);
      if (number) reach(number, endOfNumber(tokens, at), skips);
      const skipped = loose.has(token.text) || token.text === tokens[at - 1]?.text;
      if (node !== this.root && skipped && skips > 0) walk(node, at + 1, skips - 1);
    };
    walk(this.root, start, mostSkips);
    return best;
  }

  private edges(token: Token): string[] {
    const [noun, verb] = this.formsOf(token.text);
    return [mark.written + token.written, mark.exact + token.text, mark.noun + noun, mark.verb + verb];
  }

  private formsOf(word: string): readonly [string, string] {
    const known = this.forms.get(word);
    if (known !== undefined) return known;
    const forms = [nounForm(word), verbForm(word)] as const;
    // A long-running stand-in reads many texts. The vocabulary of speech is small, but this cache must not grow for
    // ever.
    if (this.forms.size < 50_000) this.forms.set(word, forms);
    return forms;
  }
}

/** The index after the number that begins at a token, with the word before it that says how exact it is. */
function endOfNumber(tokens: readonly Token[], start: number): number | undefined {
  const word = (at: number): string => tokens[at]?.text ?? '';
  let at = about.test(word(start)) ? start + 1 : start;
  if (!numeral.test(word(at))) return undefined;
  while (numeral.test(word(at)) || (within.test(word(at)) && numeral.test(word(at + 1)))) at++;
  return at;
}

/** The longer of two names; if they are equally long, the entries of both, the closest form first. */
function longer<Entry>(best: Found<Entry> | undefined, found: Found<Entry>): Found<Entry> {
  if (best === undefined || found.end > best.end) return found;
  if (found.end < best.end) return best;
  return { entries: [...new Set([...best.entries, ...found.entries])], end: best.end };
}

/** The words that decide whether two names are the same. */
export function nameKey(words: readonly string[]): string[] {
  return words.filter((word, index) => index === 0 || !loose.has(word));
}

function inflects(match: WordMatch): boolean {
  return match === 'noun' || match === 'verb';
}

function edgeWord(word: string, match: WordMatch): string {
  if (match === 'noun') return nounForm(word);
  return match === 'verb' ? verbForm(word) : word;
}
