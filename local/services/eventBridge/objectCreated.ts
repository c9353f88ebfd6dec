import type { ObjectCreated } from '../s3/s3.ts';
import type { BusEvent } from './rule.ts';

export interface EventOrigin {
  region: string;
  accountId: string;
  /** Milliseconds since the epoch. */
  time: number;
  /** A UUID. */
  id: string;
}

/** S3's "Object Created" as EventBridge delivers it; the key is not URL-encoded. */
export function objectCreatedEvent(object: ObjectCreated, { region, accountId, time, id }: EventOrigin): BusEvent {
  return {
    version: '0',
    id,
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: accountId,
    time: new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: [`arn:aws:s3:::${object.bucket}`],
    detail: {
      version: '0',
      bucket: { name: object.bucket },
      object: {
        key: object.key,
        size: object.size,
        etag: object.etag,
        ...(object.versionId !== undefined && { 'version-id': object.versionId }),
        sequencer: object.sequencer,
      },
      'request-id': id.replaceAll('-', '').slice(0, 16).toUpperCase(),
      requester: accountId,
      'source-ip-address': '127.0.0.1',
      reason: object.reason,
    },
  };
}
