import { api } from '../../edge/apiGateway.ts';
import { issueLink } from './issueLink.ts';

export const handler = api('reading', [{ method: 'GET', path: '/recordings/{id}/link', route: issueLink }]);
