import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import type { Assertion, Entity, Trait } from '../../pipeline/clinical/entities.ts';
import { GroupNames } from '../../pipeline/clinical/groups.ts';
import { toAssertion } from '../../pipeline/clinical/assertion/assertion.ts';
import { cuesOf, type Mention, toMention } from './cues.ts';
import { type Kind, kindOf } from './likelihood.ts';
import { besides, mateCues } from './mates.ts';
import { readTalk } from './talk.ts';

/** An entity before anything is said about whether it is there. */
export type Found = Omit<Entity, 'id' | 'assertion'> & { traits: Trait[] };

/** A mention with all its cues. */
export interface Heard {
  kind: Kind;
  /** What the named rules make of it. */
  rule: Assertion;
  cues: string[];
}

/** Hears the cues of every mention in the talk; undefined for what is no finding by itself. */
export function hear(transcript: Transcript, found: readonly Found[]): (Heard | undefined)[] {
  const talk = readTalk(transcript);
  const names = new GroupNames(found);
  const heard = found.map((entity) => {
    const kind = kindOf(entity);
    const rule = toAssertion(transcript, entity);
    const mention = kind && toMention(transcript.turns, entity, entity.traits, [rule.status, rule.reason]);
    return mention ? { kind, rule, mention, group: names.of(entity) } : undefined;
  });
  const named = heard.filter((one) => one !== undefined);
  const mates = new Map<string, Mention[]>(
    [...Map.groupBy(named, ({ group }) => group)].map(([name, some]) => [name, some.map(({ mention }) => mention)]),
  );
  const mentions = named.map(({ mention }) => mention);
  const beside = new Map(besides(mentions).map((one, at) => [mentions[at], one]));
  return heard.map((one) => {
    if (!one) return undefined;
    const { kind, rule, mention, group } = one;
    const near = beside.get(mention) ?? { sentence: [], medicine: undefined };
    return { kind, rule, cues: [...cuesOf(mention, talk), ...mateCues(mention, mates.get(group) ?? [], near, talk)] };
  });
}

/** Hears the mentions of documents that are made already. */
export function hearEntities(transcript: Transcript, entities: readonly Entity[]): (Heard | undefined)[] {
  return hear(
    transcript,
    entities.map((entity) => ({ ...entity, traits: entity.assertion.traits })),
  );
}
