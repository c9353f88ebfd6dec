import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Anchor, anchorFolder, anchorKey, type KeptAnchor } from '../anchor.ts';
import type { Config } from '../config.ts';
import type { Anchors } from '../ports.ts';
import { request } from './failure.ts';
import { withLimit } from './limits.ts';

/** The bucket itself encrypts and locks what is written: nobody who writes can ask for less. */
export function toAnchorStore(
  { anchorsBucket }: Pick<Config, 'anchorsBucket'>,
  client = new S3Client(withLimit('s3')),
): Anchors {
  return {
    async keep(anchor) {
      if (!anchorsBucket) throw new Error('ANCHORS_BUCKET is missing');
      const Body = JSON.stringify(anchor);
      const put = { Bucket: anchorsBucket, Key: anchorKey(anchor), Body, ContentType: 'application/json' };
      await request('S3', () => client.send(new PutObjectCommand(put)));
    },
  };
}

/** The anchors of a meeting, in no particular order. */
export async function readAnchors(bucket: string, meetingId: string, client: S3Client): Promise<KeptAnchor[]> {
  const anchors: KeptAnchor[] = [];
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: anchorFolder(meetingId) });
  for await (const { Contents = [] } of pages) {
    for (const { Key, LastModified } of Contents) {
      const { Body } = await request('S3', () => client.send(new GetObjectCommand({ Bucket: bucket, Key })));
      const anchor = JSON.parse((await Body?.transformToString()) ?? '') as Anchor;
      anchors.push({ ...anchor, ...(LastModified && { keptAt: LastModified.toISOString() }) });
    }
  }
  return anchors;
}
