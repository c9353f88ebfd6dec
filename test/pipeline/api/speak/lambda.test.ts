import { handler } from '../../../../pipeline/api/speak/lambda.ts';
import { lambdaContract } from '../lambdaContract.ts';

lambdaContract(handler, 'POST', ['/speech']);
