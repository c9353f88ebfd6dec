import type { Operation } from './extraction.ts';

/** What a region can do with a recording. Standard Transcribe exists in every region of the table. */
export interface RegionAbilities {
  transcribeMedical: boolean;
  comprehendMedical: boolean;
}

/**
 * The regions this pipeline may run in. The SDK builds a URL for any string, so a region without a service would show
 * up as a DNS failure in the middle of a consultation: decide by table, at start-up.
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

/** Where Chime can hold a meeting. */
export const chimeMediaRegions: ReadonlySet<string> = new Set(
  (
    'af-south-1 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 ' +
    'eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2'
  ).split(' '),
);

/** Regions whose recordings leave them only when the tenant has said so by name. */
export const consentRegions: ReadonlySet<string> = new Set(['af-south-1']);

export interface Config {
  region: string;
  abilities: RegionAbilities;
  recordingsBucket: string;
  transcriptsBucket: string;
  medicalDataBucket: string;
  kmsKeyId: string;
  auditTable: string;
  workflowTable: string;
  supabaseUrl: string;
  /** The service role's key, or the secret that holds it; one of them is there. */
  supabaseKey: string | undefined;
  supabaseKeySecret: string | undefined;
  /** Only `startWorkflow` knows the machine: the machine refers to all the other functions. */
  stateMachineArn: string | undefined;
  operations: readonly Operation[];
  /** Speakers that Transcribe may tell apart on one track, 2 to 10. */
  maxSpeakers: number;
  /** Chime media regions whose consultations may be processed here; empty allows all but the {@link consentRegions}. */
  mediaRegions: readonly string[];
  /** Where the ICD-10-CM table is, when there is one. */
  codeTable: string | undefined;
}

const required = [
  'AWS_REGION',
  'RECORDINGS_BUCKET',
  'TRANSCRIPTS_BUCKET',
  'MEDICAL_DATA_BUCKET',
  'KMS_KEY_ID',
  'AUDIT_TABLE',
  'WORKFLOW_TABLE',
  'SUPABASE_URL',
] as const;

const knownOperations: readonly Operation[] = ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm', 'InferSNOMEDCT'];

/**
 * Reads the configuration from an environment record.
 * @throws Error `ConfigurationInvalid` that lists every missing or impossible value at once.
 */
export function toConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = required.filter((name) => !env[name]).map((name) => `${name} is missing`);
  const value = (name: string) => env[name] ?? '';
  if (!env['SUPABASE_SERVICE_ROLE_KEY'] && !env['SUPABASE_KEY_SECRET']) {
    problems.push('SUPABASE_SERVICE_ROLE_KEY is missing, and so is SUPABASE_KEY_SECRET');
  }

  const abilities = regions[value('AWS_REGION')];
  if (env['AWS_REGION'] && !abilities) problems.push(`AWS_REGION ${env['AWS_REGION']} is not in the region table`);

  const maxSpeakers = Number(env['MAX_SPEAKERS'] || 4);
  if (!Number.isInteger(maxSpeakers) || maxSpeakers < 2 || maxSpeakers > 10) {
    problems.push('MAX_SPEAKERS must be a whole number from 2 to 10');
  }

  const operations = [
    ...new Set(list(env['OPERATIONS'] || 'DetectEntitiesV2,InferICD10CM,InferRxNorm')),
  ] as Operation[];
  for (const operation of operations) {
    if (!knownOperations.includes(operation)) problems.push(`OPERATIONS names ${operation}, which is none of ours`);
  }

  const mediaRegions = list(env['MEDIA_REGIONS'] ?? '');
  for (const region of mediaRegions) {
    if (!chimeMediaRegions.has(region)) problems.push(`MEDIA_REGIONS names ${region}, which is no region of Chime`);
  }

  if (problems.length > 0 || !abilities) throw configurationInvalid(problems);
  return {
    region: value('AWS_REGION'),
    abilities,
    recordingsBucket: value('RECORDINGS_BUCKET'),
    transcriptsBucket: value('TRANSCRIPTS_BUCKET'),
    medicalDataBucket: value('MEDICAL_DATA_BUCKET'),
    kmsKeyId: value('KMS_KEY_ID'),
    auditTable: value('AUDIT_TABLE'),
    workflowTable: value('WORKFLOW_TABLE'),
    supabaseUrl: value('SUPABASE_URL'),
    supabaseKey: env['SUPABASE_SERVICE_ROLE_KEY'] || undefined,
    supabaseKeySecret: env['SUPABASE_KEY_SECRET'] || undefined,
    stateMachineArn: env['STATE_MACHINE_ARN'] || undefined,
    operations,
    maxSpeakers,
    mediaRegions,
    codeTable: env['ICD10CM_TABLE'] || undefined,
  };
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function configurationInvalid(problems: string[]): Error {
  const error = new Error(`configuration: ${problems.join('; ')}`);
  error.name = 'ConfigurationInvalid';
  return error;
}
