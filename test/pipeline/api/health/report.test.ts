import { expect, test } from 'vitest';
import { report } from '../../../../pipeline/api/health/report.ts';
import type { Caller } from '../../../../pipeline/apiPorts.ts';
import type { Dependency, State } from '../../../../pipeline/health.ts';
import type { HealthPorts } from '../../../../pipeline/healthPorts.ts';

const caller: Caller = { issuer: 'supabase', subject: 'somebody', token: 'a token' };
const details: HealthPorts['details'] = {
  versions: { service: '0.1.0', node: 'v24.0.0' },
  regions: { deployment: 'eu-west-1', media: ['eu-west-1'], meetings: 'eu-central-1', captures: null, chat: null },
};
const checkedAt = '2026-11-29T09:00:00.000Z';

function ask(by: Caller | undefined, found: Partial<Record<Dependency, State>> = {}) {
  const dependencies = {
    database: 'ok',
    meetings: 'ok',
    audit: 'ok',
    recordings: 'ok',
    workflow: 'ok',
    ...found,
  } as const;
  const callers = { identify: () => Promise.reject(new Error('the door has asked')) };
  return report({ callers, log: () => {}, details, probe: async () => ({ checkedAt, dependencies }) })(by);
}

test.each<[string, Partial<Record<Dependency, State>>, number, State]>([
  ['all is well', {}, 200, 'ok'],
  ['one is down', { audit: 'down' }, 503, 'down'],
])('%s', async (_, found, status, said) => {
  expect(await ask(undefined, found)).toMatchObject({ status, body: { status: said, dependencies: found } });
});

test('nobody is told more than that', async () => {
  const { body } = await ask(undefined);
  expect(Object.keys(body as object)).toEqual(['status', 'checkedAt', 'dependencies']);
});

test('somebody is told versions and regions as well', async () => {
  expect((await ask(caller, { database: 'down' })).body).toMatchObject(details);
});
