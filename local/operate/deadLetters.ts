import { GetQueueAttributesCommand, GetQueueUrlCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import type { Deployment } from '../replay/deployment.ts';

/** A dead-letter queue beside the queue whose messages it takes. */
export interface DeadLetters {
  name: string;
  arn: string;
  /** Where its messages come from, and can be handled again. */
  queue: { name: string; arn: string };
  /** Roughly, as the service says. */
  messages: number;
}

/** What a queue's dead-letter queue holds; undefined when the queue has none. */
export async function findDeadLetters(deployment: Deployment, queue: string): Promise<DeadLetters | undefined> {
  const { RedrivePolicy = '{}', QueueArn = '' } = await attributesOf(deployment, queue, ['RedrivePolicy', 'QueueArn']);
  const { deadLetterTargetArn: arn } = JSON.parse(RedrivePolicy) as { deadLetterTargetArn?: string };
  const name = arn?.split(':').at(-1);
  if (arn === undefined || name === undefined) return undefined;
  const { ApproximateNumberOfMessages = '0' } = await attributesOf(deployment, name, ['ApproximateNumberOfMessages']);
  return { name, arn, queue: { name: queue, arn: QueueArn }, messages: Number(ApproximateNumberOfMessages) };
}

async function attributesOf({ clients }: Deployment, name: string, AttributeNames: QueueAttributeName[]) {
  const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  return (await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes ?? {};
}
