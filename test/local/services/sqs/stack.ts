import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Faults } from '../../../../local/services/faults.ts';
import { startGateway } from '../../../../local/services/gateway.ts';
import { createSqs } from '../../../../local/services/sqs/sqs.ts';
import { clientConfig, ManualClock } from '../../testClock.ts';

export const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;

/** The stand-in behind a gateway, a real client on it, and short hands for what every test does. */
export async function startSqs(dataDir?: string) {
  const clock = new ManualClock();
  const faults = new Faults();
  const sqs = await createSqs({
    clock,
    region: 'eu-west-1',
    accountId: '111122223333',
    endpoint: () => gateway.url,
    ...(dataDir !== undefined && { dataDir }),
  });
  const gateway = await startGateway({
    clock,
    services: [sqs.service],
    fallback: (_, response) => Promise.resolve(void response.writeHead(404).end()),
    faults,
  });
  const client = new SQSClient(clientConfig(gateway.url));
  return {
    clock,
    faults,
    sqs,
    gateway,
    client,
    async create(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
      return QueueUrl as string;
    },
    /** Receives as an event source mapping does. */
    receive: (name: string) => sqs.queue(arnOf(name)).receive(10),
    async close() {
      client.destroy();
      await gateway.close();
      await sqs.close();
    },
  };
}
