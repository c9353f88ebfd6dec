import type { Entry } from './lexicon.ts';
import type { Span } from './tokens.ts';

/** A place where the text says a name of the lexicon. */
export interface Mention extends Span {
  entry: Entry;
  /** The part of the body that a condition is said to be in, where it is not part of the mention itself. */
  site?: Span;
  /** The complaint's own words, when it was joined with a site that stands apart: a negation between the two counts. */
  joined?: Span;
}
