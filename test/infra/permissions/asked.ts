import type { Place } from '../../../local/stack/resolver.ts';
import type { IamCall } from '../../../local/services/iam/evaluate.ts';
import type { Policies } from './policies.ts';

/** Who calls, from where, and how things are named and encrypted there. */
export interface Scene {
  principal: string;
  place: Place;
  policies: Policies;
}

/** An action with its resource, and with the condition keys that it brings along. */
export type Asked = Omit<IamCall, 'principal'>;

export const ask = (action: string, resource = '*', conditions: IamCall['conditions'] = {}): Asked => ({
  action,
  resource,
  conditions,
});

/** As it reaches IAM. Every endpoint of AWS is reached over TLS. */
export function callOf({ principal, place }: Scene, { action, resource, conditions }: Asked): IamCall {
  const common = { 'aws:RequestedRegion': place.region, 'aws:SecureTransport': 'true' };
  return { principal, action, resource, conditions: { ...common, ...conditions } };
}

/** What a service asks of the key of a resource in its caller's name. */
export function keyUse(
  { place, policies }: Scene,
  action: 'Decrypt' | 'GenerateDataKey',
  service: string,
  arn: string,
  context: Readonly<Record<string, string>>,
): Asked {
  const named = Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]);
  return ask(`kms:${action}`, policies.keyOf(arn), {
    'kms:ViaService': `${service}.${place.region}.amazonaws.com`,
    ...Object.fromEntries(named),
  });
}
