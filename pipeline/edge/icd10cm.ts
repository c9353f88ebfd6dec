import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type CodeTable, invalid, parseCodeTable } from '../icd10cm.ts';

const gunzipped = promisify(gunzip);

/**
 * Reads the code table that `ICD10CM_TABLE` names: a file path, gzip or plain.
 * Throws `CodeTableInvalid` with the path when it is missing, damaged or something else.
 */
export async function readCodeTable(location: string): Promise<CodeTable> {
  try {
    return parseCodeTable((await readPlain(location)).toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`${location}: ${reason}`, error);
  }
}

/** The bytes of a file, unpacked when its content (not its name) says gzip. */
export async function readPlain(location: string): Promise<Buffer> {
  const bytes = await readFile(location);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipped(bytes) : bytes;
}
