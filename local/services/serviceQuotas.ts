import * as v from 'valibot';
import { type JsonService, ServiceError } from './jsonService.ts';
import { notSupported, readRequest } from './readRequest.ts';

export interface Quota {
  code: string;
  name: string;
  value: number;
}

const listRequest = v.strictObject({
  ServiceCode: v.string(),
  MaxResults: notSupported,
  NextToken: notSupported,
  QuotaAppliedAtLevel: notSupported,
  QuotaCode: notSupported,
});

/** Service Quotas, as far as somebody asks what a service's stand-in enforces; by the service's code. */
export function createServiceQuotas(quotas: Readonly<Record<string, readonly Quota[]>>): JsonService {
  return {
    target: 'ServiceQuotasV20190624',
    protocol: '1.1',
    operations: {
      ListServiceQuotas(input) {
        const { ServiceCode } = readRequest('ListServiceQuotas', listRequest, input, 'IllegalArgumentException');
        const known = Object.hasOwn(quotas, ServiceCode) ? quotas[ServiceCode] : undefined;
        if (!known) throw new ServiceError('NoSuchResourceException', `The service ${ServiceCode} is not known`);
        return {
          Quotas: known.map(({ code, name, value }) => ({
            ServiceCode,
            QuotaCode: code,
            QuotaName: name,
            Value: value,
            Adjustable: true,
          })),
        };
      },
    },
  };
}
