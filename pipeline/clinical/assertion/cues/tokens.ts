const token = /[\p{L}']+|[.?!,]/gu;

/** The words and marks of a text in lower case; a number is "NUM". */
export function tokensOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replace(/\d+(?:\.\d+)?/g, ' NUM ')
      .match(token) ?? []
  );
}

export const isWord = (one: string) => /\p{L}/u.test(one);

/** Each word, and each pair and three in a row of words and marks. */
export function runsOf(tokens: readonly string[], longest: number): string[] {
  return tokens.flatMap((_, end) =>
    Array.from({ length: Math.min(longest, end + 1) }, (__, back) => tokens.slice(end - back, end + 1)).flatMap(
      (run) => (run.length > 1 || isWord(run[0] ?? '') ? run.join(' ') : []),
    ),
  );
}
