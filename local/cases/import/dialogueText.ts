import { CaseError } from '../caseError.ts';
import { DialogueError } from '../dialogueError.ts';
import { isHeaderLine, readHeader } from '../dialogueHeader.ts';
import { isSound, toSoundNotes, toWords } from './fields.ts';
import type { ImportedWords, Segment } from './importedWords.ts';
import { readNamedLine } from './speakerNames.ts';

interface Numbered {
  line: number;
  content: string;
}

/**
 * Reads plain text, one utterance a line: `Doctor: Any pain?`. A line without a name goes on with the line before. The
 * header of this project's dialogues may stand above it; the pauses and doubts that such a dialogue marks are read over.
 * A line that begins with # is a comment. The text has no times.
 * @throws CaseError when the header is wrong, or the first line says no name
 */
export function readDialogueText(text: string): ImportedWords {
  const lines = text.split(/\r\n?|\n/).map((content, index) => ({ line: index + 1, content: content.trim() }));
  const { language, spoken } = withoutHeader(lines);
  const segments: Segment[] = [];
  let sounds = 0;
  for (const { line, content } of spoken) {
    const { speaker, text: said } = readNamedLine(content);
    const before = segments.at(-1);
    if (isSound(said)) sounds += said === '' ? 0 : 1;
    if (speaker !== undefined) segments.push({ speaker, words: isSound(said) ? [] : toWords(said) });
    else if (before) before.words.push(...(isSound(said) ? [] : toWords(content)));
    else throw new CaseError(`line ${line} does not begin with a speaker: write "Doctor: " or "Patient: " before it`);
  }
  return { recognizer: 'written text', language, segments, notes: toSoundNotes(sounds) };
}

function withoutHeader(lines: readonly Numbered[]): { language?: string; spoken: Numbered[] } {
  const talk = lines.filter(({ content }) => !content.startsWith('#'));
  const begin = talk.findIndex(({ content }) => content !== '');
  if (!isHeaderLine(talk[begin]?.content ?? '')) return { spoken: talk.filter(({ content }) => content !== '') };
  const border = talk.findIndex(({ content }, at) => at > begin && content === '');
  const end = border === -1 ? talk.length : border;
  try {
    const { language } = readHeader(talk.slice(begin, end));
    const spoken = talk.slice(end).filter(({ content }) => content !== '');
    return { language, spoken: spoken.map(({ line, content }) => ({ line, content: plain(content) })) };
  } catch (error) {
    throw error instanceof DialogueError ? new CaseError(error.message) : error;
  }
}

/** Without `[+1.2s]` before a line and the braces of `{?word}`. */
function plain(content: string): string {
  return content.replace(/^\[[+-]\d+(?:\.\d+)?s\]\s*/, '').replaceAll(/\{\?([^{}]+)\}/g, '$1');
}
