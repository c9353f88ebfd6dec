import { extname, join } from 'node:path';
import { hasMediaName } from '../../pipeline/recording/recording.ts';
import { isWordsFile } from './import/wordsFile.ts';

/** A recording of a folder and the words file beside it. */
export interface Pair {
  recording: string;
  words: string;
  /** Words files of the same name that are left out, as recognizers write them side by side. */
  others: string[];
  /** Why it is not clear that these are its words. */
  fault?: string;
}

/**
 * The recordings of a folder that have their words beside them: `visit.mp3` with `visit.json`, or with
 * `visit.mp3.json`, as whisper.cpp names it. JSON says most, so of several words files it is taken. A pair has a fault when
 * two recordings, or two words files, could be meant.
 */
export function pairsIn(folder: string, fileNames: readonly string[]): Pair[] {
  const recordings = fileNames.filter(hasMediaName);
  const pairs = recordings.flatMap((recording) => {
    const words = fileNames.filter((name) => isWordsFile(name) && isBeside(recording, name));
    return words.length === 0 ? [] : [toPair(folder, recording, words)];
  });
  return pairs.map((pair) => {
    const twins = pairs.filter(({ words }) => words === pair.words).map(({ recording }) => recording);
    if (twins.length === 1) return pair;
    const question = `are these the words of ${twins.join(' and ')}? Give one of them with --words`;
    return { ...pair, fault: `${join(folder, pair.words)}: ${question}` };
  });
}

const stemOf = (name: string) => name.slice(0, name.length - extname(name).length).toLowerCase();

function isBeside(recording: string, words: string): boolean {
  return [stemOf(recording), recording.toLowerCase()].includes(stemOf(words));
}

function toPair(folder: string, recording: string, words: readonly string[]): Pair {
  const json = words.filter((name) => extname(name).toLowerCase() === '.json');
  const [taken = '', another] = json.length > 0 ? json : words;
  const pair = { recording, words: taken, others: words.filter((name) => name !== taken) };
  if (another === undefined) return pair;
  const question = `which of ${words.join(', ')} are its words? Give them with --words`;
  return { ...pair, fault: `${join(folder, recording)}: ${question}` };
}
