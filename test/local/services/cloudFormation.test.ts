import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloudFormation } from '../../../local/services/cloudFormation.ts';
import { serveScoped } from './scoped.ts';

let service: Awaited<ReturnType<typeof serveScoped>>;
beforeAll(async () => {
  const queue = { type: 'AWS::SQS::Queue', physicalId: 'http://127.0.0.1:1/1/Jobs?a&b' };
  service = await serveScoped(createCloudFormation({ stackName: 'mine', resources: () => ({ Jobs: queue }) }));
});
afterAll(() => service.close());

const question = {
  Action: 'DescribeStackResource',
  Version: '2010-05-15',
  StackName: 'mine',
  LogicalResourceId: 'Jobs',
};
const ask = (changed: Record<string, string>) => service.call('/', new URLSearchParams({ ...question, ...changed }));

test('says what a resource is called by its service', async () => {
  const { status, text } = await ask({});
  expect(status).toBe(200);
  expect(text).toContain('<PhysicalResourceId>http://127.0.0.1:1/1/Jobs?a&amp;b</PhysicalResourceId>');
  expect(text).toContain('<ResourceType>AWS::SQS::Queue</ResourceType>');
});

test.each([
  ['a stack that is not there', { StackName: 'yours' }, 400, "Stack 'yours' does not exist"],
  ['a resource that is not there', { LogicalResourceId: 'Job' }, 400, 'Resource Job does not exist for stack mine'],
  ['what every object has', { LogicalResourceId: 'toString' }, 400, 'Resource toString does not exist for stack mine'],
  ['another action', { Action: 'DeleteStack' }, 501, 'action DeleteStack'],
  ['another parameter', { NextToken: 'x' }, 501, 'DescribeStackResource with NextToken'],
])('refuses %s', async (_, changed, status, reason) => {
  const answer = await ask(changed);
  expect(answer.status).toBe(status);
  expect(answer.text.replaceAll('&apos;', "'")).toContain(reason);
});
