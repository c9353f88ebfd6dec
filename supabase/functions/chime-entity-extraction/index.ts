import { bodyBytes, extract } from '../../../pipeline/api/extraction/extract.ts';
import { toEdgeFunction } from '../../../pipeline/edge/deno.ts';
import { connectExtraction as connect } from '../../../pipeline/edge/liveExtraction.ts';

const readEnvironment = () => Deno.env.toObject();
const given = { route: extract, bodyBytes, connect, readEnvironment };

Deno.serve(toEdgeFunction({ name: 'chime-entity-extraction', path: '/extraction', ...given }));
