import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PipelineError } from '../../../../../pipeline/errors.ts';

/** As a step's adapter does it: the client is made on first use, from the environment alone. */
let client: SQSClient | undefined;

export const handler = async (): Promise<string> => {
  client ??= new SQSClient({});
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'q' }));
  if (!QueueUrl) throw new PipelineError('ServiceUnavailable', 'no answer');
  return new URL(QueueUrl).pathname;
};
