import type { ChatPorts } from '../chatPorts.ts';

/**
 * Tells Chime of what is kept here already. Where that fails, the request has succeeded all the same, and
 * `deliverMessages` tells it.
 * @returns undefined when Chime does not know yet
 */
export async function later<Answer>(
  { log }: Pick<ChatPorts, 'log'>,
  channelId: string,
  telling: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await telling();
  } catch (error) {
    log('not at Chime yet', { channelId, errorName: error instanceof Error ? error.name : 'unknown' });
    return undefined;
  }
}
