import { toAssertions } from '../../pipeline/clinical/assertion/assertion.ts';
import type { Weights } from '../../pipeline/clinical/assertion/likelihood.ts';
import { toConsultation } from '../../pipeline/clinical/consultation.ts';
import type { Documents } from '../consultations/documents.ts';
import { foundIn } from './samples.ts';

/** The documents as the pipeline would write them with other weights. */
export function reassert(documents: Documents, weights: Weights): Documents {
  const { transcript, consultation } = documents;
  const assertions = toAssertions(transcript, foundIn(documents), weights);
  const entities = {
    ...documents.entities,
    entities: documents.entities.entities.map((entity, at) => ({
      ...entity,
      assertion: assertions[at] ?? entity.assertion,
    })),
  };
  const context = { coded: true, icd10cm: consultation.versions.icd10cm };
  return { transcript, entities, consultation: toConsultation(transcript, entities, context) };
}
