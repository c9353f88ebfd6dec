/** Each names the faults of a Bundle that it finds, none of a valid one. */
export const checkers: Readonly<Record<'medplum' | 'fhir' | 'own', (bundle: object) => string[]>>;
