import { hearTranscription as route } from '../../../pipeline/api/callbacks/hearTranscription.ts';
import { toEdgeFunction } from '../../../pipeline/edge/deno.ts';
import { connectCallback as connect, eventLimit as bodyLimit } from '../../../pipeline/edge/liveCallback.ts';

const readEnvironment = () => Deno.env.toObject();
const published = { name: 'chime-transcription-callback', path: '/callbacks/transcription' };

Deno.serve(toEdgeFunction({ ...published, route, bodyLimit, connect, readEnvironment }));
