import type { Bundle, Composition } from '@medplum/fhirtypes';
import { SaxesParser } from 'saxes';

/** A narrative as a parser of XML understands it. */
export interface Parsed {
  /** Its elements, in the order in which they begin. */
  elements: { tag: string; attributes: Record<string, string> }[];
  /** Its text, that of each block on a line of its own. */
  lines: string[];
}

/** @throws Error when it is not well-formed */
export function parseNarrative(div: string): Parsed {
  const parser = new SaxesParser();
  const parsed: Parsed = { elements: [], lines: [''] };
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    parsed.elements.push({ tag: name, attributes });
    if (name !== 'q' && name !== 'b') parsed.lines.push('');
  });
  parser.on('text', (text) => parsed.lines.push((parsed.lines.pop() ?? '') + text));
  parser.write(div).close();
  return { ...parsed, lines: parsed.lines.filter((line) => line !== '') };
}

export function compositionOf({ entry = [] }: Bundle): Composition {
  return entry[0]?.resource as Composition;
}

/** By title, the sections of a document with their narratives parsed. */
export function sectionsOf(bundle: Bundle) {
  const { section = [] } = compositionOf(bundle);
  return Object.fromEntries(
    section.map((one) => [one.title ?? '', { ...one, ...parseNarrative(one.text?.div ?? '') }]),
  );
}

/** The elements of a FHIR narrative that this product uses, with the attributes that it gives them. */
const expected: Readonly<Record<string, string>> = { div: 'xmlns', li: 'id', b: '', p: '', q: '', ul: '' };

/** What in the narratives of a Bundle is not well-formed, or no part of a narrative. */
export function narrativeFaults({ entry = [] }: Bundle): string[] {
  const composition = entry.map(({ resource }) => resource).find((one) => one?.resourceType === 'Composition');
  const divs = (composition?.section ?? []).flatMap(({ text }) => text?.div ?? []);
  return divs.flatMap((div) => {
    try {
      return parseNarrative(div).elements.flatMap(({ tag, attributes }) =>
        Object.keys(attributes).every((name) => expected[tag] === name) && tag in expected ? [] : [tag],
      );
    } catch (error) {
      return [(error as Error).message];
    }
  });
}
