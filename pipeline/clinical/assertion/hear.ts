import { GroupNames } from '../groups.ts';
import type { Assertion } from '../entities.ts';
import type { Dialogue } from '../../transcript/transcript.ts';
import { cuesOf } from './cues.ts';
import type { Mates } from './cues/mates.ts';
import { boundsOf } from './cues/stretch.ts';
import { type Found, type Mention, toMention } from './mention.ts';
import { kindOf } from './kinds.ts';
import { toRuling } from './rules/ruling.ts';
import { readTalk } from './talk.ts';

/** A mention with all its cues. */
export interface Heard {
  mention: Mention;
  /** What the named rules make of it. */
  ruling: Assertion;
  cues: ReadonlySet<string>;
}

/**
 * Hears the cues of every mention in the talk; undefined for what is no finding by itself. In linear time: each mention
 * is read with its own sentence, a few turns around it, and at most two dozen of the other mentions of the same finding.
 * @param found in the order of the talk
 */
export function hear(transcript: Dialogue, found: readonly Found[]): (Heard | undefined)[] {
  const talk = readTalk(transcript);
  const names = new GroupNames(found);
  const read = found.map((entity) => {
    const kind = kindOf(entity);
    const turn = transcript.turns[entity.turn];
    if (!kind || !turn || names.isList(entity)) return undefined;
    const ruling = toRuling(transcript, entity);
    return { ruling, mention: toMention(turn, { kind, entity, name: names.of(entity), ruling }) };
  });
  const mentions = read.flatMap((one) => one?.mention ?? []);
  const bounds = boundsOf(mentions);
  const sentences = Map.groupBy(mentions, ({ place }) => place.sentence.begin);
  const findings = Map.groupBy(mentions, ({ kind, name }) => `${kind} ${name}`);
  const matesOf = new Map(
    [...findings.values()].flatMap((all) => all.map((one, at): [Mention, Mates] => [one, toMates(all, at)])),
  );
  return read.map((one) => {
    if (!one) return undefined;
    const { mention, ruling } = one;
    const cues = cuesOf(mention, {
      talk,
      mates: matesOf.get(mention) ?? { earlier: [], later: [] },
      sentence: sentences.get(mention.place.sentence.begin) ?? [mention],
      bounds: bounds.get(mention) ?? { from: mention.entity.begin, to: mention.entity.end },
    });
    return { mention, ruling, cues };
  });
}

/** Of a finding that is named again and again, the mentions next before and the last ones say enough. */
const mostMates = 12;

function toMates(all: readonly Mention[], at: number): Mates {
  const later = all.slice(Math.max(at + 1, all.length - mostMates));
  return { earlier: all.slice(Math.max(0, at - mostMates), at), later };
}
