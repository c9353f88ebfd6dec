import { anyOf } from '../phrases.ts';
import type { Entity } from './entities.ts';
import type { Dialogue } from '../transcript/transcript.ts';

const spanOf = ({ begin, end }: Entity) => `${begin}:${end}`;

/** The mentions of something that the patient is allergic to. */
export class Allergies {
  /** The words that the service itself tags as an allergy. */
  readonly #tagged: ReadonlySet<string>;
  readonly #medicines: ReadonlyMap<string, Entity>;
  /** Whether anybody says what the patient is allergic to. */
  readonly #isNamed: boolean;

  constructor(entities: readonly Entity[]) {
    this.#tagged = new Set(entities.filter(isTagged).map(spanOf));
    this.#isNamed = entities.some((entity) => this.has(entity) && !namesNoAllergen(entity));
    const medicines = entities.filter(({ category }) => category === 'MEDICATION');
    this.#medicines = new Map(medicines.toReversed().map((medicine) => [medicine.text.toLowerCase(), medicine]));
  }

  /** "Any allergies?" is no finding beside one that is named. Alone it stands, with the answer as its evidence. */
  asksForNamed(entity: Entity): boolean {
    return this.#isNamed && namesNoAllergen(entity);
  }

  /** The medicine that an allergy names: the two are one finding. */
  medicineOf(entity: Entity): Entity | undefined {
    return isTagged(entity) ? this.#medicines.get(entity.text.toLowerCase()) : undefined;
  }

  /** A medicine in the very words of an allergy is no medicine that is taken. */
  has(entity: Entity): boolean {
    const { category, assertion } = entity;
    if (assertion.reason === 'allergy') return true;
    const isSameWords = category === 'MEDICATION' && assertion.status === 'present' && this.#tagged.has(spanOf(entity));
    return isTagged(entity) || isSameWords;
  }
}

const anyAllergen = anyOf`
  any|any ?thing|some ?thing|other|known|to|or|the|drugs?|medicines?|medications?|tablets?|foods?|things
`;

/** "Allergies", "allergic to anything", "drug allergies". */
function namesNoAllergen({ text }: Pick<Entity, 'text'>): boolean {
  const words = text
    .toLowerCase()
    .split(/[^a-z']+/)
    .filter(Boolean);
  const isAsked = words.some((word) => word.startsWith('allerg'));
  return isAsked && words.every((word) => /^allerg(?:y|ies|ic)$/.test(word) || anyAllergen.test(word));
}

function isTagged({ type, assertion }: Entity): boolean {
  return type === 'ALLERGIES' && assertion.status === 'present';
}

/** Words that ask for others, which have names of their own. */
const askingWords =
  /^(?:(?:medical|health|other|current) )?(?:operations?|surger(?:y|ies)|procedures?|conditions|problems|illnesses|medications?|medicines?)$/i;

/** "Any operations?" "My appendix.": the question itself is no finding, unless the answer is that there are none. */
export function asksForOthers({ turns }: Dialogue, { text, turn, assertion: { status } }: Entity): boolean {
  return askingWords.test(text) && turns[turn]?.role === 'clinician' && status !== 'absent' && status !== 'planned';
}
