import { chatApi } from '../../edge/chatLambda.ts';
import { act } from './act.ts';

export const handler = chatApi('messaging', [{ method: 'POST', path: '/messaging', route: act }]);
