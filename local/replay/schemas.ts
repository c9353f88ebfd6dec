import { readFile } from 'node:fs/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** The result documents that have a JSON Schema in `pipeline/schemas`. */
export const described = ['transcript', 'entities', 'consultation'] as const;

export type Described = (typeof described)[number];

const schemas = new URL('../../pipeline/schemas/', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const compiled = new Map<Described, Promise<ValidateFunction>>();

function validatorOf(name: Described): Promise<ValidateFunction> {
  const validator = compiled.get(name) ?? compile(name);
  compiled.set(name, validator);
  return validator;
}

async function compile(name: Described): Promise<ValidateFunction> {
  return ajv.compile(JSON.parse(await readFile(new URL(`${name}.schema.json`, schemas), 'utf8')) as object);
}

/**
 * The places where a document breaks its schema, each with the rule. The value is left out, because it may be what was
 * said.
 */
export async function violationsOf(name: Described, document: unknown): Promise<string[]> {
  const validate = await validatorOf(name);
  if (validate(document)) return [];
  return [
    ...new Set((validate.errors ?? []).map(({ instancePath, keyword }) => `${name}.json${instancePath} ${keyword}`)),
  ];
}
