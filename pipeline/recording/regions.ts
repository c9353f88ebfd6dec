/** The medical services that a region has. Standard Transcribe exists in every region of the table. */
export interface RegionAbilities {
  transcribeMedical: boolean;
  comprehendMedical: boolean;
}

/**
 * The regions this pipeline may run in. The table decides at start-up: the SDK builds a URL for any string, so a region
 * without a service would otherwise show up as a DNS failure in the middle of a consultation.
 */
export const regions: Readonly<Record<string, RegionAbilities>> = {
  'us-east-1': { transcribeMedical: true, comprehendMedical: true },
  'us-east-2': { transcribeMedical: true, comprehendMedical: true },
  'us-west-2': { transcribeMedical: true, comprehendMedical: true },
  'ap-southeast-2': { transcribeMedical: true, comprehendMedical: true },
  'ca-central-1': { transcribeMedical: true, comprehendMedical: true },
  'eu-west-1': { transcribeMedical: true, comprehendMedical: true },
  'us-gov-west-1': { transcribeMedical: true, comprehendMedical: true },
  'eu-west-2': { transcribeMedical: false, comprehendMedical: true },
  'eu-central-1': { transcribeMedical: false, comprehendMedical: false },
  'af-south-1': { transcribeMedical: false, comprehendMedical: false },
};

/** The regions in which Chime can hold a meeting. */
export const chimeMediaRegions: ReadonlySet<string> = new Set(
  (
    'af-south-1 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 ' +
    'eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2'
  ).split(' '),
);

/** Regions whose recordings may leave them only if the tenant has named the region. */
export const consentRegions: ReadonlySet<string> = new Set(['af-south-1']);
