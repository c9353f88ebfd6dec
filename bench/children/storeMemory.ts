import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readCodeTable } from '../../pipeline/edge/icd10cm.ts';
import { toEhr } from '../../pipeline/edge/supabase.ts';
import type { Ports } from '../../pipeline/ports.ts';
import { keys } from '../../pipeline/recording/recording.ts';
import { type StoreInput, storeResults } from '../../pipeline/steps/storeResults.ts';
import { peakBytes } from '../child.ts';

/**
 * `storeMemory.ts FOLDER`: runs the step storeResults once, in a process that has loaded what the step loads. The
 * folder has `input.json`, `transcript.json`, `table.txt` and the kept answers, under the last part of their keys. The
 * results go to a server that reads and forgets them.
 */

export interface StoreReport {
  peakBytes: number;
  ms: number;
  /** Bytes of entities.json and consultation.json. */
  written: number;
}

const [folder = ''] = process.argv.slice(2);
await Promise.all(['s3', 'dynamodb'].map((module) => import(`../../pipeline/edge/${module}.ts`)));
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const input = JSON.parse(read('input.json')) as StoreInput;

const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end());
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

let written = 0;
const ports = {
  documents: {
    read: (_: string, key: string) =>
      Promise.resolve(
        read(key === keys.transcript(input.recordingId) ? 'transcript.json' : (key.split('/').at(-1) ?? '')),
      ),
    write: (_: string, _key: string, body: string) => {
      written += Buffer.byteLength(body);
      return Promise.resolve();
    },
  },
  audit: { record: () => Promise.resolve('repeated') },
  ehr: toEhr(`http://127.0.0.1:${port}`, 'key'),
  codeTable: () => readCodeTable(join(folder, 'table.txt')),
} as unknown as Ports;

const begin = performance.now();
await storeResults(ports)(input);
const ms = performance.now() - begin;
server.close();
server.closeAllConnections();
process.stdout.write(JSON.stringify({ peakBytes: peakBytes(), ms, written } satisfies StoreReport));
