import * as v from 'valibot';
import type { RecordingObject } from './recording.ts';

const Bucket = v.object({ name: v.string() });

/** EventBridge's "Object Created". The key is not URL-encoded. Other fields, and the event's version, do not matter. */
const EventBridgeEvent = v.object({
  'detail-type': v.literal('Object Created'),
  detail: v.object({
    bucket: Bucket,
    object: v.object({
      key: v.string(),
      size: v.nullish(v.number(), 0),
      etag: v.nullish(v.string(), ''),
      'version-id': v.nullish(v.string()),
    }),
  }),
});

/**
 * A direct S3 notification. The key is URL-encoded with `+` for a blank, and the fields are spelled differently. Stores
 * that speak S3's language put `s3:` before the name of the event, as the names of a bucket's configuration have it.
 */
const Notification = v.object({
  Records: v.array(
    v.object({
      eventName: v.string(),
      s3: v.object({
        bucket: Bucket,
        object: v.object({
          key: v.string(),
          size: v.nullish(v.number(), 0),
          eTag: v.nullish(v.string(), ''),
          versionId: v.nullish(v.string()),
        }),
      }),
    }),
  ),
});

/** S3 sends this once, when a notification is set up. */
const TestEvent = v.object({ Event: v.literal('s3:TestEvent') });

const ObjectEvent = v.union([EventBridgeEvent, Notification, TestEvent]);

/**
 * All the objects that an S3 event reports, from either form of the event; none for S3's test event.
 * @throws Error `EventUnknown` for any other document
 */
export function toCreatedObjects(event: unknown): RecordingObject[] {
  const parsed = v.safeParse(ObjectEvent, event);
  if (!parsed.success) throw eventUnknown();
  const known = parsed.output;
  if ('Event' in known) return [];
  if ('detail' in known) {
    const { bucket, object } = known.detail;
    return [toObject(bucket.name, object.key, object.size, object.etag, object['version-id'])];
  }
  return known.Records.filter((record) => /^(?:s3:)?ObjectCreated:/.test(record.eventName)).map(({ s3 }) => {
    const { key, size, eTag, versionId } = s3.object;
    return toObject(s3.bucket.name, decodeKey(key), size, eTag, versionId);
  });
}

/** Transcribe's event of a job of the standard engine; of the medical engine's jobs it sends none. */
const JobStateEvent = v.object({
  'detail-type': v.literal('Transcribe Job State Change'),
  detail: v.object({ TranscriptionJobName: v.string(), TranscriptionJobStatus: v.literal('FAILED') }),
});

/** The name of the job whose failure an event reports; undefined for any other event. */
export function toFailedJob(event: unknown): string | undefined {
  const parsed = v.safeParse(JobStateEvent, event);
  return parsed.success ? parsed.output.detail.TranscriptionJobName : undefined;
}

/** A key with a percent sign that encodes nothing was not encoded at all. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

/**
 * The version `null` is no identity: where versioning is suspended, every object that is written has it, and each
 * replaces the last.
 */
function toObject(
  bucket: string,
  key: string,
  size: number,
  etag: string,
  versionId: string | null | undefined,
): RecordingObject {
  const hasVersion = versionId && versionId !== 'null';
  return { bucket, key, size, etag: etag.replaceAll('"', ''), ...(hasVersion ? { versionId } : {}) };
}

function eventUnknown(): Error {
  const error = new Error('neither an EventBridge nor an S3 "object created" event');
  error.name = 'EventUnknown';
  return error;
}
