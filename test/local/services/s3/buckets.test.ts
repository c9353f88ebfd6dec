import * as s3 from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeOf, type Server, startServer } from './server.ts';

const Bucket = 'first';
let server: Server;

beforeEach(async () => {
  server = await startServer();
  await server.s3.createBucket(Bucket);
});
afterEach(() => server[Symbol.asyncDispose]());

test('buckets are created and found', async () => {
  await server.client.send(new s3.CreateBucketCommand({ Bucket: 'another' }));
  const head = (name: string) => server.client.send(new s3.HeadBucketCommand({ Bucket: name }));
  expect(await head('another')).toMatchObject({ BucketRegion: 'eu-west-1' });
  await expect(head('none')).rejects.toMatchObject({ name: 'NotFound' });
});

test('buckets exist once', async () => {
  const again = server.client.send(new s3.CreateBucketCommand({ Bucket }));
  await expect(again).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
});

test('in us-east-1 a bucket may be created twice', async () => {
  await using east = await startServer({ region: 'us-east-1' });
  const create = () => east.client.send(new s3.CreateBucketCommand({ Bucket: 'east' }));
  await create();
  await east.s3.put('east', 'a', 'kept');
  expect(await create()).toMatchObject({ Location: '/east' });
  expect((await east.s3.read('east', 'a')).toString()).toBe('kept');
});

test('buckets belong to the region', async () => {
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  const elsewhere = server.client.send(new s3.CreateBucketCommand({ Bucket: 'elsewhere', CreateBucketConfiguration }));
  await expect(elsewhere).rejects.toMatchObject({ name: 'IllegalLocationConstraintException' });
  expect(codeOf(await server.send('PUT', '/nowhere'))).toBe('IllegalLocationConstraintException');
});

test('a bucket cannot be created with tags', async () => {
  const location = '<LocationConstraint>eu-west-1</LocationConstraint>';
  const tags = '<Tags><Tag><Key>stage</Key><Value>dev</Value></Tag></Tags>';
  const body = `<CreateBucketConfiguration>${location}${tags}</CreateBucketConfiguration>`;
  const answer = await server.send('PUT', '/tagged', {}, body);
  expect([answer.status, codeOf(answer)]).toEqual([501, 'NotImplemented']);
  expect(await server.send('HEAD', '/tagged')).toMatchObject({ status: 404 });
});

test.each(['ab', 'a'.repeat(64), 'Upper', 'under_score', '-a-', 'a..b', '10.0.0.1', 'xn--a', 'a-s3alias', 'é-é'])(
  'a bucket cannot be called %s',
  async (name) => {
    expect(codeOf(await server.send('PUT', `/${encodeURIComponent(name)}`))).toBe('InvalidBucketName');
    await expect(server.s3.createBucket(name)).rejects.toMatchObject({ code: 'InvalidBucketName' });
  },
);

test('versioning is off until it is turned on', async () => {
  const status = async () => (await server.client.send(new s3.GetBucketVersioningCommand({ Bucket }))).Status;
  expect(await status()).toBeUndefined();
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await server.client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  expect(await status()).toBe('Enabled');
});

test.each([
  ['<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>', 'NotImplemented'],
  ['<VersioningConfiguration><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>', 'NotImplemented'],
  ['<VersioningConfiguration><Status>On</Status></VersioningConfiguration>', 'MalformedXML'],
  ['<VersioningConfiguration/>', 'MalformedXML'],
  ['<Other/>', 'MalformedXML'],
  ['not XML', 'MalformedXML'],
  [`<VersioningConfiguration>${' '.repeat(1024 ** 2)}</VersioningConfiguration>`, 'MaxMessageLengthExceeded'],
])('versioning is refused: %.70s', async (body, code) => {
  expect(codeOf(await server.send('PUT', `/${Bucket}?versioning`, {}, body))).toBe(code);
});
