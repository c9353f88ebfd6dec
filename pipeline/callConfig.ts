import { defaultOperations, type Operation, toOperations } from './clinical/operations.ts';
import { consentVersions, newestConsentVersion, type Withdrawn } from './meetings/consentTexts.ts';
import { messagingRegionFor, messagingRegions } from './messaging/residence.ts';
import { controlRegions, otherControlRegions, pipelinesRegionFor, pipelinesRegions } from './meetings/residence.ts';
import { chimeMediaRegions, consentRegions } from './recording/regions.ts';

/** What the doors of the call are told by their environment, in Lambda and in the edge function. */
export interface CallConfig {
  supabaseUrl: string;
  /** The service role's key. */
  supabaseKey: string | undefined;
  supabaseKeySecret: string | undefined;
  /** The project's public key; only what is read with a user's own token needs it. */
  supabaseAnonKey: string | undefined;
  supabaseIssuer: string;
  jwtSecret: string | undefined;
  jwtSecretArn: string | undefined;
  firebaseProject: string | undefined;
  /** Where this is deployed, with the bucket of the recordings. */
  region: string;
  /** Where Chime is asked about meetings. */
  controlRegion: string;
  /** The other region whose visits go on here while it does not answer; undefined: there is none. */
  takesOverFrom: string | undefined;
  /** Where meetings may be held; the first one is the tenant's own. */
  mediaRegions: readonly string[];
  /** Whether whoever is not the provider waits until she admits that person. */
  waitingRoom: boolean;
  /** Whether calls are recorded here, where everybody agrees. */
  records: boolean;
  /** Calls would be recorded, but for a transfer to another region that the tenant has not allowed. */
  lacksTransfer: boolean;
  /** Where Chime is asked about captures. */
  pipelinesRegion: string;
  /** Where Chime keeps messages. */
  messagingRegion: string;
  /** Whether they may be there: it is where the meetings are controlled, or the transfer is agreed to. */
  messagingAllowed: boolean;
  /** Chime's app instance, which holds the users and channels; without one there is no chat. */
  appInstanceArn: string | undefined;
  /** The bucket of the captures and recordings. Only the steps of the call write there. */
  recordingsBucket: string | undefined;
  /** The bucket of the chat's files, and the key that encrypts them. Only Lambda's doors of the chat have them. */
  attachmentsBucket: string | undefined;
  kmsKeyId: string | undefined;
  /** The HTTP API's address, as an edge function is told it, without a slash at its end: files are sent and read there. */
  apiUrl: string | undefined;
  /** The longest recording, in milliseconds: a capture that is forgotten costs no more. */
  longestCaptureMs: number;
  /** The version of the text that people agree to. */
  consentVersion: string;
  /** What becomes of the recording so far when somebody withdraws. */
  withdrawn: Withdrawn;
  /** In lower case. */
  closedAppointments: readonly string[];
  /** The browser file of the Chime SDK, and its hash as an `integrity` attribute has it. */
  sdk: { url: string | null; integrity: string | null };
  /** The operations of Comprehend Medical to call, in the order of their table. */
  operations: readonly Operation[];
  /** The key of the user that calls it; undefined where it is that of every function. */
  extractionKey: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** The regions in which an edge function may run; empty: any. */
  edgeRegions: readonly string[];
  /** Where this edge function runs; undefined where the platform does not say, and in Lambda. */
  edgeRegion: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment of the call's doors.
 * @throws Error `ConfigurationInvalid`, which lists every missing or impossible value at once
 */
export function toCallConfig(env: Environment): CallConfig {
  const problems: string[] = [];
  const optional = (name: string) => env[name] || undefined;
  const listed = (name: string, usual = '') => (env[name] || usual).split(/[\s,]+/).filter(Boolean);
  const required = (name: string) => env[name] || problem(`${name} is missing`);
  const problem = (text: string) => {
    problems.push(text);
    return '';
  };

  const supabaseUrl = required('SUPABASE_URL').replace(/\/$/, '');
  if (supabaseUrl !== '' && !URL.canParse(supabaseUrl)) problem('SUPABASE_URL is no address');
  if (!env['SUPABASE_SERVICE_ROLE_KEY'] && !env['SUPABASE_KEY_SECRET']) {
    problem('SUPABASE_SERVICE_ROLE_KEY is missing, and so is SUPABASE_KEY_SECRET');
  }
  const region = required('AWS_REGION');
  const controlRegion = required('AWS_CHIME_REGION');
  if (controlRegion !== '' && !controlRegions.has(controlRegion)) {
    problem(`AWS_CHIME_REGION ${controlRegion} has no Chime: ${[...controlRegions].join(', ')} have it`);
  }
  const takesOverFrom = optional('TAKES_OVER_FROM');
  if (takesOverFrom !== undefined && !otherControlRegions(controlRegion).includes(takesOverFrom)) {
    problem(`TAKES_OVER_FROM ${takesOverFrom} is none of ${otherControlRegions(controlRegion).join(', ')}`);
  }
  const mediaRegions = listed('MEDIA_REGIONS', region);
  for (const region of mediaRegions) {
    if (!chimeMediaRegions.has(region)) problem(`MEDIA_REGIONS names ${region}, in which Chime holds no meeting`);
  }
  const waitingRoom = env['WAITING_ROOM'] || 'on';
  if (!['on', 'off'].includes(waitingRoom)) problem('WAITING_ROOM is neither on nor off');
  const records = env['RECORDS'] || 'off';
  if (!['on', 'off'].includes(records)) problem('RECORDS is neither on nor off');
  const pipelinesRegion = env['AWS_CHIME_PIPELINES_REGION'] || pipelinesRegionFor(controlRegion);
  if (!pipelinesRegions.has(pipelinesRegion)) {
    problem(
      `AWS_CHIME_PIPELINES_REGION ${pipelinesRegion} has no media pipelines: ${[...pipelinesRegions].join(', ')} have them`,
    );
  }
  const minutes = Number(env['CAPTURE_MINUTES'] || 180);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1_440) {
    problem('CAPTURE_MINUTES must be a whole number from 1 to 1440');
  }
  const transfers = env['TRANSFER_CONSENT'] || 'off';
  if (!['on', 'off'].includes(transfers)) problem('TRANSFER_CONSENT is neither on nor off');
  if (takesOverFrom !== undefined && consentRegions.has(takesOverFrom) && transfers === 'off') {
    problem(`TAKES_OVER_FROM ${takesOverFrom} takes visits out of the country: TRANSFER_CONSENT must be on`);
  }
  // Chime would control captures in another region than their meetings.
  const isTransfer = pipelinesRegion !== controlRegion && transfers === 'off';
  const appInstanceArn = optional('APP_INSTANCE_ARN');
  const instanceRegion =
    appInstanceArn && /^arn:[\w-]+:chime:([\w-]+):\d{12}:app-instance\/[\w-]+$/.exec(appInstanceArn)?.[1];
  if (appInstanceArn !== undefined && instanceRegion === undefined)
    problem('APP_INSTANCE_ARN is no app instance of Chime');
  const messagingRegion = env['CHIME_MESSAGING_REGION'] || (instanceRegion ?? messagingRegionFor(controlRegion));
  if (instanceRegion !== undefined && instanceRegion !== messagingRegion) {
    problem(`CHIME_MESSAGING_REGION is ${messagingRegion}, and the app instance is in ${instanceRegion}`);
  }
  if (!messagingRegions.has(messagingRegion)) {
    problem(`CHIME_MESSAGING_REGION ${messagingRegion} has no messaging: ${[...messagingRegions].join(', ')} have it`);
  }
  const operations = attempt(() => toOperations(env['OPERATIONS'] || defaultOperations.join(), 'OPERATIONS'), problem);
  const accessKeyId = optional('AWS_ACCESS_KEY_ID_EXTRACTION');
  const secretAccessKey = optional('AWS_SECRET_ACCESS_KEY_EXTRACTION');
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    problem('of AWS_ACCESS_KEY_ID_EXTRACTION and AWS_SECRET_ACCESS_KEY_EXTRACTION one is missing');
  }
  const consentVersion = env['CONSENT_TEXT_VERSION'] || newestConsentVersion;
  if (!consentVersions.includes(consentVersion)) {
    problem(`CONSENT_TEXT_VERSION ${consentVersion} is none of ${consentVersions.join(', ')}`);
  }
  const withdrawn = env['CONSENT_WITHDRAWN'] || 'keep';
  if (!['keep', 'discard'].includes(withdrawn)) problem('CONSENT_WITHDRAWN is neither keep nor discard');
  if (problems.length > 0) {
    throw Object.assign(new Error(`configuration: ${problems.join('; ')}`), { name: 'ConfigurationInvalid' });
  }
  return {
    supabaseUrl,
    supabaseKey: optional('SUPABASE_SERVICE_ROLE_KEY'),
    supabaseKeySecret: optional('SUPABASE_KEY_SECRET'),
    supabaseAnonKey: optional('SUPABASE_ANON_KEY'),
    // An edge function cannot be given a name that begins with SUPABASE_: those are the platform's.
    supabaseIssuer: optional('SUPABASE_ISSUER') ?? optional('JWT_ISSUER') ?? `${supabaseUrl}/auth/v1`,
    jwtSecret: optional('SUPABASE_JWT_SECRET') ?? optional('JWT_SECRET'),
    jwtSecretArn: optional('SUPABASE_JWT_SECRET_ARN'),
    firebaseProject: optional('FIREBASE_PROJECT_ID'),
    region,
    controlRegion,
    takesOverFrom,
    mediaRegions,
    waitingRoom: waitingRoom === 'on',
    records: records === 'on' && !isTransfer,
    lacksTransfer: records === 'on' && isTransfer,
    pipelinesRegion,
    messagingRegion,
    messagingAllowed: messagingRegion === controlRegion || transfers === 'on',
    appInstanceArn,
    recordingsBucket: optional('CHIME_RECORDINGS_BUCKET') ?? optional('RECORDINGS_BUCKET'),
    attachmentsBucket: optional('ATTACHMENTS_BUCKET'),
    kmsKeyId: optional('KMS_KEY_ID'),
    apiUrl: optional('CHIME_API_ENDPOINT')?.replace(/\/$/, ''),
    longestCaptureMs: minutes * 60_000,
    consentVersion,
    withdrawn: withdrawn === 'discard' ? 'discard' : 'keep',
    closedAppointments: words(env['CLOSED_APPOINTMENTS'] || 'cancelled,completed,no_show'),
    sdk: { url: optional('CHIME_SDK_CDN_URL') ?? null, integrity: optional('CHIME_SDK_INTEGRITY') ?? null },
    operations: operations ?? [],
    extractionKey: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    edgeRegions: listed('EDGE_REGIONS'),
    edgeRegion: optional('SB_REGION'),
  };
}

function attempt<Value>(read: () => Value, onProblem: (text: string) => void): Value | undefined {
  try {
    return read();
  } catch (error) {
    onProblem(error instanceof Error ? error.message : 'a value is impossible');
    return undefined;
  }
}

/** The EHR's own words, which may have blanks in them and any letters. */
function words(list: string): string[] {
  return list.split(',').flatMap((word) => word.trim().toLowerCase() || []);
}
