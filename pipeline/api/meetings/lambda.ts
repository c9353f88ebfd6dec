import { callApi } from '../../edge/callLambda.ts';
import { act } from './act.ts';

export const handler = callApi('meetings', [{ method: 'POST', path: '/meetings', route: act }]);
