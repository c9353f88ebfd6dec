import type { Clock } from './clock.ts';
import { NotImplemented, ServiceError } from './jsonService.ts';
import { queryService, type ScopedService } from './scopedService.ts';

export interface AccessKey {
  id: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  status?: 'Active' | 'Inactive';
}

export interface IamOptions {
  clock: Clock;
  accountId: string;
  /** The users by name, each with its access keys. */
  users: Readonly<Record<string, readonly AccessKey[]>>;
}

/** The services' own roles that can be made here, by the service. Source: the developer guide of each service. */
const linkedRoles: Readonly<Record<string, string>> = {
  'mediapipelines.chime.amazonaws.com': 'AWSServiceRoleForAmazonChimeSDKMediaPipelines',
  'transcription.chime.amazonaws.com': 'AWSServiceRoleForAmazonChimeTranscription',
};

/**
 * IAM, as far as an operator looks at the services' own roles, makes them, and asks how old a user's keys are. An account
 * begins without such roles. They let nobody do anything here.
 */
export function createIam({ clock, accountId, users }: IamOptions): ScopedService {
  const roles = new Map<string, { service: string; createdAt: number }>();
  const describe = (RoleName: string) => {
    const role = roles.get(RoleName);
    if (!role) throw new ServiceError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`, 404);
    const Path = `/aws-service-role/${role.service}/`;
    const trust = { Effect: 'Allow', Principal: { Service: role.service }, Action: 'sts:AssumeRole' };
    return {
      Path,
      RoleName,
      RoleId: toId(RoleName),
      Arn: `arn:aws:iam::${accountId}:role${Path}${RoleName}`,
      CreateDate: toDate(role.createdAt),
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: [trust] })),
    };
  };
  return queryService({
    scope: 'iam',
    version: '2010-05-08',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    operations: {
      CreateServiceLinkedRole(parameters) {
        const { AWSServiceName: service = '' } = only('CreateServiceLinkedRole', parameters, ['AWSServiceName']);
        const name = Object.hasOwn(linkedRoles, service) ? linkedRoles[service] : undefined;
        if (name === undefined) throw new NotImplemented(`CreateServiceLinkedRole of ${service}`);
        if (roles.has(name)) {
          const reason = `Service role name ${name} has been taken in this account, please try a different suffix.`;
          throw new ServiceError('InvalidInput', reason);
        }
        roles.set(name, { service, createdAt: clock.now() });
        return { Role: describe(name) };
      },
      GetRole(parameters) {
        const { RoleName = '' } = only('GetRole', parameters, ['RoleName']);
        return { Role: describe(RoleName) };
      },
      ListAccessKeys(parameters) {
        const { UserName = '' } = only('ListAccessKeys', parameters, ['UserName']);
        const keys = Object.hasOwn(users, UserName) ? users[UserName] : undefined;
        if (!keys) throw new ServiceError('NoSuchEntity', `The user with name ${UserName} cannot be found.`, 404);
        const listed = keys.map(({ id, createdAt, status = 'Active' }) => {
          return { UserName, AccessKeyId: id, Status: status, CreateDate: toDate(createdAt) };
        });
        return { IsTruncated: false, AccessKeyMetadata: { member: listed } };
      },
    },
  });
}

/** @throws NotImplemented for a parameter that the stand-in does not have */
function only(operation: string, parameters: Record<string, string>, known: readonly string[]): Record<string, string> {
  const other = Object.keys(parameters).find((name) => !known.includes(name));
  if (other !== undefined) throw new NotImplemented(`${operation} with ${other}`);
  return parameters;
}

/** An id in the form of a role's, the same for the same name. */
const toId = (name: string) => `AROA${Buffer.from(name).toString('hex').toUpperCase().slice(-17)}`;

/** IAM's times have whole seconds. */
const toDate = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
