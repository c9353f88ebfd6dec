import * as v from 'valibot';
import { operationNames } from '../../pipeline/clinical/operations.ts';
import { CaseError } from './caseError.ts';

const uuid = v.pipe(v.string(), v.uuid());
const text = v.pipe(v.string(), v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const time = v.pipe(v.string(), v.isoTimestamp());

/** Columns of `video_call_sessions` that a case may set; the others are the database's own or the pipeline's result. */
const sessionRow = v.strictObject({
  id: v.exactOptional(uuid),
  appointment_id: v.exactOptional(uuid),
  provider_id: v.exactOptional(uuid),
  patient_id: v.exactOptional(uuid),
  status: v.exactOptional(v.picklist(['scheduled', 'active', 'ended', 'failed'])),
  meeting_id: v.exactOptional(text),
  external_meeting_id: v.exactOptional(text),
  meeting_data: v.exactOptional(v.record(v.string(), v.unknown())),
  media_region: v.exactOptional(
    v.pipe(v.string(), v.regex(/^[a-z]{2}-[a-z]+-\d$/, 'expected a region such as eu-west-1')),
  ),
  transcription_enabled: v.exactOptional(v.boolean()),
  transcription_language: v.exactOptional(v.pipe(text, v.maxLength(10))),
  recording_enabled: v.exactOptional(v.boolean()),
  ended_at: v.exactOptional(time),
});

const participant = v.strictObject({
  user_id: v.exactOptional(uuid),
  role: v.picklist(['provider', 'patient', 'other']),
  attendee_id: v.exactOptional(text),
  joined_at: v.exactOptional(time),
  left_at: v.exactOptional(time),
  duration_seconds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  status: v.exactOptional(text),
});

const sessionFixture = v.strictObject({
  /** `null`: the database has no row for the meeting. */
  session: v.exactOptional(v.nullable(sessionRow)),
  participants: v.exactOptional(v.array(participant)),
  /** The Comprehend Medical operations that the case's deployment calls, when they are not the default ones. */
  operations: v.exactOptional(v.pipe(v.array(v.picklist(operationNames)), v.minLength(1))),
  recording: v.exactOptional(
    v.strictObject({
      /** The key to upload the recording under, when it is not the one that the concatenation pipeline would use. */
      key: v.exactOptional(v.pipe(text, v.maxBytes(1024))),
      uploads: v.exactOptional(count),
      /** How often each "Object Created" event is delivered. */
      redeliveries: v.exactOptional(count),
    }),
  ),
});

const label = v.pipe(v.string(), v.regex(/^(spk|ch)_\d+$/, 'expected a label such as spk_0'));
const code = v.pipe(
  v.string(),
  v.regex(
    /^(?:[A-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?|\d{6,18})$/,
    'expected a code of ICD-10-CM or SNOMED CT, such as R05.9 or 49727002',
  ),
);

const expected = v.strictObject({
  status: v.picklist(['completed', 'partial', 'not_coded', 'failed', 'skipped', 'ignored']),
  /** Name of the failure or of the reason for the skip. */
  error: v.exactOptional(text),
  executions: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Codes of ICD-10-CM and SNOMED CT; each of them must be suggested for a problem. */
  problems: v.exactOptional(v.array(code)),
  allergies: v.exactOptional(v.array(text)),
  ruledOut: v.exactOptional(v.array(text)),
  /** A name, with its status where that is expected as well: `ibuprofen, not-taking`. */
  medications: v.exactOptional(v.array(text)),
  /** A kind with its status: `smoking, former`. */
  socialHistory: v.exactOptional(v.array(text)),
  /** Labels of what is not settled: to check, or only suspected. */
  possible: v.exactOptional(v.array(text)),
  flags: v.exactOptional(v.array(text)),
  speakers: v.exactOptional(v.record(label, v.picklist(['clinician', 'patient', 'other', 'unknown']))),
});

/**
 * `session.json`: what the database knows about the meeting, how its recording arrives and which operations read its
 * text.
 */
export type SessionFixture = v.InferOutput<typeof sessionFixture>;

/** `expected.json`: the result that the case must have. */
export type Expected = v.InferOutput<typeof expected>;

/** @throws CaseError naming the file and the first field that is wrong. */
export function readSessionFixture(json: unknown, fileName: string): SessionFixture {
  return check(sessionFixture, json, fileName);
}

/** @throws CaseError naming the file and the first field that is wrong. */
export function readExpected(json: unknown, fileName: string): Expected {
  return check(expected, json, fileName);
}

function check<Schema extends v.GenericSchema>(schema: Schema, json: unknown, fileName: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new CaseError(`${fileName}: ${v.getDotPath(issue) ?? 'the whole file'}: ${issue.message}`);
}
