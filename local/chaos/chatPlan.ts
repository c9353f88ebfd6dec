import type { Random } from '../cases/random.ts';
import type { Act, CallPlan, Who } from './callPlan.ts';
import { type ChatDeed, isOfChat } from './chatDeeds.ts';
import { numberOf, oneOf } from './draw.ts';

export const hasChat = ({ acts }: CallPlan): boolean => acts.some(({ does }) => isOfChat(does));

const chat = (who: Who, does: ChatDeed, seconds: number): Act => ({ who, does, seconds });

/** The same call, with a chat beside it. */
export function withChat(random: Random, plan: CallPlan): CallPlan {
  const talk = toTalk(random);
  const places = talk.map(() => numberOf(random, plan.acts.length)).toSorted((a, b) => a - b);
  const acts = plan.acts.flatMap((act, at) => [...talk.filter((_, n) => places[n] === at), act]);
  return { ...plan, acts };
}

function toTalk(random: Random): Act[] {
  const seconds = () => oneOf(random, [1, 5, 40]);
  const some = (...people: Who[]): Act[] =>
    Array.from({ length: 1 + numberOf(random, 3) }, () => {
      const deed = oneOf<ChatDeed>(random, ['writes', 'writes', 'writes twice', 'reads']);
      return chat(oneOf(random, people), deed, seconds());
    });
  const two = () => some('provider', 'patient');
  if (random() < 0.5) return [...two(), chat('third', 'reads', seconds()), ...two()];
  const out = random() < 0.7 ? [chat('provider', 'excludes', seconds()), ...some('third'), ...two()] : [];
  const together = some('provider', 'patient', 'third', 'third');
  return [...two(), chat('provider', 'includes', seconds()), ...together, ...out, chat('third', 'reads', seconds())];
}
