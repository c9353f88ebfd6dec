import type { ChatPorts } from '../chatPorts.ts';
import { closeChannel } from '../chats/closeChannel.ts';
import { deliver } from '../chats/deliver.ts';
import { inspectAgain } from '../chats/inspectFile.ts';
import { settleMember } from '../chats/settleMember.ts';
import { chatStep } from '../edge/chatLambda.ts';
import type { Step } from '../edge/lambda.ts';
import { placeRefusalOf } from '../messaging/access.ts';
import type { Unsettled } from '../messaging/chat.ts';

/** As many as one invocation brings in its time; the rest is the next one's. */
const most = 200;

/** So long does it begin anything: while Chime hangs, each thing takes its time. */
const deliverMs = 40_000;

const nothing: Unsettled = { deliveries: [], members: [], closing: [], failed: 0, late: 0 };

/**
 * The second leg of everything that Chime is told: sends what was accepted and whose request ended before Chime had it,
 * and brings members and archived channels to what they are here. Then it looks for files of which no event has told, and gives
 * up those that never came. What fails is the next one's, and holds up nothing else.
 */
export const deliverMessages: Step<unknown, { delivered: number }, ChatPorts> = (ports) => async () => {
  const { chats, config, measure, now } = ports;
  // Without a chat there is nothing to bring, and nothing waits.
  const isHere = placeRefusalOf('sendMessage', config) === undefined;
  const { deliveries, members, closing, failed, late } = isHere ? await chats.unsettled(most) : nothing;
  const until = now().getTime() + deliverMs;
  let lost = failed;
  let delivered = 0;
  let failure: unknown;
  /** Does a thing unless it is too late. */
  const attempt = async (thing: () => Promise<unknown>) => {
    if (now().getTime() > until) return;
    await thing().catch((error: unknown) => (failure ??= error));
  };

  // Whoever was removed hears what Chime is sent for as long as Chime has her.
  for (const settling of members) await attempt(() => settleMember(ports, settling));
  for (const delivery of deliveries) {
    await attempt(async () => {
      if ((await deliver(ports, delivery)) === 'failed') lost += 1;
      else delivered += 1;
    });
  }
  for (const channel of closing) await attempt(() => closeChannel(ports, channel));
  if (isHere) {
    await attempt(async () => {
      for (const file of await chats.attachmentsToInspect(most)) await attempt(() => inspectAgain(ports, file));
    });
  }

  measure('', 'MessagesLate', late);
  measure('', 'MessagesFailed', lost);
  if (failure !== undefined) throw failure;
  return { delivered };
};

export const handler = chatStep('deliverMessages', deliverMessages);
