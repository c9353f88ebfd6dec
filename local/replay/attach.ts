import { toBill } from '../../infra/cost.ts';
import { defaultOperations } from '../../pipeline/clinical/operations.ts';
import { probeMedia } from '../../pipeline/edge/media.ts';
import { toAudio } from '../../pipeline/recording/media.ts';
import { prices } from '../../pipeline/clinical/prices.ts';
import type { Case } from '../cases/caseFolder.ts';
import { CommandError, counted } from '../commandLine.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Whether the environment leads to AWS itself: without an endpoint of somebody else, the SDK calls AWS. */
export function leadsToAws(env: Env): boolean {
  const endpoint = env['AWS_ENDPOINT_URL'];
  return !endpoint || /^https?:\/\/(?:[^/@]*\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)(?:[:/]|$)/i.test(endpoint);
}

/**
 * Refuses what a deployment with the real services would not use. It transcribes itself: a job result or a words file
 * alone would be ignored, and a silence transcribed and billed.
 * @throws CommandError naming the case and what would do
 */
export function refuseWithoutSound(cases: readonly Case[]): void {
  for (const { name, words, recording } of cases) {
    if (words !== undefined) {
      throw new CommandError(
        `${name}: this deployment transcribes itself, and takes no words: give the recording without ${words}`,
        2,
      );
    }
    if (recording === undefined) {
      throw new CommandError(
        `${name}: a job result alone: this deployment transcribes itself, and would be given silence to transcribe; ` +
          'give a recording',
        2,
      );
    }
  }
}

/** A recording to upload. Its length is unknown where the pipeline would refuse it. */
export interface Measured {
  given: Case;
  durationMs: number | undefined;
  bytes: number;
}

export async function measure(given: Case): Promise<Measured> {
  const { bytes = new Uint8Array() } = given.recording ?? {};
  // A recording on disk was measured when it was read, and so is its stand-in.
  if ('path' in bytes) return { given, durationMs: given.standIn.durationMs, bytes: bytes.size };
  try {
    const facts = await probeMedia(bytes.length, async (start, end) => bytes.subarray(start, end));
    return { given, durationMs: toAudio(facts).durationMs, bytes: bytes.length };
  } catch {
    return { given, durationMs: undefined, bytes: bytes.length };
  }
}

/** Characters of transcript per minute of talk, as `npm run cost` assumes. */
const charactersPerMinute = 800;

/** Names the account, the region and the price of what would be uploaded. Prices are list prices, and estimates. */
export function describeUpload(measured: readonly Measured[], env: Env): string {
  const [, , , arnRegion, account] = (env['STATE_MACHINE_ARN'] ?? '').split(':');
  const region = env['AWS_REGION'] || arnRegion || 'unknown';
  const minutes = measured.reduce((sum, { durationMs = 0 }) => sum + durationMs / 60_000, 0);
  const usd = measured.reduce((sum, each) => sum + toUsd(each), 0);
  const megabytes = measured.reduce((sum, { bytes }) => sum + bytes, 0) / 1000 ** 2;
  const unknown = measured.filter(({ durationMs }) => durationMs === undefined).length;
  return (
    `this uploads ${counted(measured.length, 'recording')} (${minutes.toFixed(1)} minutes of sound, ${megabytes.toFixed(1)} MB) ` +
    `to AWS account ${account || 'unknown'} in ${region}, for about ${usd.toFixed(2)} USD of Transcribe Medical, Comprehend ` +
    `Medical and Step Functions at list prices of ${prices.asOf}` +
    (unknown > 0 ? `; ${counted(unknown, 'recording')} could not be measured` : '')
  );
}

function toUsd({ given, durationMs }: Measured): number {
  if (durationMs === undefined) return 0;
  const operations = given.session?.operations ?? defaultOperations;
  const workload = { minutes: durationMs / 60_000, consultations: 1, characters: charactersPerMinute, operations };
  return toBill(workload).at(-1)?.each ?? 0;
}
