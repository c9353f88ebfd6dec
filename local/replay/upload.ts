import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import { meetingEventsKey, type RecordingObject, toRecordingId } from '../../pipeline/recording/recording.ts';
import type { Case, OnDisk } from '../cases/caseFolder.ts';
import { answersKey, casesBucket, jobKey } from '../cases/recorded.ts';
import { makeStandIn } from '../cases/standIn.ts';
import { type Deployment, hasStandIns } from './deployment.ts';
import { type CaseSession, uuidOf } from './session.ts';

/** An uploaded object and the id that the pipeline gives it. */
export interface Uploaded extends RecordingObject {
  recordingId: string;
}

/** Uploads a case's recording, and delivers its event again, as often as the case says. */
export async function uploadRecording(deployment: Deployment, given: Case, session: CaseSession): Promise<Uploaded[]> {
  const recording = given.recording ?? (await makeStandIn(given.standIn, given.name));
  const key = session.key ?? keyFor(given, session.meetingId, recording.fileName);
  await recordAnswers(deployment, given, key);
  await uploadEvents(deployment, given, key);
  const uploaded: Uploaded[] = [];
  for (let n = 0; n < session.uploads; n += 1) uploaded.push(await upload(deployment, key, recording.bytes));
  for (const object of uploaded) {
    for (let n = 0; n < session.redeliveries; n += 1) await redeliver(deployment, object);
  }
  return uploaded;
}

/** Chime's concatenation pipeline writes the meeting's events before the sound. */
async function uploadEvents(deployment: Deployment, { meetingEvents }: Case, key: string): Promise<void> {
  const eventsKey = meetingEventsKey(key);
  if (meetingEvents === undefined || eventsKey === undefined) return;
  await put(deployment, deployment.target.recordingsBucket, eventsKey, meetingEvents);
}

/** A mixed track arrives from the concatenation pipeline, two channels from another client. */
function keyFor({ name, recording, standIn }: Case, meetingId: string, fileName: string): string {
  const isMix = recording === undefined && standIn.channels === 1;
  return `recordings/${meetingId}/${isMix ? `audio/${uuidOf(name, 'pipeline')}.mp4` : fileName}`;
}

/** Tells the stand-ins what to answer. A deployment without the bucket has real services, which need no telling. */
async function recordAnswers(deployment: Deployment, { job, answers }: Case, key: string): Promise<void> {
  if (!(await hasStandIns(deployment))) return;
  const { recordingsBucket } = deployment.target;
  if (job !== undefined) await put(deployment, casesBucket, jobKey(recordingsBucket, key), job);
  if (answers !== undefined) {
    await put(deployment, casesBucket, answersKey(recordingsBucket, key), JSON.stringify(answers));
  }
}

async function upload(deployment: Deployment, key: string, bytes: Uint8Array | OnDisk): Promise<Uploaded> {
  const bucket = deployment.target.recordingsBucket;
  const sse = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: deployment.target.kmsKeyId } as const;
  const body = 'path' in bytes ? createReadStream(bytes.path) : bytes;
  const { ETag = '', VersionId } = await put(deployment, bucket, key, body, sse);
  const object: RecordingObject = {
    bucket,
    key,
    etag: ETag.replaceAll('"', ''),
    size: 'path' in bytes ? bytes.size : bytes.length,
    ...(VersionId === undefined ? {} : { versionId: VersionId }),
  };
  return { ...object, recordingId: await toRecordingId(object) };
}

function put(
  { clients }: Deployment,
  Bucket: string,
  Key: string,
  body: Uint8Array | Readable | string,
  more: Partial<PutObjectCommandInput> = {},
) {
  // lib-storage does not send a body of zero bytes that is a string.
  const Body = typeof body === 'string' ? Buffer.from(body) : body;
  return new Upload({ client: clients.s3, params: { Bucket, Key, Body, ...more } }).done();
}

/** Puts the same event into the queue once more: S3 and EventBridge deliver at least once. */
export async function redeliver({ clients, target }: Deployment, object: RecordingObject): Promise<void> {
  const { bucket, key, size, etag, versionId } = object;
  const event = {
    version: '0',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: { bucket: { name: bucket }, object: { key, size, etag, 'version-id': versionId }, reason: 'PutObject' },
  };
  const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: target.recordingQueue }));
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
}
