import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, sources } from './sources.ts';

/** As the formatter writes it: a function's last line begins with a brace that stands below its first line. */
const opens = /^(\s*)(?:.*\bfunction\b.*|.*=>|\).*|(?:async |static |override )*\*?#?\w+\(.*\)(?:: .*)?) \{$/;

/** The functions of a text that have more lines than this, by their first lines. */
function longFunctions(text: string, most: number): string[] {
  const lines = text.split('\n');
  return lines.filter((line, at) => {
    const [, indent] = opens.exec(line) ?? [];
    const end = lines.findIndex((other, later) => later > at && other.startsWith(`${indent}}`));
    return indent !== undefined && end - at >= most;
  });
}

const literal = /(?<=(?:^|[=(,:[!&|?]|=>|return)\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/gm;

/** The regular expressions of a text that have more characters than this; a list of phrases is none. */
const longPatterns = (text: string, most: number) =>
  [...text.matchAll(literal)].flatMap(([pattern]) => (pattern.length > most ? pattern : []));

const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('no function of clinical/ is longer than a reader sees at once', () => {
  const files = sources('pipeline/clinical');
  expect(files.flatMap((file) => longFunctions(read(file), 40).map((line) => `${file}: ${line}`))).toEqual([]);
});

test('no pattern of the product is longer than a reader takes apart: a longer one is a list', () => {
  const files = sources('pipeline');
  expect(files.flatMap((file) => longPatterns(read(file), 160).map((pattern) => `${file}: ${pattern}`))).toEqual([]);
});

describe('the law sees', () => {
  const body = (lines: number) => '  go();\n'.repeat(lines);

  test.each<[string, string]>([
    ['a function', `export function* a(b: C): D {\n${body(4)}}`],
    ['an arrow', `const a = (b) => {\n${body(4)}};`],
    ['a callback', `  b.map((c) => {\n${body(4)}  });`],
    ['a method', `  async #a(b: C): Promise<D> {\n${body(4)}  }`],
    ['a function with parameters in lines', `function a(\n  b: C,\n): D {\n${body(4)}}`],
  ])('%s', (_, text) => {
    expect([longFunctions(text, 5), longFunctions(text, 6)].map(({ length }) => length)).toEqual([1, 0]);
  });

  test('no table for a function', () => expect(longFunctions(`const a = {\n${body(9)}};`, 5)).toEqual([]));

  test.each<[string, number]>([
    ['const a = /abcdef/i;', 1],
    ['const a =\n  /ab[/]cd/;', 1],
    ["s.replace(/ab\\/cdef/g, '');", 1],
    ['const a = /abc/;', 0],
    ['const a = b / abcdef / c;', 0],
    ['// of a/abcdef/b', 0],
    ['const a = anyOf`abcdefgh`;', 0],
  ])('%s', (text, count) => expect(longPatterns(text, 6)).toHaveLength(count));
});
