/** Each names the faults of an OpenAPI document that it finds, none of a valid one. */
export const validators: Readonly<Record<'schema' | 'parser', (document: object) => Promise<string[]>>>;
