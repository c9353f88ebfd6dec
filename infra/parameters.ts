import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isOperation, operationNames } from '../pipeline/clinical/operations.ts';
import { consentVersions } from '../pipeline/meetings/consentTexts.ts';
import { controlRegions, pipelinesRegionFor, pipelinesRegions } from '../pipeline/meetings/residence.ts';
import { chimeMediaRegions, consentRegions } from '../pipeline/recording/regions.ts';
import { refusal } from './refusal.ts';

/** The rule for each parameter's value; `what` says it in words, for whoever got it wrong. */
const rules: Readonly<Record<string, { is: (value: string) => boolean; what: string }>> = {
  // After 90 days recordings move to Glacier Instant Retrieval, and S3 refuses a rule that deletes them before that.
  recordingRetentionDays: days(91),
  resultRetentionDays: days(),
  attachmentRetentionDays: days(),
  sourceRetentionDays: days(),
  // CloudWatch knows only these terms.
  logRetentionDays: oneOf([
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]),
  dailyBudgetUsd: { is: (value) => Number(value) > 0, what: 'a sum above 0' },
  alarmEmail: { is: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), what: 'a mail address' },
  mediaRegions: {
    is: (value) => value.split(',').every((region) => chimeMediaRegions.has(region)),
    what: `Chime media regions, comma between: ${[...chimeMediaRegions].join(', ')}`,
  },
  operations: {
    is: (value) => value.split(',').every(isOperation),
    what: `one or more of ${operationNames.join(', ')}, comma between`,
  },
  medicalJobs: jobs(),
  standardJobs: jobs(),
  reservedConcurrency: concurrency(),
  apiRate: requests(),
  apiBurst: requests(),
  codeTable: {
    is: (value) => /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/\S+)?$/.test(value),
    what: 's3://bucket/key, or nothing',
  },
  chimeRegion: {
    is: (value) => controlRegions.has(value),
    what: `a control region of Chime's meetings: ${[...controlRegions].join(', ')}`,
  },
  takesOverFrom: {
    is: (value) => value === '' || controlRegions.has(value),
    what: `nothing, or another control region of Chime's meetings: ${[...controlRegions].join(', ')}`,
  },
  pipelinesRegion: {
    is: (value) => value === '' || pipelinesRegions.has(value),
    what: `nothing, or a region of Chime's media pipelines: ${[...pipelinesRegions].join(', ')}`,
  },
  waitingRoom: { is: (value) => /^(on|off)$/.test(value), what: 'on or off' },
  records: { is: (value) => /^(on|off)$/.test(value), what: 'on or off' },
  captureMinutes: {
    is: (value) => /^[1-9]\d{0,3}$/.test(value) && Number(value) <= 1_440,
    what: 'a whole number of minutes, 1 to 1440',
  },
  transferConsent: { is: (value) => /^(on|off)$/.test(value), what: 'on or off' },
  appInstanceArn: {
    is: (value) => value === '' || /^arn:[\w-]+:chime:[\w-]+:\d{12}:app-instance\/[\w-]+$/.test(value),
    what: "nothing, or the ARN of an app instance of Chime's",
  },
  appOrigins: {
    is: (value) => /^(\*|https?:\/\/[a-z0-9.*-]+(:\d+)?(,https?:\/\/[a-z0-9.*-]+(:\d+)?)*)$/.test(value),
    what: '*, or origins such as https://app.example.com, comma between',
  },
  consentTextVersion: {
    is: (value) => value === '' || consentVersions.includes(value),
    what: `nothing, or a version of the text: ${consentVersions.join(', ')}`,
  },
  consentWithdrawn: { is: (value) => /^(keep|discard)$/.test(value), what: 'keep or discard' },
  closedAppointments: { is: (value) => /^[a-z_]+(,[a-z_]+)*$/i.test(value), what: 'words, comma between' },
  callbacks: { is: (value) => /^(on|off)$/.test(value), what: 'on or off' },
  callbackRegion: { is: (value) => /^[a-z]{2}-[a-z]+-\d$/.test(value), what: 'a region, as eu-west-1' },
  anchorLock: { is: (value) => /^(GOVERNANCE|COMPLIANCE)$/.test(value), what: 'GOVERNANCE or COMPLIANCE' },
  assetsBucket: {
    is: (value) => /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(value),
    what: 'a name for a bucket, without dots',
  },
  processingRegion: { is: () => false, what: 'said by --transfer-to or --control-for' },
};

function days(least = 1) {
  const is = (value: string) => /^[1-9]\d{0,4}$/.test(value) && Number(value) >= least;
  return { is, what: `a whole number of days, at least ${least}` };
}

/** As many places as one item of the workflow table moves quickly. */
function jobs() {
  const is = (value: string) => /^[1-9]\d{0,3}$/.test(value) && Number(value) <= 1_000;
  return { is, what: 'a whole number of jobs, 1 to 1000' };
}

/** Lambda would refuse the messages of a queue that hands on more at once than its function reserves. */
function concurrency(least = 5) {
  const is = (value: string) => /^(?:0|[1-9]\d{0,3})$/.test(value) && (value === '0' || within(Number(value)));
  const within = (count: number) => count >= least && count <= 1_000;
  return { is, what: `0, or a whole number of executions, ${least} to 1000` };
}

/** An account has ten thousand a second for all its APIs. */
function requests() {
  const is = (value: string) => /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 10_000;
  return { is, what: 'a whole number of requests, 1 to 10000' };
}

function oneOf(values: readonly number[]) {
  return { is: (value: string) => values.map(String).includes(value), what: `one of ${values.join(', ')}` };
}

type Values = Readonly<Record<string, unknown>>;

/** The blocks of a service file's `params`: the defaults, and one for each stage that has values of its own. */
function readBlocks(serviceFile: string): { default: Values; [stage: string]: Values | undefined } {
  return (parse(readFileSync(serviceFile, 'utf8')) as { params: { default: Values } }).params;
}

/**
 * Refuses parameters that osls would take and forget, on the command line or in the stage's block of the service file:
 * one that the file does not have, or one whose value means nothing.
 * @throws OrderInvalid naming the parameter
 */
export function checkParameters(parameters: readonly string[], serviceFile: string, stage?: string): void {
  const blocks = readBlocks(serviceFile);
  const known = Object.keys(blocks.default);
  const check = (where: string, name: string, value: string) => {
    if (!known.includes(name))
      throw refusal('OrderInvalid', `there is no parameter ${name}; there are ${known.join(', ')}`);
    const rule = rules[name];
    if (!rule?.is(value)) throw refusal('OrderInvalid', `${where} ${name} is ${rule?.what ?? 'not known'}`);
  };
  for (const parameter of parameters) {
    const [, name = '', value = ''] = /^(\w+)=(.+)$/s.exec(parameter) ?? [];
    if (name === '') throw refusal('OrderInvalid', `--param ${parameter} is not NAME=VALUE`);
    check('--param', name, value);
  }
  const own = stage === undefined ? {} : blocks[stage];
  for (const [name, value] of Object.entries(own ?? {})) check(`params.${stage}:`, name, String(value));
}

/** The values that hold for an order, as text. */
function valuesOf(parameters: readonly string[], serviceFile: string, stage: string): Record<string, string> {
  const blocks = readBlocks(serviceFile);
  const said: Values = Object.fromEntries(parameters.map((parameter) => parameter.split(/=(.*)/s)));
  const all = Object.entries({ ...blocks.default, ...blocks[stage], ...said });
  return Object.fromEntries(all.map(([name, value]) => [name, String(value)]));
}

/**
 * Refuses a deployment that would take visits over from itself, or out of a country whose tenants have not allowed that.
 * @throws OrderInvalid
 */
export function checkTakesOver(parameters: readonly string[], serviceFile: string, stage = 'default'): void {
  const { chimeRegion, takesOverFrom: from = '', transferConsent } = valuesOf(parameters, serviceFile, stage);
  if (from === chimeRegion) {
    throw refusal('OrderInvalid', `takesOverFrom is ${from}, which is the deployment's own chimeRegion`);
  }
  if (consentRegions.has(from) && transferConsent !== 'on') {
    throw refusal(
      'OrderInvalid',
      `visits of ${from} would leave the country: say transferConsent=on, or takesOverFrom=`,
    );
  }
}

/**
 * Where the captures of an order's calls are controlled, which IAM has to be told by name.
 * @throws OrderInvalid for calls that are to be recorded and would not be: the tenant has not allowed the transfer
 */
export function pipelinesRegionOf(parameters: readonly string[], serviceFile: string, stage = 'default'): string {
  const { chimeRegion = '', pipelinesRegion, records, transferConsent } = valuesOf(parameters, serviceFile, stage);
  const region = pipelinesRegion || pipelinesRegionFor(chimeRegion);
  if (records === 'on' && transferConsent !== 'on' && region !== chimeRegion) {
    throw refusal(
      'OrderInvalid',
      `captures would be controlled in ${region}, meetings in ${chimeRegion}: say transferConsent=on, or records=off`,
    );
  }
  return region;
}

/**
 * Refuses a stage whose alarms are mailed to nobody, except `dev`, where things are tried out. The address belongs in
 * the stage's block, because each deployment begins with the defaults and forgets what an earlier command line said.
 * @throws OrderInvalid
 */
export function checkAlarmEmail(stage: string, parameters: readonly string[], serviceFile: string): void {
  const isSaid = parameters.some((parameter) => parameter.startsWith('alarmEmail='));
  if (stage === 'dev' || isSaid || readBlocks(serviceFile)[stage]?.['alarmEmail']) return;
  throw refusal(
    'OrderInvalid',
    `nobody would hear ${stage}'s alarms: say alarmEmail in params.${stage} of the service file`,
  );
}

/**
 * Refuses a deployment without the project's public key: the HTTP API would answer everybody with InternalError.
 * @throws OrderInvalid
 */
export function checkAnonKey(key = ''): void {
  if (key.trim() === '' || key.startsWith('sb_secret_')) {
    throw refusal('OrderInvalid', "SUPABASE_ANON_KEY must be in the environment, with the project's public key");
  }
}

/**
 * Refuses a missing or incomplete URL: a workflow without it would fail every recording as ConfigurationInvalid. With a slash
 * at its end, EventBridge would send callbacks to `//functions`.
 * @throws OrderInvalid
 */
export function checkSupabaseUrl(url = ''): void {
  if (!/^https:\/\/\S*[^\s/]$/.test(url)) {
    throw refusal(
      'OrderInvalid',
      'SUPABASE_URL must be in the environment, begin with https:// and end without a slash',
    );
  }
}
