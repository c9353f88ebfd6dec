/** Handles a batch: bodies say what becomes of their message, and are printed with how many run at once. */
import { setTimeout as delay } from 'node:timers/promises';

interface Event {
  Records: { messageId: string; body: string }[];
}

let running = 0;

export const handler = async (event: Event) => {
  running += 1;
  console.log(JSON.stringify({ running, records: event.Records }));
  await delay(30);
  running -= 1;
  const bodies = event.Records.map(({ body }) => body);
  if (bodies.includes('throw')) throw new Error('poison');
  if (bodies.includes('nonsense')) return { batchItemFailures: [{ itemIdentifier: 'made up' }] };
  if (bodies.includes('text')) return 'done';
  if (bodies.includes('quiet')) return undefined;
  const failed = event.Records.filter(({ body }) => body.startsWith('fail'));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};
