import { api } from '../../edge/apiGateway.ts';
import { exportFhir } from './exportFhir.ts';
import { issueLink } from './issueLink.ts';

export const handler = api('reading', [
  { method: 'GET', path: '/recordings/{id}/link', route: issueLink },
  { method: 'GET', path: '/recordings/{id}/fhir', contentType: 'application/fhir+json', route: exportFhir },
]);
