import { type CreateTableCommandInput, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDb } from '../../../../local/services/dynamodb/service.ts';
import { serve } from '../../serve.ts';
import { clientConfig, ManualClock } from '../../testClock.ts';

/** The stand-in behind a gateway and a real client on it. */
export async function startDynamoDb(dataDir?: string) {
  const clock = new ManualClock();
  const dynamoDb = await createDynamoDb({
    clock,
    region: 'eu-west-1',
    accountId: '111122223333',
    ...(dataDir !== undefined && { dataDir }),
  });
  const gateway = await serve(dynamoDb.service, clock);
  const client = new DynamoDBClient(clientConfig(gateway.endpoint));
  return {
    clock,
    client,
    subscribe: dynamoDb.subscribe,
    taken: dynamoDb.taken,
    async close() {
      client.destroy();
      await gateway.close();
      await dynamoDb.close();
    },
  };
}

export function createTable(client: DynamoDBClient, name: string, more: Partial<CreateTableCommandInput> = {}) {
  return client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      ...more,
    }),
  );
}
