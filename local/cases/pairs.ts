import { extname, join } from 'node:path';
import { hasMediaName } from '../../pipeline/recording/recording.ts';
import { CaseError } from './caseError.ts';
import { isWordsFile } from './import/wordsFile.ts';

/** A recording of a folder and the words file beside it. */
export interface Pair {
  recording: string;
  words: string;
  /** Words files of the same name that are left out, as recognizers write them side by side. */
  others: string[];
}

/**
 * The recordings of a folder that have their words beside them: `visit.mp3` with `visit.json`, or with
 * `visit.mp3.json`, as whisper.cpp names it. JSON says most, so of several words files it is taken.
 * @throws CaseError when two recordings, or two words files, could be meant
 */
export function pairsIn(folder: string, fileNames: readonly string[]): Pair[] {
  const recordings = fileNames.filter(hasMediaName);
  const pairs = recordings.flatMap((recording) => {
    const words = fileNames.filter((name) => isWordsFile(name) && isBeside(recording, name));
    return words.length === 0 ? [] : [toPair(folder, recording, words)];
  });
  for (const { recording, words } of pairs) {
    const twin = pairs.find((other) => other.recording !== recording && other.words === words);
    if (twin) {
      const both = `${recording} and ${twin.recording}`;
      throw new CaseError(`${join(folder, words)}: are these the words of ${both}? Give one of them with --words`);
    }
  }
  return pairs;
}

const stemOf = (name: string) => name.slice(0, name.length - extname(name).length).toLowerCase();

function isBeside(recording: string, words: string): boolean {
  return [stemOf(recording), recording.toLowerCase()].includes(stemOf(words));
}

function toPair(folder: string, recording: string, words: readonly string[]): Pair {
  const json = words.filter((name) => extname(name).toLowerCase() === '.json');
  const [taken, another] = json.length > 0 ? json : words;
  if (taken === undefined || another !== undefined) {
    const path = join(folder, recording);
    throw new CaseError(`${path}: which of ${words.join(', ')} are its words? Give them with --words`);
  }
  return { recording, words: taken, others: words.filter((name) => name !== taken) };
}
