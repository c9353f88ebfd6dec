import { controlRegions } from '../pipeline/meetings/residence.ts';
import { regions } from '../pipeline/recording/regions.ts';
import { refusal } from './refusal.ts';

/**
 * A region's stack: the workflow, or only a bucket whose recordings are copied to the region of the workflow, or only what
 * sends the events of Chime's meetings and captures there; or the CDN of the Chime SDK.
 */
export type Stack =
  | { kind: 'workflow' }
  | { kind: 'source' | 'control'; processingRegion: string }
  | { kind: 'cdn'; sdk: ServedSdk };

/** The browser file of the Chime SDK, as its stack names it. */
export interface ServedSdk {
  name: string;
  integrity: string;
}

/** CloudFront's metrics are nowhere else, and an alarm is where its metrics are. */
export const cdnRegion = 'us-east-1';

/** What an order says of the regions. */
export interface Regions {
  region: string;
  /** The region of the workflow, to which recordings go from here, or `none`. */
  transferTo?: string | undefined;
  /** The region of the workflow whose meetings, or whose captures, Chime controls here. */
  controlFor?: string | undefined;
  /** The file that the CDN is for, where that is the stack to make. */
  sdk?: ServedSdk | undefined;
}

/**
 * Regions that record but have neither medical service, and the region that their recordings go to by default. A
 * transfer out of South Africa is for the tenant to allow, so none is assumed.
 */
const sources: Readonly<Record<string, string | undefined>> = { 'eu-central-1': 'eu-west-1', 'af-south-1': undefined };

/**
 * The stack to deploy into a region. With `transferTo: none` the recordings stay where they are, are transcribed there by
 * the standard engine, and are not coded.
 * @throws OrderInvalid for regions that cannot work together, before anything is written
 */
export function stackFor({ region, transferTo, controlFor, sdk }: Regions): Stack {
  if (sdk !== undefined) {
    if (region === cdnRegion) return { kind: 'cdn', sdk };
    throw refusal('OrderInvalid', `--region ${region}: the CDN's stack is in ${cdnRegion}`);
  }
  if (controlFor !== undefined) return controlStackFor(region, controlFor, transferTo);
  if (!regions[region]) {
    throw refusal('OrderInvalid', `--region ${region} is not in the region table:\n${regionTable().join('\n')}`);
  }
  const isSource = Object.hasOwn(sources, region);
  if (!isSource) {
    if (transferTo === undefined) return { kind: 'workflow' };
    throw refusal('OrderInvalid', `--transfer-to: recordings of ${region} are processed there`);
  }
  const processingRegion = transferTo ?? sources[region] ?? 'none';
  if (processingRegion === 'none') return { kind: 'workflow' };
  const abilities = regions[processingRegion];
  if (!abilities?.transcribeMedical || !abilities.comprehendMedical) {
    const why = abilities ? 'lacks a service that the workflow needs' : 'is not in the region table';
    throw refusal('OrderInvalid', `--transfer-to ${processingRegion} ${why}:\n${regionTable().join('\n')}`);
  }
  refuseOtherPartition(region, '--transfer-to', processingRegion);
  return { kind: 'source', processingRegion };
}

function controlStackFor(region: string, processingRegion: string, transferTo: string | undefined): Stack {
  if (transferTo !== undefined) throw refusal('OrderInvalid', '--control-for and --transfer-to are two stacks');
  if (!controlRegions.has(region)) {
    const known = [...controlRegions].join(', ');
    throw refusal('OrderInvalid', `--region ${region} controls no meetings; these do: ${known}`);
  }
  if (!regions[processingRegion]) {
    const table = regionTable().join('\n');
    throw refusal('OrderInvalid', `--control-for ${processingRegion} is not in the region table:\n${table}`);
  }
  if (region === processingRegion) {
    throw refusal('OrderInvalid', `--control-for ${region}: the workflow hears of its own region by itself`);
  }
  refuseOtherPartition(region, '--control-for', processingRegion);
  return { kind: 'control', processingRegion };
}

const partitionOf = (region: string) => /^(?:us-gov|cn)(?=-)/.exec(region)?.[0] ?? 'commercial';

/** An account is of one partition, and nothing is copied or sent from one into another. */
function refuseOtherPartition(region: string, option: string, processingRegion: string): void {
  if (partitionOf(region) === partitionOf(processingRegion)) return;
  throw refusal('OrderInvalid', `${option} ${processingRegion}: it is in another partition of AWS than ${region}`);
}

/** The regions that may be named, and the medical services of each, as lines. */
function regionTable(): string[] {
  return Object.entries(regions).map(([region, { transcribeMedical, comprehendMedical }]) => {
    const services = [transcribeMedical && 'Transcribe Medical', comprehendMedical && 'Comprehend Medical'];
    return `  ${region.padEnd(16)}${services.filter(Boolean).join(', ') || 'neither medical service'}`;
  });
}
