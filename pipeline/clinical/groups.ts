import { bestCode } from './codes.ts';
import type { Entity } from './entities.ts';
import { codeSystems } from './operations.ts';

/**
 * Names the finding that a mention belongs to. Mentions are one finding when they share their best code, or when their
 * words are those of a mention that has one. The first code system that names the finding decides. Except for
 * conditions, equal words make one finding even if the codes differ: a medicine has a different RxNorm code for each
 * strength and form.
 */
export class GroupNames {
  readonly #codeOfText = new Map<string, string>();

  constructor(entities: readonly Named[]) {
    for (const entity of entities) {
      for (const system of codeSystems) {
        const [key, best] = [textKey(entity, system), bestCode(entity.codes, system)];
        if (best && !this.#codeOfText.has(key)) this.#codeOfText.set(key, best);
      }
    }
  }

  of(entity: Named): string {
    const own = entity.category === 'MEDICAL_CONDITION' ? entity.codes : [];
    for (const system of codeSystems) {
      const name = bestCode(own, system) ?? this.#codeOfText.get(textKey(entity, system));
      if (name) return name;
    }
    return textKey(entity);
  }
}

/** What names an entity. */
type Named = Pick<Entity, 'category' | 'text' | 'codes'>;

const textKey = ({ category, text }: Named, system = '') => `${system} ${category} ${text.toLowerCase()}`;
