import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

export const call = () =>
  new S3Client({}).send(new GetObjectCommand({ Bucket: 'transcripts', Key: 'transcript.json' }));
