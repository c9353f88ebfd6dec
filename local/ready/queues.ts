import { GetQueueAttributesCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import { counted } from '../commandLine.ts';
import type { Place } from './place.ts';
import type { Question } from './question.ts';

/** What each queue needs; a dead-letter queue has to be empty besides. */
export function askQueues(place: Place): Question[] {
  const { queues, functions } = place.declared;
  const fed = new Set(functions.flatMap(({ queue }) => queue?.arn ?? []));
  return queues.flatMap(({ id, arn }) => [...askOne(place, id), ...(fed.has(arn) ? [] : [askEmpty(place, id)])]);
}

function askOne(place: Place, id: string): Question[] {
  return [
    {
      topic: 'encryption',
      what: id,
      asked: 'sqs:GetQueueAttributes',
      wanted: "the stage's key",
      todo: 'somebody changed the queue: deploy again',
      async ask() {
        const key = await attributeOf(place, id, 'KmsMasterKeyId');
        return { found: key === undefined ? "SQS's own key" : `aws:kms with ${key}`, right: await place.isOwnKey(key) };
      },
    },
    {
      topic: 'retention',
      what: id,
      asked: 'sqs:GetQueueAttributes',
      wanted: 'messages are kept for four days at least',
      todo: 'somebody changed the queue: deploy again',
      async ask() {
        const days = Number(await attributeOf(place, id, 'MessageRetentionPeriod')) / 86_400;
        return { found: `messages ${days} days`, right: days >= 4 };
      },
    },
  ];
}

function askEmpty(place: Place, id: string): Question {
  return {
    topic: 'messages',
    what: id,
    asked: 'sqs:GetQueueAttributes',
    wanted: 'empty',
    todo: 'mend the cause, then npm run redrive',
    async ask() {
      const count = Number((await attributeOf(place, id, 'ApproximateNumberOfMessages')) ?? 0);
      return { found: count === 0 ? 'empty' : counted(count, 'message'), right: count === 0 };
    },
  };
}

async function attributeOf(place: Place, id: string, name: QueueAttributeName): Promise<string | undefined> {
  const QueueUrl = await place.queueUrl(id);
  const { Attributes = {} } = await place.services.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }),
  );
  return Attributes[name] || undefined;
}
