import type { Entity } from './entities.ts';
import type { Transcript } from '../transcript/transcript.ts';

const spanOf = ({ begin, end }: Entity) => `${begin}:${end}`;

/** The mentions of something that the patient is allergic to. */
export class Allergies {
  /** The words that the service itself tags as an allergy. */
  readonly #tagged: ReadonlySet<string>;
  readonly #medicines: ReadonlyMap<string, Entity>;

  constructor(entities: readonly Entity[]) {
    this.#tagged = new Set(entities.filter(isTagged).map(spanOf));
    const medicines = entities.filter(({ category }) => category === 'MEDICATION');
    this.#medicines = new Map(medicines.toReversed().map((medicine) => [medicine.text.toLowerCase(), medicine]));
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

function isTagged({ type, assertion }: Entity): boolean {
  return type === 'ALLERGIES' && assertion.status === 'present';
}

/** A question is answered within so many turns. */
const farTurns = 2;

/** Words that ask for others, which have names of their own. */
const askingWords =
  /^(?:(?:medical|health|other|current) )?(?:operations?|surger(?:y|ies)|procedures?|conditions|problems|illnesses|medications?|medicines?)$/i;

/** "Any operations?" "My appendix.": the question itself is no finding, unless the answer is that there are none. */
export function asksForOthers({ turns }: Transcript, { text, turn, assertion: { status } }: Entity): boolean {
  return askingWords.test(text) && turns[turn]?.role === 'clinician' && status !== 'absent' && status !== 'planned';
}

/** "Any allergies?" is no finding once an allergy was named in reply, such as penicillin. */
export function isAnsweredQuestion(
  { turns }: Transcript,
  { text, turn, assertion }: Entity,
  entities: readonly Entity[],
): boolean {
  if (!/^(?:\w+ )?allerg\w+$/i.test(text) || assertion.status !== 'possible') return false;
  const last = turns[turn + farTurns]?.index ?? turn + 1;
  return entities.some((other) => other.turn > turn && other.turn <= last && other.assertion.reason === 'allergy');
}
