import { readFileSync } from 'node:fs';

const statuses = ['present', 'absent', 'family', 'past', 'possible', 'medicine'] as const;

/** One thing that a clinician's note says about the patient. */
export interface Fact {
  status: (typeof statuses)[number];
  name: string;
  /** Whether a finding is about it: by its best code, and for a medicine by its words. */
  matches(finding: { code: string; words: string }): boolean;
}

/** The facts of noteFacts.tsv by consultation. Throws when a line is not what the header says. */
export function readNoteFacts(
  text: string = readFileSync(new URL('./noteFacts.tsv', import.meta.url), 'utf8'),
): Map<string, Fact[]> {
  const facts = new Map<string, Fact[]>();
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [id = '', word = '', name = '', key = ''] = line.split('\t');
    const status = statuses.find((known) => known === word);
    if (status === undefined || key === '') throw new Error(`not a fact of a note: ${line}`);
    facts.set(id, [
      ...(facts.get(id) ?? []),
      { status, name, matches: status === 'medicine' ? byWords(key) : byCode(key) },
    ]);
  }
  return facts;
}

function byCode(prefixes: string): Fact['matches'] {
  const list = prefixes.split(' ');
  return ({ code }) => list.some((prefix) => code.startsWith(prefix));
}

function byWords(pattern: string): Fact['matches'] {
  const expression = new RegExp(String.raw`\b(?:${pattern})\b`, 'i');
  return ({ words }) => expression.test(words);
}
