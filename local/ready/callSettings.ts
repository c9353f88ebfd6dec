import { pipelinesRegionFor } from '../../pipeline/meetings/residence.ts';
import { configurationOf } from './functions.ts';
import type { Place } from './place.ts';
import type { Answer } from './question.ts';

/** What the doors of the call were told when they were deployed. */
export interface CallSettings {
  /** Whether calls are recorded: what was asked for, and may be. */
  records: boolean;
  /** They were to be, and the sound would leave the country where they are held without the tenant's consent. */
  lacksTransfer: boolean;
  /** Undefined where the newest text is meant. */
  consentVersion: string | undefined;
  controlRegion: string;
  pipelinesRegion: string;
  mediaRegions: readonly string[];
  firebaseProject: string | undefined;
}

export async function readCallSettings(place: Place): Promise<CallSettings> {
  const { Environment } = await configurationOf(place, 'meetings');
  const told = (name: string) => Environment?.Variables?.[name] || undefined;
  const controlRegion = told('AWS_CHIME_REGION') ?? 'unknown';
  const pipelinesRegion = told('AWS_CHIME_PIPELINES_REGION') ?? pipelinesRegionFor(controlRegion);
  const lacksTransfer = pipelinesRegion !== controlRegion && told('TRANSFER_CONSENT') !== 'on';
  const wished = told('RECORDS') === 'on';
  return {
    records: wished && !lacksTransfer,
    lacksTransfer: wished && lacksTransfer,
    consentVersion: told('CONSENT_TEXT_VERSION'),
    controlRegion,
    pipelinesRegion,
    mediaRegions: (told('MEDIA_REGIONS') ?? place.declared.place.region).split(/[\s,]+/).filter(Boolean),
    firebaseProject: told('FIREBASE_PROJECT_ID'),
  };
}

/** The answer about whatever only a recording needs. */
export const unneeded: Answer = { found: 'not needed while records is off', right: true };
