import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Place } from './place.ts';
import type { Answer, Question } from './question.ts';

const todo = 'somebody changed the table: deploy again';

/** What both tables need, and the stream that the anchors come from. */
export function askTables(place: Place): Question[] {
  return place.declared.tables.flatMap(({ name, properties }) => [
    ...askOne(place, name),
    ...('StreamSpecification' in properties ? [askStream(place, name)] : []),
  ]);
}

function askOne({ services: { dynamodb }, isOwnKey }: Place, TableName: string): Question[] {
  const describe = describing(dynamodb, TableName);
  return [
    {
      topic: 'encryption',
      what: TableName,
      asked: 'dynamodb:DescribeTable',
      wanted: "KMS with the stage's key",
      todo,
      ask: () =>
        describe(async ({ SSEDescription: sse }) => ({
          found: sse ? `${sse.SSEType} with ${sse.KMSMasterKeyArn}` : "DynamoDB's own key",
          right: sse?.Status === 'ENABLED' && sse.SSEType === 'KMS' && (await isOwnKey(sse.KMSMasterKeyArn)),
        })),
    },
    {
      topic: 'protection',
      what: TableName,
      asked: 'dynamodb:DescribeTable',
      wanted: 'cannot be deleted',
      todo,
      ask: () =>
        describe(({ DeletionProtectionEnabled: right = false }) => ({
          found: right ? 'protected from deletion' : 'can be deleted',
          right,
        })),
    },
    {
      topic: 'protection',
      what: TableName,
      asked: 'dynamodb:DescribeContinuousBackups',
      wanted: 'point-in-time recovery',
      todo,
      async ask() {
        const answer = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
        const { PointInTimeRecoveryDescription: recovery } = answer.ContinuousBackupsDescription ?? {};
        const status = recovery?.PointInTimeRecoveryStatus ?? 'DISABLED';
        return { found: `point-in-time recovery ${status.toLowerCase()}`, right: status === 'ENABLED' };
      },
    },
    {
      topic: 'retention',
      what: TableName,
      asked: 'dynamodb:DescribeTimeToLive',
      wanted: 'items expire by their attribute ttl',
      todo,
      async ask() {
        const { TimeToLiveDescription: ttl } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
        const status = ttl?.TimeToLiveStatus ?? 'DISABLED';
        const right = status === 'ENABLED' && ttl?.AttributeName === 'ttl';
        return { found: right ? 'items expire by ttl' : `time to live ${status.toLowerCase()}`, right };
      },
    },
  ];
}

function askStream({ services: { dynamodb } }: Place, TableName: string): Question {
  return {
    topic: 'protection',
    what: TableName,
    asked: 'dynamodb:DescribeTable',
    wanted: 'a stream of new and old images',
    todo,
    ask: () =>
      describing(
        dynamodb,
        TableName,
      )(({ StreamSpecification: stream }) => ({
        found: stream?.StreamEnabled ? `a stream of ${stream.StreamViewType}` : 'no stream: nothing would be anchored',
        right: stream?.StreamEnabled === true && stream.StreamViewType === 'NEW_AND_OLD_IMAGES',
      })),
  };
}

function describing(dynamodb: Place['services']['dynamodb'], TableName: string) {
  return async (judge: (table: TableDescription) => Answer | Promise<Answer>) => {
    const { Table = {} } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    return judge(Table);
  };
}
