// The three checkers of a Bundle. They need the packages of this folder; whoever has not installed them has none.
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import fhir from 'fhir';
import { structures } from './definitions.mjs';
import { validate } from './own.mjs';

indexStructureDefinitionBundle(structures);
const lantana = new fhir.Fhir();

/** What is worse than a warning. */
const isFault = ({ severity }) => ['error', 'fatal'].includes(String(severity));

/** @type {Readonly<Record<'medplum' | 'fhir' | 'own', (bundle: object) => string[]>>} */
export const checkers = {
  medplum: (bundle) =>
    issuesOf(bundle)
      .filter(isFault)
      .map(({ expression = [], details }) => `${expression.join()}: ${details?.text}`),
  fhir: (bundle) => {
    const { messages } = lantana.validate(bundle, { errorOnUnexpected: true });
    return messages.filter(isFault).map(({ location, message }) => `${location}: ${message}`);
  },
  own: validate,
};

/** It throws what it finds to be wrong, and returns what it only warns of. */
function issuesOf(bundle) {
  try {
    return validateResource(bundle);
  } catch (error) {
    if (!error.outcome) throw error;
    return error.outcome.issue;
  }
}
