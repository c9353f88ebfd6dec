/** What a words file says: the words of a recording that a recognizer on the engineer's own machine has read. */
export interface ImportedWords {
  /** The recognizer or the format, with the model where the file names one. */
  recognizer: string;
  /** As the file writes it: `en`, `english`, `de-CH`. */
  language?: string | undefined;
  /** In the order of the file. */
  segments: Segment[];
  /** What was found in the file and not taken as it is, in words for people, none of them from the talk. */
  notes: string[];
}

/** A stretch of talk: a segment of a recognizer, a cue, a line. Its words may be of several speakers. */
export interface Segment {
  speaker?: string | undefined;
  startMs?: number | undefined;
  endMs?: number | undefined;
  words: ImportedWord[];
}

export interface ImportedWord {
  /** Not empty; punctuation is part of it. */
  text: string;
  /** Where it is not the segment's. */
  speaker?: string | undefined;
  startMs?: number | undefined;
  endMs?: number | undefined;
  /** 0 to 1. */
  confidence?: number | undefined;
}
