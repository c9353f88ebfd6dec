import type { Trait } from './entities.ts';
import type { ServiceTrait } from './extraction.ts';

/** What the service says of an entity besides its name. */
export function toTraits(traits: readonly ServiceTrait[] = []): Trait[] {
  return traits.map((trait) => ({ name: trait.Name ?? '', score: trait.Score ?? 0 }));
}

/** Union by name; of two scores, the higher one stays. */
export function mergeTraits(known: readonly Trait[], more: readonly Trait[]): Trait[] {
  const byName = new Map(known.map((trait) => [trait.name, trait]));
  for (const trait of more) {
    const other = byName.get(trait.name);
    if (!other || other.score < trait.score) byName.set(trait.name, trait);
  }
  return [...byName.values()];
}
