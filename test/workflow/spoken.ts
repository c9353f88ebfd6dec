const runLength = 4;

/** Runs of words from `spoken` that turn up in `text`, whatever stands between the words there. */
export function leaks(spoken: string, text: string): string[] {
  const said = new Set(runs(spoken));
  return [...new Set(runs(text).filter((run) => said.has(run)))];
}

function runs(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}’']+/gu) ?? [];
  return words.slice(runLength - 1).map((_, index) => words.slice(index, index + runLength).join(' '));
}
