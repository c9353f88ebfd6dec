const lineLength = 110;

/** A text in lines of a terminal's width, each begun with so many blanks, all but the first with two more. A word is never cut. */
export function wrapped(text: string, blanks: number): string[] {
  const lines: string[] = [];
  const margin = ' '.repeat(blanks);
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${word}`.length <= lineLength) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${margin}${lines.length > 0 ? '  ' : ''}${word}`);
  }
  return lines;
}
