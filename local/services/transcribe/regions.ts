import { ServiceError } from '../jsonService.ts';
import type { JobKind } from './job.ts';

/** The endpoint table of the AWS API model. */
const withTranscribe = new Set(
  `us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1 ca-central-1 sa-east-1
   eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-central-2 eu-north-1 af-south-1 me-south-1
   ap-east-1 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2
   cn-north-1 cn-northwest-1`.split(/\s+/),
);

/** No table of the medical engine's regions is published: this list is put together from hints and can be replaced. */
export const withTranscribeMedical: readonly string[] =
  'us-east-1 us-east-2 us-west-2 us-gov-west-1 ca-central-1 eu-west-1 ap-southeast-2'.split(' ');

/** Regions whose engine takes Modern Standard Arabic only from 16 kHz on. */
export const arabicNeeds16kHz: readonly string[] = ['us-gov-west-1', 'us-gov-east-1', 'ca-west-1', 'af-south-1'];

/**
 * Refuses a call to a region where the engine does not exist. A region without Transcribe has no endpoint at all: a
 * client would not find the host. An answer must be given here, so it is UnrecognizedClientException, which no client
 * retries. A region with Transcribe but without its medical engine answers BadRequestException; the true shape of
 * that refusal is not documented.
 */
export function requireRegion(kind: JobKind, region: string, medicalRegions: readonly string[]): void {
  if (!withTranscribe.has(region)) {
    throw new ServiceError('UnrecognizedClientException', `Amazon Transcribe has no endpoint in ${region}`);
  }
  if (kind === 'medical' && !medicalRegions.includes(region)) {
    throw new ServiceError('BadRequestException', `Amazon Transcribe Medical is not available in ${region}`);
  }
}
