import type { JsonObject } from '../jsonService.ts';
import { ServiceError } from '../jsonService.ts';

/** The service's answer to a definition that it does not accept. */
export function invalid(why: string): ServiceError {
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: ${why}`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
