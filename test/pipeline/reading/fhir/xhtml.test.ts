import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchored, element, legible, narrative } from '../../../../pipeline/reading/fhir/xhtml.ts';
import { hostile } from './charts.ts';
import { parseNarrative } from './parsed.ts';

/** Whatever a text may hold: halves of characters too. */
const anyText = fc.array(fc.integer({ min: 0, max: 0x10ffff })).map((points) => String.fromCodePoint(...points));

describe('text stays text', () => {
  test.each(hostile)('%s', (_, text) => {
    const { elements, lines } = parseNarrative(narrative(element('p', element('q', text))));
    expect(elements.map(({ tag }) => tag)).toEqual(['div', 'p', 'q']);
    expect(lines).toEqual([text]);
  });

  test('in an attribute too', () => {
    const { elements } = parseNarrative(narrative(anchored('"><script a="', 'words')));
    expect(elements.map(({ tag, attributes }) => [tag, attributes['id']])).toEqual([
      ['div', undefined],
      ['li', '"><script a="'],
    ]);
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { elements, lines } = parseNarrative(narrative(element('p', text)));
        expect(elements).toHaveLength(2);
        expect(lines.join('')).toBe(legible(text));
      }),
    );
  });
});

describe('legible', () => {
  test.each([
    ['a null character', 'a\u{0}b', 'a\u{fffd}b'],
    ['a form feed', 'a\fb', 'a b'],
    ['an escape', 'a\u{1b}b', 'a\u{fffd}b'],
    ['half of a character', 'a\u{d83d}b', 'a\u{fffd}b'],
    ['a non-character', 'a\u{ffff}b', 'a\u{fffd}b'],
    ['a line break of Windows', 'a\r\nb', 'a\nb'],
    ['a narrow blank', 'a\u{202f}b', 'a b'],
    ['a whole emoji', '\u{1f637}', '\u{1f637}'],
  ])('%s', (_, text, expected) => {
    expect(legible(text)).toBe(expected);
  });

  test('gives what a FHIR string may be, and changes nothing a second time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(legible(text)).toMatch(/^[ \r\n\t\S]*$/);
        expect(legible(legible(text))).toBe(legible(text));
      }),
    );
  });
});
