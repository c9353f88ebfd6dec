import { act } from '../../../pipeline/api/meetings/act.ts';
import { toEdgeFunction } from '../../../pipeline/edge/deno.ts';
import { connectCall } from '../../../pipeline/edge/liveCall.ts';

const readEnvironment = () => Deno.env.toObject();

Deno.serve(
  toEdgeFunction({ name: 'chime-meeting-token', path: '/meetings', route: act, connect: connectCall, readEnvironment }),
);
