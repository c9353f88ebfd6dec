import { Refusal } from '../refusals.ts';
import { enginesOf } from './tags.ts';
import type { Engine } from './voices.ts';

/** A text with its tags, as Polly would take it. */
export interface Ssml {
  /** What is said, as written: the text without its tags. Only this is billed. */
  said: string;
  /** The engines that take all of its tags. */
  engines: readonly Engine[];
}

/** How deep tags may stand in one another. Speech needs four. */
const deepest = 16;

const markup = /^<speak[\s>]/;
const name = String.raw`[A-Za-z][\w:-]*`;
const text = '(?:[^<&]|&(?:amp|lt|gt|quot|apos);)';
/** One of the two kinds of quotes, and what XML forbids between them. */
const value = String.raw`"(?:[^"<&]|&(?:amp|lt|gt|quot|apos);)*"|'(?:[^'<&]|&(?:amp|lt|gt|quot|apos);)*'`;
const textAt = new RegExp(`${text}+`, 'y');
const tagAt = new RegExp(
  String.raw`<(?<end>/?)(?<name>${name})(?<rest>(?:\s+${name}\s*=\s*(?:${value}))*)\s*(?<empty>/?)>`,
  'y',
);
const attribute = new RegExp(String.raw`(?<key>${name})\s*=\s*(?<value>${value})`, 'g');

/** Whether a text is meant as SSML. */
export const isSsml = (given: string): boolean => markup.test(given);

/**
 * Reads a text with tags. Only elements and text are taken, with the five entities of XML: a document type, comments,
 * instructions, CDATA and references by number are refused, so nothing can stand for more than is written.
 * @throws Refusal InvalidRequest, which says where: a position in the text, and nothing of it
 */
export function readSsml(given: string): Ssml {
  const open: string[] = [];
  let said = '';
  let engines: readonly Engine[] = ['neural', 'standard'];
  let at = 0;
  while (at < given.length) {
    const [words] = sticky(textAt, given, at) ?? [];
    if (words !== undefined) {
      if (open.length === 0) {
        if (words.trim() !== '') throw wrong(at, 'text outside <speak>');
      } else said += words;
      at += words.length;
      continue;
    }
    const tag = sticky(tagAt, given, at);
    if (!tag?.groups) throw wrong(at, 'no tag and no text: write &lt; and &amp; for the signs themselves');
    const { end, name: element = '', rest = '', empty } = tag.groups;
    if (end) {
      if (open.pop() !== element || rest || empty) throw wrong(at, 'an end tag that ends nothing');
    } else {
      const taken = enginesOf(element, readAttributes(rest, at));
      if (!taken) throw wrong(at, 'a tag or an attribute that is not taken');
      engines = engines.filter((engine) => taken.includes(engine));
      if ((element === 'speak') !== (at === 0)) throw wrong(at, 'all must stand in one <speak>, which begins the text');
      if (!empty) open.push(element);
      if (open.length > deepest) throw wrong(at, `tags within more than ${deepest} others`);
      if (open.length === 0) throw wrong(at, 'all must stand in one <speak>, which begins the text');
    }
    at += tag[0].length;
  }
  if (open.length > 0) throw wrong(at, 'a tag has no end');
  return { said, engines };
}

function readAttributes(rest: string, at: number): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const { groups } of rest.matchAll(attribute)) {
    const { key = '', value: quoted = '' } = groups ?? {};
    if (attributes.has(key)) throw wrong(at, 'the same attribute twice');
    attributes.set(key, quoted.slice(1, -1));
  }
  return attributes;
}

function sticky(pattern: RegExp, given: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(given);
}

function wrong(at: number, what: string): Refusal {
  return new Refusal(
    'InvalidRequest',
    `The field text is no SSML that can be spoken, at character ${at + 1}: ${what}.`,
  );
}
