/** What neither XML 1.0 nor a FHIR string may hold: control characters, halves of characters, non-characters. */
const forbidden = /(?![\t\n])[\p{Cc}\p{Cs}\u{fffe}\u{ffff}]/gu;

/** Blanks of other widths: a FHIR string knows the blank, the tabulator and the line break. */
const otherBlanks = /[^\S\t\n\r ]/g;

/**
 * Text as it may stand in a FHIR string and in a narrative: the same words, whatever somebody said or wrote. The
 * replacement character shows that something stood there.
 */
export function legible(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(otherBlanks, ' ').replaceAll(forbidden, '\u{fffd}');
}

/** Markup of a narrative. Only `element` makes it, so that no text gets into it without being escaped. */
class Xhtml {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type { Xhtml };

/** What an element holds: text, which is escaped, other elements, or nothing. */
export type Content = string | Xhtml | undefined;

/** An element of the few that a narrative needs; all of them are in FHIR's list. */
export function element(tag: 'b' | 'li' | 'p' | 'q' | 'ul', ...contents: readonly Content[]): Xhtml {
  return new Xhtml(`<${tag}>${joined(contents)}</${tag}>`);
}

/** A `li` that a link can lead to. */
export function anchored(id: string, ...contents: readonly Content[]): Xhtml {
  return new Xhtml(`<li id="${escape(id)}">${joined(contents)}</li>`);
}

/** The whole of a narrative: a `div` of XHTML, as FHIR wants it. */
export function narrative(...contents: readonly Content[]): string {
  return `<div xmlns="http://www.w3.org/1999/xhtml">${joined(contents)}</div>`;
}

function joined(contents: readonly Content[]): string {
  return contents.map((content) => (typeof content === 'object' ? content.markup : escape(content ?? ''))).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The one way by which text becomes a part of the markup. */
function escape(text: string): string {
  return legible(text).replaceAll(/[&<>"]/g, (mark) => entities[mark] ?? '');
}
