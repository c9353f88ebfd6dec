import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Sounds } from '../speechPorts.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';

/** The bucket of what is spoken. */
export function toSounds(bucket: string, kmsKeyId: string, client = new S3Client(withLimit('s3'))): Sounds {
  return {
    async find(key) {
      try {
        const { VersionId } = await request('S3', () =>
          client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })),
        );
        return VersionId === undefined ? undefined : { bucket, key, versionId: VersionId };
      } catch (error) {
        if (isNamed(error, 'NotFound', 'NoSuchKey')) return undefined;
        throw error;
      }
    },
    async keep(key, bytes) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentType: 'audio/mpeg',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: kmsKeyId,
        BucketKeyEnabled: true,
      });
      const { VersionId } = await request('S3', () => client.send(command));
      if (VersionId !== undefined) return { bucket, key, versionId: VersionId };
      throw Object.assign(new Error('configuration: SPEECH_BUCKET keeps no versions'), {
        name: 'ConfigurationInvalid',
      });
    },
  };
}
