import type { JsonObject } from '../jsonService.ts';

/**
 * Reads entities out of a text when no answer is recorded for it. Each method returns the whole answer of the operation
 * as it goes over the wire, with offsets in Unicode code points, end exclusive.
 */
export interface LexiconEngine {
  detectEntitiesV2(text: string): JsonObject;
  inferIcd10cm(text: string): JsonObject;
  inferRxNorm(text: string): JsonObject;
  inferSnomedCt(text: string): JsonObject;
}
