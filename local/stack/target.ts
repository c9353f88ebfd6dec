/**
 * The facts that a client of the pipeline needs about its deployment, each from an environment variable. Endpoints and
 * credentials are the SDK's own variables (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, ...).
 */
export interface Target {
  recordingsBucket: string;
  transcriptsBucket: string;
  medicalDataBucket: string;
  auditTable: string;
  workflowTable: string;
  kmsKeyId: string;
  stateMachineArn: string;
  recordingQueue: string;
  supabaseUrl: string;
  supabaseKey: string;
  /** Only the proof of the audit trail needs it. */
  anchorsBucket: string | undefined;
  /** Where recordings are reached; the addresses in FHIR begin with it. */
  apiUrl: string | undefined;
}

const names: Readonly<Record<Exclude<keyof Target, 'anchorsBucket' | 'apiUrl'>, string>> = {
  recordingsBucket: 'RECORDINGS_BUCKET',
  transcriptsBucket: 'TRANSCRIPTS_BUCKET',
  medicalDataBucket: 'MEDICAL_DATA_BUCKET',
  auditTable: 'AUDIT_TABLE',
  workflowTable: 'WORKFLOW_TABLE',
  kmsKeyId: 'KMS_KEY_ID',
  stateMachineArn: 'STATE_MACHINE_ARN',
  recordingQueue: 'RECORDING_QUEUE',
  supabaseUrl: 'SUPABASE_URL',
  supabaseKey: 'SUPABASE_SERVICE_ROLE_KEY',
};

/** @throws Error that lists every missing variable */
export function toTarget(env: Readonly<Record<string, string | undefined>>): Target {
  const missing = Object.values(names).filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`the environment does not set ${missing.join(', ')}`);
  const set = Object.entries(names).map(([field, name]) => [field, env[name]]);
  return {
    ...(Object.fromEntries(set) as unknown as Target),
    anchorsBucket: env['ANCHORS_BUCKET'] || undefined,
    apiUrl: env['API_URL'] || undefined,
  };
}
