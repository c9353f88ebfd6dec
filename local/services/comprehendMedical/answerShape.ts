import * as v from 'valibot';
import { type JsonObject, ServiceError } from '../jsonService.ts';

const offset = v.pipe(v.number(), v.integer(), v.minValue(0));
const span = { BeginOffset: offset, EndOffset: offset };

const answer = v.looseObject({
  Entities: v.array(v.looseObject({ ...span, Attributes: v.optional(v.array(v.looseObject(span))) })),
  UnmappedAttributes: v.optional(v.array(v.looseObject({}))),
});

/**
 * Returns an answer unchanged when it has the shape that every operation shares: a list of entities whose offsets are
 * whole numbers. Otherwise throws InvalidStandInAnswer, which no client retries and no real service sends: the fault is
 * in the recording or in the engine, never in the request. `origin` says whose answer it is.
 */
export function checkedAnswer(operation: string, origin: string, value: unknown): JsonObject {
  const result = v.safeParse(answer, value);
  if (result.success) return value as JsonObject;
  const where = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'answer'} (${issue.type})`);
  throw new ServiceError(
    'InvalidStandInAnswer',
    `The ${origin} answer of ${operation} is malformed: ${where.join(', ')}`,
  );
}
