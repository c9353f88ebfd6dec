import { bestCode, codeOf, isVague } from './codes.ts';
import type { Entity } from './entities.ts';
import { type CodeSystem, codeSystems } from './operations.ts';
import { type Overlaps, toOverlaps } from './overlaps.ts';
import { testNameOf } from './testNames.ts';

/** Symptoms whose codes tell apart what nobody in a consultation does: a cough, a dry cough and a tickly one are one. */
const oneSymptom: readonly (readonly string[])[] = [
  ['R05'], // cough
  ['R51'], // headache
  ['R06.00', 'R06.02', 'R06.09'], // breathlessness
];

/** The best code that can name a finding. */
function namingCode(codes: Named['codes'], system: CodeSystem): string | undefined {
  const code = system === 'ICD-10-CM' ? codeOf(codes, system) : undefined;
  if (code !== undefined && isVague(code)) return undefined;
  const symptom = oneSymptom.find((some) => some.some((one) => code?.startsWith(one)));
  return symptom?.[0] ?? bestCode(codes, system);
}

/**
 * Names the finding that a mention belongs to. Mentions are one finding when they share their best code, or when their
 * words are those of a mention that has one, or overlap with them. The first code system that names the finding decides; a
 * vague code names none. A test has the name that it is written by. Except for conditions, equal words make one finding even
 * if the codes differ: a medicine has a different RxNorm code for each strength and form.
 */
export class GroupNames {
  readonly #codeOfText = new Map<string, string>();
  readonly #overlaps: Overlaps<Named>;

  constructor(entities: readonly Named[]) {
    this.#overlaps = toOverlaps(entities);
    for (const entity of entities) {
      for (const system of codeSystems) {
        const [key, best] = [textKey(entity, system), namingCode(entity.codes, system)];
        if (best && !this.#codeOfText.has(key)) this.#codeOfText.set(key, best);
      }
    }
  }

  /** Whether it only joins others, each of which is an entity of its own. */
  isList(entity: Named): boolean {
    return this.#overlaps.lists.has(entity);
  }

  of(entity: Named): string {
    const same = this.#overlaps.same.get(entity);
    if (same) return this.of(same);
    const test = testNameOf(entity);
    if (test) return test;
    const own = entity.category === 'MEDICAL_CONDITION' ? entity.codes : [];
    for (const system of codeSystems) {
      const name = namingCode(own, system) ?? this.#codeOfText.get(textKey(entity, system));
      if (name) return name;
    }
    return textKey(entity);
  }
}

/** What names an entity. */
type Named = Pick<Entity, 'begin' | 'end' | 'category' | 'type' | 'text' | 'codes'>;

const textKey = ({ category, text }: Named, system = '') => `${system} ${category} ${text.toLowerCase()}`;
