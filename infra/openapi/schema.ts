import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';

/** What only code can check, and what changes a value without refusing it. */
const leftOut = ['check', 'to_lower_case', 'finite'];

/**
 * The JSON Schema of what a route takes, or gives.
 * @throws Error naming what has no counterpart in JSON Schema
 */
export function toSchema(schema: GenericSchema): JsonSchema {
  const { $schema: _, ...made } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    // Of a pipe its last schema: the first one may be `unknown`, of which a check rules out lists.
    typeMode: 'output',
    ignoreActions: leftOut,
    overrideAction: ({ valibotAction, jsonSchema }) =>
      // By its specification, a pattern is read with the flag u.
      valibotAction.type === 'regex' && 'requirement' in valibotAction && valibotAction.requirement instanceof RegExp
        ? { ...jsonSchema, pattern: valibotAction.requirement.source }
        : undefined,
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema.type === 'loose_object' ? { ...jsonSchema, additionalProperties: {} } : undefined,
  });
  return made;
}
