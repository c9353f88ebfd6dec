import { hearRecording as route } from '../../../pipeline/api/callbacks/hearRecording.ts';
import { toEdgeFunction } from '../../../pipeline/edge/deno.ts';
import { connectCallback as connect, eventLimit as bodyLimit } from '../../../pipeline/edge/liveCallback.ts';

const readEnvironment = () => Deno.env.toObject();
const published = { name: 'chime-recording-callback', path: '/callbacks/recording' };

Deno.serve(toEdgeFunction({ ...published, route, bodyLimit, connect, readEnvironment }));
