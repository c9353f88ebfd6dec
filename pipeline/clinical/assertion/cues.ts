import { answeringCues } from './cues/answering.ts';
import { type Mates, mateCues, pronounCues } from './cues/mates.ts';
import { nearKinds, nearWords } from './cues/nearWords.ts';
import { replyCues } from './cues/reply.ts';
import { standingCues } from './cues/standing.ts';
import { type Bounds, stretchWords } from './cues/stretch.ts';
import { rulingCues, traitCues } from './cues/traits.ts';
import type { Mention } from './mention.ts';
import type { Talk } from './talk.ts';

/** What stands around a mention. */
export interface Surroundings {
  talk: Talk;
  mates: Mates;
  /** The mentions of its sentence, itself among them. */
  sentence: readonly Mention[];
  bounds: Bounds;
}

/** All that speaks for one reading of a mention or another. */
export function cuesOf(mention: Mention, { talk, mates, sentence, bounds }: Surroundings): Set<string> {
  return new Set([
    'any',
    mention.manner,
    `type ${mention.entity.type}`,
    ...nearKinds(mention),
    ...nearWords(mention, talk),
    ...traitCues(mention),
    ...rulingCues(mention),
    ...replyCues(mention, sentence, talk),
    ...answeringCues(mention, talk),
    ...standingCues(mention, talk),
    ...mateCues(
      mention,
      mates,
      sentence.filter((other) => other !== mention),
    ),
    ...pronounCues(mention, bounds.to, talk),
    ...stretchWords(mention, bounds, talk),
  ]);
}
