import { defaultOperations, type Operation, toOperations } from './clinical/operations.ts';
import type { EngineName } from './recording/route.ts';
import { chimeMediaRegions, type RegionAbilities, regions } from './recording/regions.ts';

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
  /** The service role's key, or the secret that holds it; one of the two is set. */
  supabaseKey: string | undefined;
  supabaseKeySecret: string | undefined;
  /** The public key of the Supabase project, which its gateway asks for. Only the doors of people need this and the next. */
  supabaseAnonKey: string | undefined;
  /** The issuer of the tokens of Supabase's users. */
  supabaseIssuer: string;
  /** The secret that these are signed with where the project has no keys, or the ARN of the secret that holds it. */
  jwtSecret: string | undefined;
  jwtSecretArn: string | undefined;
  firebaseProject: string | undefined;
  /** The address of the HTTP API, without a slash at its end. */
  apiUrl: string | undefined;
  /** `startWorkflow` knows the machine, and `health`; the machine itself refers to the functions of its tasks. */
  stateMachineArn: string | undefined;
  /** Only `anchorAudit` writes there. */
  anchorsBucket: string | undefined;
  /** Only `speak` has them: the bucket of what is spoken, and the secret that the keys in it are made with. */
  speechBucket: string | undefined;
  speechKeySecret: string | undefined;
  /** The operations of Comprehend Medical to call, in the order of their table. */
  operations: readonly Operation[];
  /** The jobs that each engine takes at once: the account's quotas, less what its other callers need. */
  jobs: Readonly<Record<EngineName, number>>;
  /** Speakers that Transcribe may tell apart on one track, 2 to 10. */
  maxSpeakers: number;
  /** Chime media regions whose consultations may be processed here; empty allows all but the {@link consentRegions}. */
  mediaRegions: readonly string[];
  /** The location of the ICD-10-CM table (a path or `s3://bucket/key`), if there is one. */
  codeTable: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How each field is read from the environment; an empty value counts as none. */
const fields: { readonly [Field in keyof Config]: (env: Environment) => Config[Field] } = {
  region: required('AWS_REGION'),
  abilities: (env) => {
    const region = required('AWS_REGION')(env);
    return (
      regions[region] ?? refuse(`AWS_REGION ${region} is not in the region table: ${Object.keys(regions).join(', ')}`)
    );
  },
  recordingsBucket: required('RECORDINGS_BUCKET'),
  transcriptsBucket: required('TRANSCRIPTS_BUCKET'),
  medicalDataBucket: required('MEDICAL_DATA_BUCKET'),
  kmsKeyId: required('KMS_KEY_ID'),
  auditTable: required('AUDIT_TABLE'),
  workflowTable: required('WORKFLOW_TABLE'),
  supabaseUrl: required('SUPABASE_URL'),
  supabaseKey: (env) => {
    if (env['SUPABASE_SERVICE_ROLE_KEY'] || env['SUPABASE_KEY_SECRET'])
      return optional('SUPABASE_SERVICE_ROLE_KEY')(env);
    return refuse('SUPABASE_SERVICE_ROLE_KEY is missing, and so is SUPABASE_KEY_SECRET');
  },
  supabaseKeySecret: optional('SUPABASE_KEY_SECRET'),
  supabaseAnonKey: publicKey('SUPABASE_ANON_KEY'),
  supabaseIssuer: (env) => env['SUPABASE_ISSUER'] || `${(env['SUPABASE_URL'] ?? '').replace(/\/$/, '')}/auth/v1`,
  jwtSecret: optional('SUPABASE_JWT_SECRET'),
  jwtSecretArn: optional('SUPABASE_JWT_SECRET_ARN'),
  firebaseProject: optional('FIREBASE_PROJECT_ID'),
  apiUrl: (env) => env['API_URL']?.replace(/\/$/, '') || undefined,
  stateMachineArn: optional('STATE_MACHINE_ARN'),
  anchorsBucket: optional('ANCHORS_BUCKET'),
  speechBucket: optional('SPEECH_BUCKET'),
  speechKeySecret: optional('SPEECH_KEY_SECRET'),
  operations: (env) => (env['OPERATIONS'] ? toOperations(env['OPERATIONS'], 'OPERATIONS') : defaultOperations),
  jobs: (env) => ({ 'transcribe-medical': jobs('MEDICAL_JOBS')(env), transcribe: jobs('STANDARD_JOBS')(env) }),
  maxSpeakers: (env) => {
    const count = Number(env['MAX_SPEAKERS'] || 4);
    const isPossible = Number.isInteger(count) && count >= 2 && count <= 10;
    return isPossible ? count : refuse('MAX_SPEAKERS must be a whole number from 2 to 10');
  },
  mediaRegions: (env) => {
    const named = listed('MEDIA_REGIONS')(env);
    const unknown = named.find((region) => !chimeMediaRegions.has(region));
    return unknown === undefined ? named : refuse(`MEDIA_REGIONS names ${unknown}, which is no region of Chime`);
  },
  codeTable: optional('ICD10CM_TABLE'),
};

/**
 * Reads the configuration from an environment record.
 * @throws Error `ConfigurationInvalid`, which lists every missing or impossible field at once
 */
export function toConfig(env: Environment): Config {
  const problems = new Set<string>();
  const read = Object.entries(fields).map(([field, readField]) => {
    try {
      return [field, readField(env)];
    } catch (error) {
      problems.add((error as Error).message);
      return [field, undefined];
    }
  });
  if (problems.size > 0) throw named('ConfigurationInvalid', `configuration: ${[...problems].join('; ')}`);
  return Object.fromEntries(read) as Config;
}

function required(name: string): (env: Environment) => string {
  return (env) => env[name] || refuse(`${name} is missing`);
}

/** The quota of an account that has not asked for more. */
const usualJobs = 250;

/** Every place that is held is written in one item of the workflow table: a thousand are as many as it moves quickly. */
const mostJobs = 1_000;

function jobs(name: string): (env: Environment) => number {
  return (env) => {
    const count = Number(env[name] || usualJobs);
    const isPossible = Number.isInteger(count) && count >= 1 && count <= mostJobs;
    return isPossible ? count : refuse(`${name} must be a whole number from 1 to ${mostJobs}`);
  };
}

function optional(name: string): (env: Environment) => string | undefined {
  return (env) => env[name] || undefined;
}

/** A key that everybody may know. The service role's reads everything: it must not get here by mistake. */
function publicKey(name: string): (env: Environment) => string | undefined {
  return (env) => {
    const key = env[name] || undefined;
    const isSecret = key?.startsWith('sb_secret_') || (key !== undefined && roleIn(key) === 'service_role');
    return isSecret ? refuse(`${name} holds a secret key, not the public one`) : key;
  };
}

/** The role that a key gives, if it is a JWT. */
function roleIn(key: string): unknown {
  try {
    const claims = atob((key.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    return (JSON.parse(claims) as { role?: unknown }).role;
  } catch {
    return undefined;
  }
}

/** The parts of a comma-separated list, each once. */
function listed(name: string): (env: Environment) => string[] {
  return (env) => [
    ...new Set(
      (env[name] ?? '')
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    ),
  ];
}

function refuse(problem: string): never {
  throw new Error(problem);
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
