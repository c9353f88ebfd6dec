// Two validators of OpenAPI documents. They need the packages of this folder; whoever has not installed them has none.
import { compileErrors, validate } from '@readme/openapi-parser';
import { Validator } from '@seriousme/openapi-schema-validator';

/** @type {typeof import('./validators.d.mts').validators} */
export const validators = {
  // By the official schema of the version.
  schema: async (document) => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    return valid ? [] : [JSON.stringify(errors)];
  },
  // By what the specification says besides: parameters of paths, operations' ids, references.
  parser: async (document) => {
    try {
      const result = await validate(structuredClone(document));
      return result.valid ? [] : [compileErrors(result)];
    } catch (error) {
      return [String(error)];
    }
  },
};
