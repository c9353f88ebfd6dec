import type { Entry } from './lexicon.ts';
import type { Span } from './tokens.ts';

/** A name of the lexicon where the text says it. */
export interface Mention extends Span {
  entry: Entry;
  /** The part of the body that a condition is said to be in, where it is not part of the mention itself. */
  site?: Span;
  /** The complaint's own words, where it was joined with a site that stands apart: a negation between them counts. */
  joined?: Span;
}
