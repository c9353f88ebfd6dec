import type { S3Client } from '@aws-sdk/client-s3';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { PipelineError } from '../errors.ts';
import { type CodeTable, invalid, parseCodeTable } from '../clinical/icd10cm.ts';

const gunzipped = promisify(gunzip);

/**
 * Reads the code table that `ICD10CM_TABLE` names: a file path or `s3://bucket/key`, gzip or plain.
 * Throws `CodeTableInvalid` with the path when it is missing, damaged or something else.
 */
export async function readCodeTable(location: string, client?: S3Client): Promise<CodeTable> {
  try {
    return parseCodeTable((await readPlain(location, client)).toString('utf8'));
  } catch (error) {
    if (error instanceof PipelineError) throw error; // the service is busy: that says nothing about the table
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`${location}: ${reason}`, error);
  }
}

/** The bytes of a file or an object, unpacked when its content (not its name) says gzip. */
export async function readPlain(location: string, client?: S3Client): Promise<Buffer> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location) ?? [];
  // The client is loaded only by a step that reads its table from S3.
  const bytes =
    bucket && key ? await (await import('./s3.ts')).readObject(bucket, key, client) : await readFile(location);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipped(bytes) : bytes;
}
