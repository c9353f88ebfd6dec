import { bestCode, codeOf } from './codes.ts';
import type { Entity } from './entities.ts';
import { type CodeSystem, codeSystems } from './operations.ts';

/**
 * ICD-10-CM codes that say too little for two mentions to be the same thing, each with its subcodes: what a bruised arm
 * and a bruised toe share, or any two pains.
 */
const vagueCodes: readonly string[] = [
  'T14.8', // other injury of unspecified body region
  'T14.9', // unspecified injury
  'R52', // pain, unspecified
  'R45.89', // other symptoms of the emotional state
  'R68.89', // other general symptoms and signs
  'R69', // illness, unspecified
  'Z71.89', // other specified counseling
  'Z72.89', // other problems related to lifestyle
];

/** Symptoms whose codes tell apart what nobody in a consultation does: a cough, a dry cough and a tickly one are one. */
const oneSymptom: readonly (readonly string[])[] = [
  ['R05'], // cough
  ['R51'], // headache
  ['R06.00', 'R06.02', 'R06.09'], // breathlessness
];

/** The best code that can name a finding. */
function namingCode(codes: Named['codes'], system: CodeSystem): string | undefined {
  const code = system === 'ICD-10-CM' ? codeOf(codes, system) : undefined;
  const isOneOf = (some: readonly string[]) => some.some((one) => code?.startsWith(one));
  return isOneOf(vagueCodes) ? undefined : (oneSymptom.find(isOneOf)?.[0] ?? bestCode(codes, system));
}

/**
 * Names the finding that a mention belongs to. Mentions are one finding when they share their best code, or when their
 * words are those of a mention that has one. The first code system that names the finding decides; a vague code names
 * none. Except for conditions, equal words make one finding even if the codes differ: a medicine has a different RxNorm code for each
 * strength and form.
 */
export class GroupNames {
  readonly #codeOfText = new Map<string, string>();

  constructor(entities: readonly Named[]) {
    for (const entity of entities) {
      for (const system of codeSystems) {
        const [key, best] = [textKey(entity, system), namingCode(entity.codes, system)];
        if (best && !this.#codeOfText.has(key)) this.#codeOfText.set(key, best);
      }
    }
  }

  of(entity: Named): string {
    const own = entity.category === 'MEDICAL_CONDITION' ? entity.codes : [];
    for (const system of codeSystems) {
      const name = namingCode(own, system) ?? this.#codeOfText.get(textKey(entity, system));
      if (name) return name;
    }
    return textKey(entity);
  }
}

/** What names an entity. */
type Named = Pick<Entity, 'category' | 'text' | 'codes'>;

const textKey = ({ category, text }: Named, system = '') => `${system} ${category} ${text.toLowerCase()}`;
