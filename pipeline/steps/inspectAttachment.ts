import type { ChatPorts } from '../chatPorts.ts';
import { filesOf } from '../chats/filesOf.ts';
import { inspectFile } from '../chats/inspectFile.ts';
import { chatQueue } from '../edge/chatLambda.ts';
import type { Step } from '../edge/lambda.ts';
import { messageOfKey } from '../messaging/attachment.ts';
import { toCreatedObjects } from '../recording/events.ts';

/** Looks at each file that was put into the bucket of the chat's files. `deliverMessages` looks for those of which no event tells. */
export const inspectAttachment: Step<unknown, void, ChatPorts> = (ports) => async (event) => {
  const files = filesOf(ports);
  for (const { key, versionId } of toCreatedObjects(event)) {
    const messageId = messageOfKey(key);
    const file = messageId === undefined ? null : await ports.chats.attachment({ messageId });
    if (file?.key === key) await inspectFile({ ...ports, files }, file, versionId);
    // Somebody has put it there by hand. Its key may be anything, so it is not written down.
    else ports.log('no file of a chat', {});
  }
};

export const handler = chatQueue('inspectAttachment', inspectAttachment);
