import { NotImplemented } from './jsonService.ts';
import { queryService, type ScopedService } from './scopedService.ts';

/** STS, as far as an operator asks it who she is. */
export function createSts(accountId: string): ScopedService {
  return queryService({
    scope: 'sts',
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: {
      GetCallerIdentity(parameters, { accessKeyId }) {
        const [other] = Object.keys(parameters);
        if (other !== undefined) throw new NotImplemented(`GetCallerIdentity with ${other}`);
        return { Arn: `arn:aws:iam::${accountId}:user/local`, UserId: accessKeyId, Account: accountId };
      },
    },
  });
}
