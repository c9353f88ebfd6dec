import type { Clock } from './clock.ts';
import { type JsonObject, type JsonService, ServiceError } from './jsonService.ts';

export interface SecretsManagerOptions {
  /** The values by name or ARN. A secret without one was made, and never filled in. */
  secrets: () => Readonly<Record<string, string>>;
  /** By a secret's ARN: its name, and the key that encrypts it. Without them only values are answered. */
  described?: Readonly<Record<string, { name: string; kmsKeyId?: string }>>;
  clock?: Clock;
}

/** Secrets Manager, as far as steps read a secret by its ARN or name, and operators look whether it has a value. */
export function createSecretsManager({ secrets, described = {}, clock }: SecretsManagerOptions): JsonService {
  const createdAt = Math.floor((clock?.now() ?? 0) / 1000);
  const missing = () => {
    return new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };
  return {
    target: 'secretsmanager',
    protocol: '1.1',
    operations: {
      GetSecretValue(input) {
        const id = idOf(input);
        const value = secrets()[id];
        if (value === undefined) throw missing();
        return { ARN: id, Name: id, SecretString: value, VersionStages: ['AWSCURRENT'] };
      },
      DescribeSecret(input) {
        const id = idOf(input);
        const [arn, secret] = Object.entries(described).find(([arn, { name }]) => arn === id || name === id) ?? [];
        if (arn === undefined || !secret) throw missing();
        return {
          ARN: arn,
          Name: secret.name,
          CreatedDate: createdAt,
          LastChangedDate: createdAt,
          ...(secret.kmsKeyId && { KmsKeyId: secret.kmsKeyId }),
          ...(secrets()[arn] !== undefined && { VersionIdsToStages: { 'the-only-version': ['AWSCURRENT'] } }),
        };
      },
    },
  };
}

function idOf({ SecretId, ...more }: JsonObject): string {
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw new ServiceError('InvalidParameterException', `${unknown} is not supported here`);
  if (typeof SecretId !== 'string') throw new ServiceError('InvalidParameterException', 'SecretId is missing');
  return SecretId;
}
