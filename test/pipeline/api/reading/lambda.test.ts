import { handler } from '../../../../pipeline/api/reading/lambda.ts';
import { lambdaContract } from '../lambdaContract.ts';

lambdaContract(handler, 'GET', ['/recordings/rec-1/link', '/recordings/rec-1/fhir']);
