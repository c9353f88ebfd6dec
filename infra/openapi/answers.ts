import * as v from 'valibot';

/** Parts of answers that several routes give. A test holds each answer of the embedded stack against them. */
export const uuid = v.pipe(v.string(), v.uuid());
export const time = v.pipe(v.string(), v.isoTimestamp());
export const text = v.string();
export const maybe = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Of a recording. */
export const recordingId = v.pipe(v.string(), v.regex(/^rec-[0-9a-f]{32}(?:-r\d+)?$/));
export const url = v.pipe(v.string(), v.url());
export const nothing = v.object({});
