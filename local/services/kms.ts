import * as v from 'valibot';
import type { Clock } from './clock.ts';
import { type JsonObject, type JsonService, ServiceError } from './jsonService.ts';
import { notSupported, readRequest } from './readRequest.ts';

export interface Key {
  arn: string;
  /** `alias/name`. */
  aliases: readonly string[];
  rotates: boolean;
  /** The key policy's JSON. */
  policy: string;
}

const requests = {
  DescribeKey: v.strictObject({ KeyId: v.string(), GrantTokens: notSupported }),
  GetKeyPolicy: v.strictObject({ KeyId: v.string(), PolicyName: notSupported }),
  GetKeyRotationStatus: v.strictObject({ KeyId: v.string() }),
};

/** KMS, as far as an operator looks at keys. They are as old as the stack, and encrypt nothing. */
export function createKms({ clock, keys }: { clock: Clock; keys: readonly Key[] }): JsonService {
  const createdAt = clock.now();
  const idOf = ({ arn }: Key) => arn.slice(arn.lastIndexOf('/') + 1);
  const find = (name: string): Key => {
    const key = keys.find((one) => [one.arn, idOf(one), ...one.aliases].includes(name));
    if (key) return key;
    const what = name.startsWith('alias/') ? `Alias ${name} is not found.` : `Key '${name}' does not exist`;
    throw new ServiceError('NotFoundException', what);
  };
  const read = (name: keyof typeof requests, input: JsonObject) =>
    find(readRequest(name, requests[name], input, 'ValidationException').KeyId);
  return {
    target: 'TrentService',
    protocol: '1.1',
    operations: {
      DescribeKey(input) {
        const key = read('DescribeKey', input);
        return {
          KeyMetadata: {
            Arn: key.arn,
            KeyId: idOf(key),
            CreationDate: Math.floor(createdAt / 1000),
            Enabled: true,
            KeyManager: 'CUSTOMER',
            KeyState: 'Enabled',
          },
        };
      },
      GetKeyPolicy(input) {
        const { KeyId } = readRequest('GetKeyPolicy', requests.GetKeyPolicy, input, 'ValidationException');
        // The API wants a key's id or ARN here; the name of the refusal is a guess.
        if (KeyId.startsWith('alias/')) throw new ServiceError('InvalidArnException', `${KeyId} is no key's id or ARN`);
        return { Policy: find(KeyId).policy, PolicyName: 'default' };
      },
      GetKeyRotationStatus(input) {
        const key = read('GetKeyRotationStatus', input);
        return { KeyId: key.arn, KeyRotationEnabled: key.rotates };
      },
    },
  };
}
