import { healthApi } from '../../edge/healthLambda.ts';
import { report } from './report.ts';

export const handler = healthApi('health', [{ method: 'GET', path: '/health', route: report, isPublic: true }]);
