import { act } from '../../../pipeline/api/messaging/act.ts';
import { toEdgeFunction } from '../../../pipeline/edge/deno.ts';
import { connectChat } from '../../../pipeline/edge/liveChat.ts';

const readEnvironment = () => Deno.env.toObject();

Deno.serve(
  toEdgeFunction({ name: 'chime-messaging', path: '/messaging', route: act, connect: connectChat, readEnvironment }),
);
