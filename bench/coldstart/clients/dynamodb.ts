import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const Key = { pk: { S: 'RECORDING#a' }, sk: { S: 'TASK_TOKEN' } };

export const call = () =>
  new DynamoDBClient({}).send(new GetItemCommand({ TableName: 'workflow', Key, ConsistentRead: true }));
