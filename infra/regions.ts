import { regions } from '../pipeline/recording/regions.ts';
import { refusal } from './refusal.ts';

/** What a region gets: the workflow, or only the bucket whose recordings are copied to where the workflow is. */
export type Stack = { kind: 'workflow' } | { kind: 'source'; processingRegion: string };

/**
 * Regions that record without both medical services, and where their recordings may go unless somebody says otherwise.
 * A transfer out of South Africa is for the tenant to allow, so none is assumed.
 */
const sources: Readonly<Record<string, string | undefined>> = { 'eu-central-1': 'eu-west-1', 'af-south-1': undefined };

/**
 * What to deploy into a region. `transferTo` names the region of the workflow, or is `none`: then the recordings stay,
 * are transcribed by the standard engine where they are, and not coded.
 * @throws OrderInvalid for what cannot work, before anything is written
 */
export function stackFor(region: string, transferTo: string | undefined): Stack {
  if (!regions[region]) throw refusal('OrderInvalid', `--region ${region} is not in the region table`);
  const isSource = Object.hasOwn(sources, region);
  if (!isSource) {
    if (transferTo === undefined) return { kind: 'workflow' };
    throw refusal('OrderInvalid', `--transfer-to: recordings of ${region} are processed there`);
  }
  const processingRegion = transferTo ?? sources[region] ?? 'none';
  if (processingRegion === 'none') return { kind: 'workflow' };
  const abilities = regions[processingRegion];
  if (!abilities?.transcribeMedical || !abilities.comprehendMedical) {
    throw refusal('OrderInvalid', `--transfer-to ${processingRegion} lacks a service that the workflow needs`);
  }
  return { kind: 'source', processingRegion };
}
