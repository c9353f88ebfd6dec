import { handler } from '../../../../pipeline/api/meetings/lambda.ts';
import { lambdaContract } from '../lambdaContract.ts';

lambdaContract(handler, 'POST', ['/meetings']);
