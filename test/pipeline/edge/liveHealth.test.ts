import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { connectHealth } from '../../../pipeline/edge/liveHealth.ts';
import { dependencies } from '../../../pipeline/health.ts';
import { healthEnv } from '../healthEnv.ts';

const made = vi.hoisted((): object[] => []);

vi.mock('../../../pipeline/edge/looks.ts', () => ({
  toLooks: (places: object) => {
    made.push(places);
    return {
      database: async () => {},
      meetings: async () => {},
      audit: async () => {},
      recordings: async () => {},
      workflow: async () => {},
    };
  },
}));
// Files share their modules: what comes after this one in the same worker would be given this stand-in.
afterAll(() => vi.resetModules());
beforeEach(() => void (made.length = 0));

const logged: unknown[] = [];
const connected = (more: object = {}) =>
  connectHealth(
    { ...healthEnv, ...more },
    (_, facts) => void logged.push(facts),
    () => {},
  );

test('connects to nobody until somebody asks, and then once', async () => {
  const ports = connected();
  expect(made).toEqual([]);
  await ports.probe();
  await ports.probe();
  expect(made).toHaveLength(1);
  expect(made[0]).toMatchObject({
    supabaseUrl: healthEnv.SUPABASE_URL,
    supabaseKey: 'sb_publishable_key',
    controlRegion: 'eu-central-1',
    workflowTable: 'workflow',
    recordingsBucket: 'recordings',
    stateMachineArn: healthEnv.STATE_MACHINE_ARN,
  });
});

const instance = 'arn:aws:chime:eu-central-1:111122223333:app-instance/0b0d8b5c-3c1f-4b7a-9c53-0d8a2f6f2a11';

test.each<[string, object, object]>([
  ['neither recording nor chat', {}, { captures: null, chat: null }],
  ['recording', { RECORDS: 'on' }, { captures: 'eu-central-1' }],
  ['a chat', { APP_INSTANCE_ARN: instance }, { chat: 'eu-central-1' }],
  ['a chat that may not be', { APP_INSTANCE_ARN: instance, AWS_CHIME_REGION: 'af-south-1' }, { chat: null }],
  ['places for meetings', { MEDIA_REGIONS: 'eu-west-1,eu-west-3' }, { media: ['eu-west-1', 'eu-west-3'] }],
])('tells the regions of a deployment with %s', (_, env, regions) => {
  expect(connected(env).details).toMatchObject({
    versions: { service: '0.1.0', node: process.version },
    regions: { deployment: 'eu-west-1', ...regions },
  });
});

test.each(['SUPABASE_ANON_KEY', 'STATE_MACHINE_ARN'])(
  'without %s it finds nothing, and the log says why',
  async (name) => {
    logged.length = 0;
    const { dependencies: found } = await connected({ [name]: '' }).probe();
    expect(Object.values(found)).toEqual(dependencies.map(() => 'down'));
    expect(logged[0]).toMatchObject({ errorName: 'ConfigurationInvalid' });
  },
);
