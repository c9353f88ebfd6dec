import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { AuditChange } from '../anchor.ts';
import type { AuditEntry } from '../audit.ts';

/** The changes of the audit table in a batch of its stream, which carries new and old images. */
export function toChanges({ Records }: DynamoDBStreamEvent): AuditChange[] {
  return Records.map((record) => ({ kind: kindOf(record), entry: imageOf(record) }));
}

function kindOf({ eventName, userIdentity }: DynamoDBRecord): AuditChange['kind'] {
  if (eventName === 'INSERT') return 'inserted';
  if (eventName === 'MODIFY') return 'modified';
  const byTimeToLive = userIdentity as { type?: string; principalId?: string } | undefined;
  const isExpiry = byTimeToLive?.type === 'Service' && byTimeToLive.principalId === 'dynamodb.amazonaws.com';
  return isExpiry ? 'expired' : 'removed';
}

function imageOf({ dynamodb = {} }: DynamoDBRecord): AuditEntry {
  const image = dynamodb.OldImage ?? dynamodb.NewImage ?? dynamodb.Keys ?? {};
  return unmarshall(image as Record<string, AttributeValue>) as AuditEntry;
}
