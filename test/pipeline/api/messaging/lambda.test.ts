import { handler } from '../../../../pipeline/api/messaging/lambda.ts';
import { lambdaContract } from '../lambdaContract.ts';

lambdaContract(handler, 'POST', ['/messaging']);
