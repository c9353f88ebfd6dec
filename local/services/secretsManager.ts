import { type JsonService, ServiceError } from './jsonService.ts';

/** Secrets Manager, as far as steps need it: reading a secret by its ARN or name. */
export function createSecretsManager(secrets: () => Readonly<Record<string, string>>): JsonService {
  return {
    target: 'secretsmanager',
    protocol: '1.1',
    operations: {
      GetSecretValue({ SecretId, ...more }) {
        const [unknown] = Object.keys(more);
        if (unknown !== undefined)
          throw new ServiceError('InvalidParameterException', `${unknown} is not supported here`);
        if (typeof SecretId !== 'string') throw new ServiceError('InvalidParameterException', 'SecretId is missing');
        const value = secrets()[SecretId];
        if (value === undefined) {
          throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
        }
        return { ARN: SecretId, Name: SecretId, SecretString: value, VersionStages: ['AWSCURRENT'] };
      },
    },
  };
}
