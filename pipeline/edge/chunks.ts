import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Chunks } from '../capturePorts.ts';
import { PipelineError } from '../errors.ts';
import { lastChunk, measureChunks } from '../meetings/chunks.ts';
import { Refusal } from '../refusals.ts';
import { request } from './failure.ts';
import { withLimit } from './limits.ts';

/** Of three hours there are two thousand. */
const atOnce = 20;

interface Named {
  Key: string;
  VersionId: string | undefined;
}

/** The chunks of captures, in the bucket into which Chime writes them. */
export function toChunks(bucket: string, client = new S3Client(withLimit('s3'))): Chunks {
  /** Sizes by key, of whatever lies below a folder. */
  const list = async (Prefix: string): Promise<Map<string, number>> => {
    const sizes = new Map<string, number>();
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken });
      const page = await ask(() => client.send(command));
      for (const { Key = '', Size = 0 } of page.Contents ?? []) sizes.set(Key, Size);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return sizes;
  };

  const lengthOf = async (Key: string, size: number): Promise<number> => {
    const { probeMedia } = await import('./media.ts');
    const read = (start: number, end: number) =>
      ask(async () => {
        const Range = `bytes=${start}-${end - 1}`;
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key, Range }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      });
    try {
      return (await probeMedia(size, read))?.audio?.durationMs ?? 0;
    } catch (error) {
      // Chime was cut off while it wrote it. Nobody can hear it, so the joined file need not have it.
      if (error instanceof PipelineError) return 0;
      throw error;
    }
  };

  /** The versions of whatever lies below a folder, the marks of what was deleted included. */
  const versions = async (Prefix: string): Promise<Named[]> => {
    const found: Named[] = [];
    let next: { KeyMarker: string | undefined; VersionIdMarker: string | undefined } | undefined;
    do {
      const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix, ...next });
      const page = await ask(() => client.send(command));
      for (const { Key = '', VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
        found.push({ Key, VersionId });
      }
      const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      next = IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
    } while (next !== undefined);
    return found;
  };

  const erase = async (objects: readonly Named[]): Promise<void> => {
    for (let from = 0; from < objects.length; from += atOnce) {
      const some = objects.slice(from, from + atOnce);
      await Promise.all(some.map((one) => ask(() => client.send(new DeleteObjectCommand({ Bucket: bucket, ...one })))));
    }
  };

  return {
    async count(meetingId) {
      const sizes = await list(`captures/${meetingId}/audio/`);
      const names = [...sizes.keys()];
      const last = lastChunk(names);
      return last === undefined ? undefined : measureChunks(names, await lengthOf(last, sizes.get(last) ?? 0));
    },
    async remove(meetingId, concatenationIds) {
      await erase(await versions(`captures/${meetingId}/`));
      if (concatenationIds.length === 0) return;
      const ids = new Set(concatenationIds.map((id) => id.toLowerCase()));
      // A recording that somebody uploaded for the same meeting is none of them.
      const joined = await versions(`recordings/${meetingId}/`);
      await erase(joined.filter(({ Key }) => ids.has(nameOf(Key))));
    },
  };
}

/** Of `recordings/m/audio/<name>.mp4`: the name, in lower case. */
function nameOf(key: string): string {
  return (key.split('/').at(-1) ?? '').replace(/\.\w+$/, '').toLowerCase();
}

async function ask<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request('S3', send);
  } catch (error) {
    throw error instanceof PipelineError ? new Refusal('ServiceUnavailable') : error;
  }
}
