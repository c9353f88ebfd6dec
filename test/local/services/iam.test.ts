import {
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIam } from '../../../local/services/iam.ts';
import { ManualClock } from '../testClock.ts';
import { serveScoped } from './scoped.ts';

const clock = new ManualClock(Date.parse('2026-11-28T10:00:00.500Z'));
const keys = [
  { id: 'AKIAOLD', createdAt: clock.now() - 5_000, status: 'Inactive' as const },
  { id: 'AKIANEW', createdAt: clock.now() },
];
const service = 'transcription.chime.amazonaws.com';
const role = 'AWSServiceRoleForAmazonChimeTranscription';

let server: Awaited<ReturnType<typeof serveScoped>>;
let iam: IAMClient;
beforeAll(async () => {
  server = await serveScoped(createIam({ clock, accountId: '111122223333', users: { edge: keys } }));
  iam = new IAMClient({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'secret' },
  });
});
afterAll(async () => {
  iam.destroy();
  await server.close();
});

test("a service's role is not there, is made once, and is there", async () => {
  const get = new GetRoleCommand({ RoleName: role });
  await expect(iam.send(get)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  const make = new CreateServiceLinkedRoleCommand({ AWSServiceName: service });
  const arn = `arn:aws:iam::111122223333:role/aws-service-role/${service}/${role}`;
  expect((await iam.send(make)).Role?.Arn).toBe(arn);
  expect((await iam.send(get)).Role).toMatchObject({
    Arn: arn,
    RoleName: role,
    CreateDate: new Date('2026-11-28T10:00:00Z'),
    AssumeRolePolicyDocument: expect.stringContaining(encodeURIComponent(`{"Service":"${service}"}`)) as string,
  });
  await expect(iam.send(make)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('has been taken in this account') as string,
  });
});

test("a user's keys, whichever their state", async () => {
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'edge' }));
  expect(AccessKeyMetadata).toEqual([
    { UserName: 'edge', AccessKeyId: 'AKIAOLD', Status: 'Inactive', CreateDate: new Date('2026-11-28T09:59:55Z') },
    { UserName: 'edge', AccessKeyId: 'AKIANEW', Status: 'Active', CreateDate: new Date('2026-11-28T10:00:00Z') },
  ]);
});

describe('refuses by name', () => {
  test.each([
    ['a user that is not there', new ListAccessKeysCommand({ UserName: 'toString' }), 'NoSuchEntityException'],
    ['a page', new ListAccessKeysCommand({ UserName: 'edge', MaxItems: 1 }), 'NotImplemented'],
    ["another service's role", new CreateServiceLinkedRoleCommand({ AWSServiceName: 'toString' }), 'NotImplemented'],
    ['another operation', new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: '{}' }), 'NotImplemented'],
  ])('%s', async (_, command, name) => {
    await expect(iam.send(command as ListAccessKeysCommand)).rejects.toMatchObject({ name });
  });
});
