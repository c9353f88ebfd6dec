import type { Random } from '../cases/random.ts';
import { numberOf, oneOf, weighted } from './draw.ts';
import { callHarms, callNumber, type Fault, type Harm, minutesOf, otherHarms } from './harms.ts';

/** Where a chat can be hit: a function, or an operation of the database or of Chime; and at how many of its calls. */
const chatPlaces: readonly [name: string, calls: number][] = [
  ['messaging', 40],
  ['deliverMessages', 6],
  ['accept_message', 6],
  ['accept_message', 3],
  ['message_sent', 6],
  ['list_messages', 6],
  ['channel_created', 1],
  ['remove_member', 1],
  ['member_settled', 2],
  ['SendChannelMessage', 6],
  ['SendChannelMessage', 3],
  ['CreateChannel', 2],
  ['CreateAppInstanceUser', 3],
  ['CreateChannelMembership', 1],
  ['DeleteChannelMembership', 1],
];
const names = new Set(chatPlaces.map(([name]) => name));
const functionNames = new Set(['messaging', 'deliverMessages']);

/** Nobody stops a function of the chat, and its clock is set by nobody. */
const harms = callHarms.filter(([harm]) => harm !== 'stop' && harm !== 'jump-after');
/** So many of the first calls that carry a message's words may be refused with those words. */
const words = 8;

/** Whether a fault meets the chat alone, so that a call beside it may be measured as if there had been none. */
export const isOfChatAlone = ({ at: [number, name], do: harm }: Fault): boolean =>
  number === callNumber && harm !== 'away' && (names.has(name) || harm === 'echo');

/** What stands in the way of people who write to each other. */
export const toChatFaults = (random: Random): Fault[] =>
  Array.from({ length: 1 + numberOf(random, 4) }, () => toChatFault(random));

function toChatFault(random: Random): Fault {
  if (random() < 0.08) return { at: [callNumber, '', 1 + numberOf(random, words)], do: 'echo' };
  const [name, calls] = oneOf(random, chatPlaces);
  const at: Fault['at'] = [callNumber, name, 1 + numberOf(random, calls)];
  if (random() < 0.2 && functionNames.has(name)) return { at, do: weighted(random, otherHarms) };
  const harm = weighted<Harm>(random, harms);
  return { at, do: harm, ...(harm === 'away' && { minutes: minutesOf(random) }) };
}
