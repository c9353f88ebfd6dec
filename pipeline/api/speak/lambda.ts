import { speechApi } from '../../edge/speechLambda.ts';
import { speak } from './speak.ts';

export const handler = speechApi('speak', [{ method: 'POST', path: '/speech', route: speak }]);
