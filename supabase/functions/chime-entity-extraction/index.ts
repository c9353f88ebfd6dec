import { extract as route } from '../../../pipeline/api/extraction/extract.ts';
import { toEdgeFunction } from '../../../pipeline/edge/deno.ts';
import { connectExtraction as connect, textLimit as bodyLimit } from '../../../pipeline/edge/liveExtraction.ts';

const readEnvironment = () => Deno.env.toObject();
const published = { name: 'chime-entity-extraction', path: '/extraction' };

Deno.serve(toEdgeFunction({ ...published, route, bodyLimit, connect, readEnvironment }));
