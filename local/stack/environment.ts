import type { Deployment } from './template.ts';

/** What the template tells one function; nothing if it is not there. */
export function environmentOf({ functions }: Deployment, functionName: string): Record<string, string> {
  return functions.find(({ name }) => name === functionName)?.environment ?? {};
}

export function withoutEmpty(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

/** The names by which a client finds what the deployment has, beside what the steps are told. */
export function namesIn({ stateMachine, queues, buckets, functions }: Deployment): Record<string, string> {
  const queueOf = (functionName: string) => {
    const fed = functions.find(({ name }) => name === functionName)?.queue?.arn;
    return queues.find(({ arn }) => arn === fed)?.name ?? '';
  };
  return {
    STATE_MACHINE_ARN: stateMachine.arn,
    ATTACHMENT_QUEUE: queueOf('inspectAttachment'),
    ANCHORS_BUCKET: buckets.find(({ id }) => id === 'AuditAnchorsBucket')?.name ?? '',
    JOB_QUEUE: queueOf('resumeWorkflow'),
    MEETING_QUEUE: queueOf('followMeeting'),
    RECORDING_QUEUE: queueOf('startWorkflow'),
  };
}
