import { words } from './wording.ts';

const kinds = {
  S: 'symptom',
  P: 'problem',
  M: 'medication',
  T: 'test',
  R: 'procedure',
  A: 'allergy',
} as const;

const statuses = {
  '+': 'present',
  '-': 'absent',
  '?': 'possible',
  h: 'historical',
  f: 'family',
  '>': 'planned',
  t: 'taking',
  s: 'stopped',
  a: 'allergic',
  n: 'not_taking',
  x: 'advised_against',
  p: 'past',
  c: 'hypothetical',
  o: 'other',
} as const;

export type GoldKind = (typeof kinds)[keyof typeof kinds];
export type GoldStatus = (typeof statuses)[keyof typeof statuses];

const kindOf: Readonly<Record<string, GoldKind>> = kinds;
const statusOf: Readonly<Record<string, GoldStatus>> = statuses;

/** A trap is somebody else's, or only imagined: nobody misses it, and whoever takes it for the patient's errs. */
export type Importance = 'key' | 'minor' | 'trap';

/** What a colleague must find in the record, or must not: a line of `gold.txt`. */
export interface GoldFinding {
  name: string;
  kind: GoldKind;
  /** At the end of the consultation, for the patient. */
  status: GoldStatus;
  /** Readings that another careful clinician could defend. */
  alsoAccepted: GoldStatus[];
  importance: Importance;
  /** The words of this transcript for it. */
  aliases: string[];
  /** Where the first quote stands; turns count from 0. */
  turn: number;
  /** Where the thing itself is said or decided, in order. */
  turns: number[];
  /** The first one. */
  quote: string;
  /** Dose, measurement or duration as it was said. */
  value: string | null;
}

/** A turn as the annotator read it, and whose it is. */
export interface ToldTurn {
  role: 'clinician' | 'patient' | 'other';
  text: string;
}

const head = /^([SPMTRA])([-+?hf>cotsanxp]+)([!.])\s*(\S.*)$/;

/**
 * Reads the findings of a `gold.txt`; fixtures/consultations/README.md describes its lines. A line that gives no turns
 * means the first turn in which each of its quotes stands.
 * @throws Error naming the first line that is wrong: `name:line`, where `name` is the file's
 */
export function readGold(text: string, told: readonly ToldTurn[], name: string): GoldFinding[] {
  const turns = told.map((turn) => toPlain(turn.text));
  return text.split('\n').flatMap((content, index) => {
    const line = content.trim();
    if (line === '' || line.startsWith('#')) return [];
    try {
      return [readLine(line, turns)];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${name}:${index + 1}: ${reason}`, { cause: error });
    }
  });
}

function readLine(line: string, turns: readonly string[]): GoldFinding {
  const [first = '', aliasList = '', turnList = '', quoteList = '', value = null] = line
    .split('|')
    .map((part) => part.trim());
  const quotes = quoteList.split('//').map((quote) => quote.trim());
  const aliases = aliasList
    .split(';')
    .map((alias) => alias.trim())
    .filter((alias) => alias !== '');
  if (aliases.length === 0) throw new Error('there is no alias');
  return { ...readHead(first), aliases, ...placeQuotes(quotes, readTurns(turnList, turns), turns), value };
}

function readHead(text: string): Pick<GoldFinding, 'name' | 'kind' | 'status' | 'alsoAccepted' | 'importance'> {
  const [, letter = '', signs = '', mark = '', name = ''] = head.exec(text) ?? [];
  const kind = kindOf[letter];
  const [status, ...alsoAccepted] = signs.split('').flatMap((sign) => statusOf[sign] ?? []);
  if (!kind || !status) {
    throw new Error(`"${text}" does not begin with kind, statuses, "!" or "." and a name, such as "S-! fever"`);
  }
  const isTrap = status === 'hypothetical' || status === 'other';
  const importance = isTrap ? 'trap' : mark === '!' ? 'key' : 'minor';
  return { name, kind, status, alsoAccepted, importance };
}

function readTurns(text: string, turns: readonly string[]): number[] {
  const numbers = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wrong = numbers.find((number) => !/^\d+$/.test(number) || Number(number) >= turns.length);
  if (wrong !== undefined) throw new Error(`there is no turn "${wrong}": they count from 0 to ${turns.length - 1}`);
  return numbers.map(Number);
}

/** Every quote must stand in one of the turns that are given; where none is, the first turn that has it is meant. */
function placeQuotes(
  quotes: readonly string[],
  given: readonly number[],
  turns: readonly string[],
): Pick<GoldFinding, 'turn' | 'turns' | 'quote'> {
  const allowed = given.length > 0 ? given.toSorted((a, b) => a - b) : [...turns.keys()];
  const places = quotes.map((quote) => {
    const plain = toPlain(quote);
    const place = plain === '' ? undefined : allowed.find((turn) => turns[turn]?.includes(plain));
    if (place === undefined) throw new Error(`the quote "${quote}" is not in ${nameOf(given)}`);
    return place;
  });
  const [turn = 0] = places;
  const said = new Set(given.length > 0 ? given : places);
  return { turn, turns: [...said].sort((a, b) => a - b), quote: quotes[0] ?? '' };
}

function nameOf(given: readonly number[]): string {
  if (given.length === 0) return 'the dialogue';
  return given.length === 1 ? `turn ${given.join()}` : `one of the turns ${given.join(', ')}`;
}

/** A quote is compared by its words and apostrophes; case, marks and blanks do not count. */
function toPlain(text: string): string {
  return words(text).join(' ');
}
