/** Assigns measures and qualifying words to mentions: each to the nearest one in its sentence that can have it. */
import { findMeasures, findResult } from './measures.ts';
import type { Measure } from './measures.ts';
import type { Mention } from './mention.ts';
import { findPressures, namesPressure } from './pressures.ts';
import { tokensOf } from './tokens.ts';
import type { Document, Span } from './tokens.ts';
import type { ModifierType } from './words.ts';

export type AttributeType = Measure['type'] | ModifierType | 'SYSTEM_ORGAN_SITE';

export interface Attribute extends Span {
  type: AttributeType;
}

export interface Qualified {
  mention: Mention;
  attributes: Attribute[];
}

export interface Reading {
  /** Mentions with what qualifies them; the qualifying words are no longer mentions of their own. */
  qualified: Qualified[];
  /** Ages, dates and times that belong to no mention. */
  loose: Attribute[];
}

type Target = Mention['entry']['type'];

interface Rule {
  targets: readonly Target[];
  /** The most tokens between the two: `after` when the attribute follows the mention, `before` when it precedes it. */
  after: number;
  before: number;
}

const dosing = / (?:take|taking|takes|took|use|using|apply|tablets?|capsules?|puffs?|mg|milligrams?|dose) /;
const ofMedicine = { targets: ['medicine'], after: 14, before: 4 } as const;
const rules: Readonly<Partial<Record<AttributeType, Rule>>> = {
  STRENGTH: ofMedicine,
  DOSAGE: ofMedicine,
  FORM: { targets: ['medicine'], after: 3, before: 2 },
  ROUTE_OR_MODE: ofMedicine,
  FREQUENCY: { targets: ['medicine', 'habit'], after: 16, before: 4 },
  DURATION: { targets: ['medicine', 'condition'], after: 16, before: 10 },
  TIME: { targets: ['condition', 'medicine', 'test'], after: 14, before: 10 },
  AMOUNT: { targets: ['habit'], after: 8, before: 4 },
  ACUITY: { targets: ['condition'], after: 6, before: 4 },
  QUALITY: { targets: ['condition'], after: 6, before: 4 },
  DIRECTION: { targets: ['condition', 'site'], after: 5, before: 3 },
};

/** Binds measures, modifiers and sites to the mentions that they qualify. */
export function bindAttributes(document: Document, mentions: readonly Mention[]): Reading {
  const targets = mentions.filter(({ entry }) => entry.type !== 'modifier');
  const named = targets.map((mention) => ({ mention, attributes: ownAttributes(document, mention) }));
  const qualified = withPressures(document, named);
  const taken = new Set(qualified.flatMap(({ mention, attributes }) => [mention, ...attributes].flatMap(tokensOf)));
  const sentence = readSentences(document);
  const loose: Attribute[] = [];
  const modifiers = mentions.flatMap(({ entry, first, last }): Attribute[] =>
    entry.type === 'modifier' ? [{ type: entry.attribute, first, last }] : [],
  );
  for (const attribute of [...modifiers, ...findMeasures(document, taken)]) {
    const target = nearest(attribute, qualified, sentence);
    if (target) target.attributes.push(attribute);
    else if (/^(?:AGE|DATE|TIME|DURATION)$/.test(attribute.type)) loose.push(attribute);
  }
  for (const { attributes } of qualified) attributes.sort((a, b) => a.first - b.first);
  return { qualified, loose };
}

/** Adds the blood pressures: to the name or the reading that the line has before them, or as a test of their own. */
function withPressures(document: Document, named: readonly Qualified[]): Qualified[] {
  const taken = new Set(named.flatMap(({ mention, attributes }) => [mention, ...attributes].flatMap(tokensOf)));
  const names = named.filter(({ mention }) => mention.entry.type === 'test' && namesPressure(document, mention));
  const alone: Qualified[] = [];
  let recent: Qualified | undefined;
  let next = 0;
  for (const span of findPressures(document).filter((found) => !tokensOf(found).some((at) => taken.has(at)))) {
    for (; (names[next]?.mention.last ?? Infinity) < span.first; next++) recent = names[next];
    const value: Attribute = { type: 'TEST_VALUE', ...span };
    if (recent && isTogether(document, recent.mention, span)) recent.attributes.push(value);
    else alone.push((recent = { mention: { ...span, entry: unnamedPressure }, attributes: [value] }));
  }
  return [...named, ...alone].sort((a, b) => a.mention.first - b.mention.first);
}

const unnamedPressure: Mention['entry'] = { type: 'test', test: 'TEST_NAME', when: 'always' };

/** Further readings belong to a reading of their own sentence, and to a name in their line. */
function isTogether({ tokens }: Document, { entry, last }: Mention, { first }: Span): boolean {
  const ends = entry === unnamedPressure ? /^[.?!;\n]$/ : /^\n$/;
  const between = tokens.slice(last + 1, first);
  return between.length <= 30 && !between.some(({ text }) => ends.test(text));
}

function ownAttributes(document: Document, mention: Mention): Attribute[] {
  const site: Attribute[] = mention.site ? [{ type: 'SYSTEM_ORGAN_SITE', ...mention.site }] : [];
  const tested = mention.entry.type === 'test' && mention.entry.test === 'TEST_NAME';
  return tested ? findResult(document, mention) : site;
}

function nearest(attribute: Attribute, among: readonly Qualified[], sentence: Sentences): Qualified | undefined {
  const options = around(attribute, among).flatMap((candidate) => {
    const gap = gapTo(candidate.mention, attribute);
    return gap !== undefined && sentence.together(candidate.mention, attribute) ? [{ candidate, gap }] : [];
  });
  return options.toSorted((a, b) => a.gap - b.gap)[0]?.candidate;
}

/** The number of tokens between the two; undefined when the attribute cannot belong to the mention. */
function gapTo(mention: Mention, attribute: Attribute): number | undefined {
  const rule = rules[attribute.type];
  if (!rule?.targets.includes(mention.entry.type)) return undefined;
  const follows = attribute.first > mention.last;
  const gap = follows ? attribute.first - mention.last - 1 : Math.max(0, mention.first - attribute.last - 1);
  const isInReach = gap <= (follows ? rule.after : rule.before);
  return isInReach && isBeside(attribute, follows, gap) ? gap : undefined;
}

/** "Left" is as often a verb, and "right" an answer: alone, they count only directly before the word they qualify. */
function isBeside(attribute: Attribute, follows: boolean, gap: number): boolean {
  return attribute.type !== 'DIRECTION' || attribute.last > attribute.first || (gap === 0 && !follows);
}

/** The few mentions near an attribute, so that a long text is not searched anew for each of its attributes. */
function around(attribute: Attribute, among: readonly Qualified[]): readonly Qualified[] {
  let low = 0;
  let high = among.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((among[middle]?.mention.first ?? 0) < attribute.first) low = middle + 1;
    else high = middle;
  }
  return among.slice(Math.max(0, low - 6), low + 6);
}

interface Sentences {
  /** Whether the attribute may be about the mention. */
  together(mention: Mention, attribute: Attribute): boolean;
}

/** "I'll give you amoxicillin. Take one three times a day.": a medicine's dose often stands in the next sentence. */
function readSentences(document: Document): Sentences {
  let current = { line: 0, words: [] as string[] };
  const sentences = [current];
  const of = document.tokens.map(({ text }) => {
    current.words.push(text);
    const index = sentences.length - 1;
    if (/^[.?!;\n]$/.test(text)) {
      current = { line: current.line + (text === '\n' ? 1 : 0), words: [] };
      sentences.push(current);
    }
    return index;
  });
  return {
    together(mention, attribute) {
      const [own = 0, other = 0] = [of[mention.last], of[attribute.first]];
      if (own === other) return true;
      if (mention.entry.type !== 'medicine' || other !== own + 1) return false;
      const next = sentences[other];
      return next?.line === sentences[own]?.line && dosing.test(` ${next?.words.join(' ') ?? ''} `);
    },
  };
}
