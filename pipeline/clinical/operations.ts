/** A system whose codes are suggested for an entity. */
export type CodeSystem = 'ICD-10-CM' | 'RxNorm' | 'SNOMED-CT';

/** The facts about one operation of Comprehend Medical. */
interface OperationFacts {
  /** UTF-8 bytes that one call may carry: the stricter of the API model and the documented quota. */
  bytes: number;
  /** List price of a unit of 100 characters, in USD. */
  usdPerUnit: number;
  /** The codes that an entity of the answer carries, and the field they stand in; null when it carries none. */
  codes: { system: CodeSystem; field: ConceptField } | null;
  /** Whether it is called when a deployment does not say which operations it wants. */
  byDefault: boolean;
}

/** The fields of an answer's entity that hold suggested codes, as the service names them. */
export type ConceptField = 'ICD10CMConcepts' | 'RxNormConcepts' | 'SNOMEDCTConcepts';

/**
 * The operations that this product calls. The row of an operation is all that the plan of calls, the merge, the cost
 * estimate and the configuration know about it. Answers are merged in this order: the first operation has the first say
 * on an entity's type, and the first code system has the first say on a finding's name.
 */
export const operations = {
  DetectEntitiesV2: { bytes: 20_000, usdPerUnit: 0.01, codes: null, byDefault: true },
  InferICD10CM: {
    bytes: 10_000,
    usdPerUnit: 0.0005,
    codes: { system: 'ICD-10-CM', field: 'ICD10CMConcepts' },
    byDefault: true,
  },
  InferRxNorm: {
    bytes: 10_000,
    usdPerUnit: 0.00025,
    codes: { system: 'RxNorm', field: 'RxNormConcepts' },
    byDefault: true,
  },
  InferSNOMEDCT: {
    bytes: 5_000,
    usdPerUnit: 0.0075,
    codes: { system: 'SNOMED-CT', field: 'SNOMEDCTConcepts' },
    byDefault: false,
  },
} as const satisfies Readonly<Record<string, OperationFacts>>;

export type Operation = keyof typeof operations;

/** Every operation, in the order of the table. */
export const operationNames = Object.keys(operations) as Operation[];

/** The operations that are called when a deployment does not say. */
export const defaultOperations: readonly Operation[] = operationNames.filter((name) => operations[name].byDefault);

/** Every code system, in the order of the table: a finding is named after the first system that codes it. */
export const codeSystems: readonly CodeSystem[] = [
  ...new Set(operationNames.flatMap((name) => operations[name].codes?.system ?? [])),
];

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(operations, name);
}

/**
 * Reads a comma-separated list of operations; `from` names the list's source in the error. Each operation comes once,
 * in the order of the table, so that documents do not depend on the order in which somebody wrote the list.
 * @throws Error for a name that is not an operation, and for a list without a name
 */
export function toOperations(list: string, from: string): Operation[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== '' && !isOperation(name));
  const wanted = operationNames.filter((name) => names.includes(name));
  if (unknown === undefined && wanted.length > 0) return wanted;
  throw new Error(`${from} names ${unknown ?? 'no operation'}; there are ${operationNames.join(', ')}`);
}
