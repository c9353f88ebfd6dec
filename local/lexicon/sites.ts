/** "Pain in my left knee", "my stomach has been hurting": a complaint and the part of the body, said apart. */
import type { Condition, Entry, Lexicon } from './lexicon.ts';
import { conditionKey, siteKey, writtenSite } from './lexicon.ts';
import type { Mention } from './mention.ts';
import { textOf, tokensOf } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

type Site = Extract<Entry, { type: 'site' }>;

/** The surroundings in which a complaint looks for its part of the body. */
export interface Scene {
  document: Document;
  lexicon: Lexicon;
  /** Every name found in the text, in order. A name that can be a part of the body is one here. */
  names: readonly Mention[];
  /** The sites that already belong to a complaint, by their index in `names`. */
  takenSites: Set<number>;
}

interface Neighbour {
  index: number;
  site: Site;
  span: Span;
  /** Tokens between the complaint and the site. */
  gap: number;
}

const between = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const place =
  'left right upper lower both mid middle top bottom front back side hand whole the my your his her their this that a of';
/** From complaint to site: "pain, sharp, all across the lower part of my back". */
const beforeSite = between(
  `${place} in on at to around across over under behind near inside along all down just like kind sort bit feeling here with part area`,
);
/** From site to complaint: "my throat has been really quite sore". */
const afterSite = between(
  "is are was were be been being it's feels feel feeling felt has have had gets get getting got goes go going gone went seems seem seemed appear the " +
    "looks look looking looked keeps keep started start starting starts becomes became that's which really so very quite a bit little " +
    "pretty just also still always constantly sometimes slightly all kind of sort like more too hurting isn't aren't wasn't " +
    "weren't doesn't don't didn't not hasn't haven't been to 's some bit extremely absolutely now actually feels",
);
const reach = 8;

/**
 * Joins the condition at `index` with the nearest part of the body in the same clause. When the two together are a name
 * of the lexicon or have a code of their own, they become one mention that reaches from one to the other; otherwise the
 * condition keeps its words and has the site beside it. Undefined when there is no site, or when the condition is not a
 * complaint.
 */
export function joinSite(scene: Scene, index: number, condition: Condition): Mention | undefined {
  const own = scene.names[index];
  if (own === undefined || condition.derived || !isLocal(condition)) return undefined;
  const options = [neighbour(scene, index, -1), neighbour(scene, index, 1)]
    .filter((found) => found !== undefined)
    .map((found) => ({ ...found, located: locate(scene, condition, own, found) }))
    .sort((a, b) => Number(b.located !== undefined) - Number(a.located !== undefined) || a.gap - b.gap);
  const [nearest] = options;
  if (nearest === undefined || (!nearest.located && !canStandAlone(condition))) return undefined;
  scene.takenSites.add(nearest.index);
  const { first, last } = own;
  if (!nearest.located) return { first, last, entry: { ...condition, needsSite: false }, site: nearest.span };
  return {
    first: Math.min(first, nearest.span.first),
    last: Math.max(last, nearest.span.last),
    entry: nearest.located,
    joined: { first, last },
  };
}

/** A complaint can be anywhere, a diagnosis only if it has codes by site: a fracture does, asthma does not. */
function isLocal({ kind, sites }: Condition): boolean {
  return kind !== 'diagnosis' || sites.size > 0;
}

/**
 * "Sore" on an elbow is a pain there; something broken that has no code of its own, such as a nail, is not a fracture.
 */
function canStandAlone({ kind, concepts, needsSite }: Condition): boolean {
  return concepts.length > 0 && !(needsSite && kind === 'diagnosis');
}

/** The next part of the body to the left or right, if only words that lead to it stand in between. */
function neighbour(scene: Scene, index: number, step: 1 | -1): Neighbour | undefined {
  const { names, takenSites } = scene;
  const own = names[index];
  let at = index + step;
  while (names[at]?.entry.type === 'modifier') at += step;
  const other = names[at];
  if (own === undefined || other?.entry.type !== 'site' || takenSites.has(at)) return undefined;
  const modifiers = step === 1 ? names.slice(index + 1, at) : names.slice(at + 1, index);
  const passed = new Set(modifiers.flatMap(tokensOf));
  const [left, right] = step === 1 ? [own, other] : [other, own];
  const gap = right.first - left.last - 1;
  const words = tokensOf({ first: left.last + 1, last: right.first - 1 });
  if (gap > reach || !words.every((token) => passed.has(token) || leads(scene, token, step))) return undefined;
  return { index: at, site: other.entry, span: { first: other.first, last: other.last }, gap };
}

/** Whether a word leads on from the complaint to the site after it, or from the site before it to the complaint. */
function leads({ document }: Scene, token: number, step: 1 | -1): boolean {
  const word = document.tokens[token]?.text ?? '';
  return step === 1 ? beforeSite.has(word) || isBreath(document, token) : afterSite.has(word);
}

/** "Swelling, of the lips": the speaker pauses there, but does not begin a new statement. */
function isBreath({ tokens }: Document, comma: number): boolean {
  const next = tokens[comma + 1]?.text ?? '';
  return tokens[comma]?.text === ',' && /^(?:in|of|on|around|across|down|under|behind)$/.test(next);
}

/** The condition that a complaint and its site are together: by name, or by the condition's own list of sites. */
function locate(
  { document, lexicon }: Scene,
  condition: Condition,
  own: Span,
  { site, span }: Neighbour,
): Condition | undefined {
  const where = textOf(document, span);
  const names = [writtenSite(where), siteKey(where), ...site.names];
  const direction = directionOf(document, span);
  const sided = direction === undefined ? [] : names.map((name) => `${direction} ${name}`);
  const places = [...sided, ...names];
  const said = textOf(document, own);
  // The big toe is a toe, the back of the neck a neck: a code for the whole is better than none.
  const whole = siteKey(where.split(/\s+/).at(-1) ?? '');
  return (
    placed(condition, sided) ??
    named(lexicon, said, places) ??
    placed(condition, places) ??
    firstOf(condition.names, (name) => named(lexicon, name, places)) ??
    placed(condition, direction === undefined ? [whole] : [`${direction} ${whole}`, whole])
  );
}

function firstOf<Item, Result>(items: readonly Item[], find: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}

function placed(condition: Condition, places: readonly string[]): Condition | undefined {
  const here = firstOf(places, (place) => condition.sites.get(place));
  if (here === undefined) return undefined;
  const elsewhere = condition.concepts.filter(({ code }) => code !== here[0]?.code);
  return { ...condition, concepts: [...here, ...elsewhere], needsSite: false };
}

function named({ conditions }: Lexicon, complaint: string, places: readonly string[]): Condition | undefined {
  const names = places.flatMap((site) => [`${site} ${complaint}`, `${complaint} ${site}`, `${complaint} in ${site}`]);
  const condition = firstOf(names, (name) => conditions.get(conditionKey(name)));
  return condition?.derived ? undefined : condition;
}

function directionOf(document: Document, site: Span): string | undefined {
  const words = document.tokens.slice(Math.max(0, site.first - 6), site.first).map(({ text }) => text);
  return /(left|right|upper|lower|mid)(?: hand)?(?: sided?)?(?: of)?(?: (?:my|the|your|his|her))?$/.exec(
    words.join(' '),
  )?.[1];
}
